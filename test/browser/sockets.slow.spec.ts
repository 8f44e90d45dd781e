import { type Browser, chromium } from 'playwright-core';
import { PLATFORMS } from '../support/app.js';
import { describeWith } from '../support/services.js';
import { Firefox } from './kit/firefox.js';
import { expressionOf, FRAMES, type PageAsk, type PageResult } from './sockets/page.js';
import { SocketWorld } from './sockets/world.js';

/*
 * Rules 6.3 and 8.2 in real browsers: the result of a page equals the prediction of `explain()` and of the test kit,
 * for each gateway that `routes()` lists.
 */

const TIMEOUT_MS = 120_000;
const args = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  '--host-resolver-rules=MAP * 127.0.0.1',
];

/** The pages: a title, the page, and the frame of the page that opens the sockets. */
const PAGES = [
  ['an allowed page', 'allowed', undefined],
  ['a page of a stranger', 'stranger', undefined],
  ['a page of the app itself', 'own', undefined],
  ['a sandboxed frame', 'allowed', FRAMES['a sandboxed frame']],
  ['a data: frame', 'allowed', FRAMES['a data: frame']],
] as const;
/** The gateways that each page can open. They follow from the policies, without the library. */
const OPEN: Readonly<Record<(typeof PAGES)[number][0], RegExp>> = {
  'an allowed page': /^(Partner|Opaque|PlainWs|PlainIo by websocket|a raw)/,
  'a page of a stranger': /^(PlainWs|PlainIo by websocket)/,
  'a page of the app itself': /^(Partner|Opaque|Plain|Closed)Io|^PlainWs|^a raw/,
  'a sandboxed frame': /^(Opaque|PlainWs|PlainIo by websocket)/,
  'a data: frame': /^(Opaque|PlainWs|PlainIo by websocket)/,
};

/** The results of sockets in a browser. */
interface Seen {
  /** The origin of the page, from its own script. */
  readonly origin: string;
  readonly results: readonly PageResult[];
}

/** A browser under test. */
interface Tester {
  see(address: string, expression: string): Promise<Seen & { readonly messages?: readonly string[] }>;
  close(): Promise<void>;
}

async function launchChromium(executablePath: string): Promise<Tester> {
  const browser: Browser = await chromium.launch({ executablePath, args });
  return {
    async see(address, expression) {
      const page = await browser.newPage();
      const messages: string[] = [];
      page.on('console', (message) => messages.push(message.text()));
      await page.goto(address);
      const seen = await page.evaluate<Seen>(expression);
      await page.close();
      return { ...seen, messages };
    },
    close: () => browser.close(),
  };
}

async function launchFirefox(executable: string): Promise<Tester> {
  const firefox = await Firefox.launch(executable);
  return { see: (address, expression) => firefox.evaluate(address, expression), close: () => firefox.close() };
}

describe.each([
  ['chromium', launchChromium],
  ['firefox', launchFirefox],
] as const)('sockets in %s', (name, launch) => {
  describeWith(name, 'as it is installed', (executable) => {
    let tester: Tester;
    beforeAll(async () => {
      tester = await launch(executable);
    }, TIMEOUT_MS);
    afterAll(() => tester?.close(), TIMEOUT_MS);

    describe.each(PLATFORMS)('of an app on %s', (platform) => {
      let world: SocketWorld;
      beforeAll(async () => {
        world = await SocketWorld.start(platform);
      }, TIMEOUT_MS);
      afterAll(() => world?.stop(), TIMEOUT_MS);

      it.each(PAGES)(
        'from %s open exactly if explain() and the test kit say so',
        async (title, at, frame) => {
          const asks: PageAsk[] = world.cases.map(({ ask }) => ask);
          const address = world.pages[at];
          const { origin, results, messages } = await tester.see(address, expressionOf(asks, frame?.(address)));
          const told = await Promise.all(
            world.cases.map(({ inspector, place }) => inspector.explain({ ...place, origin, webSocket: true })),
          );

          const named = (list: readonly unknown[]): unknown[] => world.cases.map(({ name }, n) => [name, list[n]]);
          expect(origin).toBe(frame === undefined ? new URL(address).origin : 'null');
          // Without a policy there are no CORS headers, so a page of another origin cannot read the polling answers.
          const isUnread = told.map(
            ({ reason }, n) => reason === 'no-policy' && asks[n]!.io?.transports[0] === 'polling',
          );
          expect(named(results)).toEqual(
            named(told.map(({ verdict }, n) => (verdict === 'allowed' && !isUnread[n] ? 'open' : 'refused'))),
          );
          expect(named(results)).toEqual(
            named(world.cases.map((each) => (OPEN[title].test(each.name) ? 'open' : 'refused'))),
          );
          const inKit = await Promise.all(world.cases.map(async ({ inKit: open }) => open?.(origin)));
          expect(named(inKit.map((result) => result && (result.blocked ? 'refused' : 'open')))).toEqual(
            named(results.map((result, n) => (inKit[n] === undefined ? undefined : result))),
          );
          if (messages !== undefined) {
            // Chromium prints this for a `WebSocket` that the page itself has opened.
            const expected = told.flatMap(({ message }, n) => (asks[n]!.io === undefined && message ? [message] : []));
            expect(messages).toEqual(expect.arrayContaining(expected));
          }
        },
        TIMEOUT_MS,
      );
    });
  });
});
