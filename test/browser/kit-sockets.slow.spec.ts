import { type Browser, chromium, type Page } from 'playwright-core';
import { describeWith } from '../support/services.js';
import { CASES, type PageName, PAGES } from './kit-sockets/cases.js';
import { type Account, open, SocketWorld } from './kit-sockets/world.js';
import { Firefox } from './kit/firefox.js';

/* Rule 6.3: compares `page.webSocket()` of the kit with the WebSockets of browsers. Each case sets an answer. */

const TIMEOUT_MS = 120_000;
const PAGE_NAMES = Object.keys(PAGES) as PageName[];

/** Differences of Firefox from the standard, by the title of the case. The kit follows the standard. */
const differences = new Map([
  ['a subprotocol unasked', 'Firefox opens without the subprotocol that it has not asked for'],
  ['no subprotocol', 'Firefox opens without a subprotocol though the page asks for one'],
]);

describeWith('chromium', "the kit's WebSockets beside Chromium", (executablePath) => {
  let world: SocketWorld | undefined;
  let launched: Browser | undefined;
  let inChromium: ReadonlyMap<string, Account>;
  let inKit: ReadonlyMap<string, Account>;

  beforeAll(async () => {
    world = await SocketWorld.start();
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * 127.0.0.1'];
    launched = await chromium.launch({ executablePath, args });
    inChromium = await runChromium(world, launched);
    inKit = await world.runKit();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await launched?.close();
    world?.stop();
  });

  it.each(Object.keys(CASES))('%s', (title) => {
    expect(inKit.get(title)).toEqual(inChromium.get(title));
  });
});

describeWith('firefox', "the kit's WebSockets beside Firefox", (executable) => {
  let world: SocketWorld | undefined;
  let firefox: Firefox | undefined;
  const inFirefox = new Map<string, string>();
  let inKit: ReadonlyMap<string, Account>;

  beforeAll(async () => {
    world = await SocketWorld.start();
    firefox = await Firefox.launch(executable);
    await runFirefox(world, firefox, inFirefox);
    inKit = await world.runKit();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await firefox?.close();
    world?.stop();
  });

  // Each browser has its own error texts.
  it.each(Object.keys(CASES))('%s', (title) => {
    const [actual, expected] = [verdictOf(inKit.get(title)!.seen), verdictOf(inFirefox.get(title)!)];

    if (differences.has(title)) {
      expect([actual, expected]).toEqual(['closed', 'open ']);
    } else {
      expect(actual).toBe(expected);
    }
  });
});

/** `open` with the subprotocol, `closed`, or the name of the error that the constructor throws. */
function verdictOf(seen: string): string {
  return seen.split(':')[0]!;
}

async function runChromium(world: SocketWorld, launched: Browser): Promise<ReadonlyMap<string, Account>> {
  const accounts = new Map<string, Account>();
  const context = await launched.newContext();
  const pages = new Map<PageName, Page>();
  const lines: string[] = [];
  const signIn = await context.newPage();
  await signIn.goto(world.signIn);
  for (const name of PAGE_NAMES) {
    const page = await context.newPage();
    page.on('console', (message) => lines.push(message.text()));
    await page.goto(world.addressOf(name));
    pages.set(name, page);
  }
  for (const [title, { page = 'app' }] of Object.entries(CASES)) {
    world.sent = undefined;
    lines.length = 0;
    const shown = pages.get(page)!;
    const seen = await shown.evaluate(open, world.askOf(title));
    if (seen === 'closed') {
      // The console is later than the page.
      for (let left = 50; lines.length === 0 && left > 0; left -= 1) {
        await shown.waitForTimeout(20);
      }
    }
    accounts.set(title, { seen, message: lines[0], sent: world.sent });
  }
  return accounts;
}

/** Runs the handshakes of each page in Firefox one after the other. */
async function runFirefox(world: SocketWorld, firefox: Firefox, seen: Map<string, string>): Promise<void> {
  for (const name of PAGE_NAMES) {
    const titles = Object.keys(CASES).filter((title) => (CASES[title]!.page ?? 'app') === name);
    const asks = JSON.stringify(titles.map((title) => world.askOf(title)));
    const all = `(async () => { const seen = []; for (const ask of ${asks}) seen.push(await open(ask)); return seen; })()`;
    const results = await firefox.evaluate<string[]>(
      world.addressOf(name),
      `(() => { ${String(open)}; return ${all}; })()`,
    );
    titles.forEach((title, index) => seen.set(title, results[index]!));
  }
}
