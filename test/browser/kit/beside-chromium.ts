import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import type { PlatformName } from '../../support/app.js';
import { describeWith } from '../../support/services.js';
import { pages } from './case.js';
import { cases } from './cases.js';
import { inChromium, inKit, type Outcome, type Sight } from './run.js';
import { World } from './world.js';

const args = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  '--host-resolver-rules=MAP * 127.0.0.1',
];
const TIMEOUT_MS = 240_000;

/** The result of a case in one browser, and the requests to the server. */
interface Account {
  readonly sights: readonly Sight[];
  readonly message: string | undefined;
  readonly wire: readonly string[];
}

/** Declares the tests that compare the test kit with Chromium, with an app on a platform. */
export function compareWithChromium(platform: PlatformName): void {
  describeWith('chromium', `the test kit beside Chromium, on ${platform}`, (executablePath) => {
    let context: BrowserContext | undefined;
    let profile: string | undefined;
    let world: World | undefined;
    let inBrowser: Map<string, Outcome>;
    const kit = new Map<string, Outcome>();
    const wires: Map<string, string[]>[] = [];

    beforeAll(async () => {
      // Each platform has a different setting. The default of Chromium depends on its build.
      const blockThirdPartyCookies = platform === 'fastify';
      world = await World.start(platform, blockThirdPartyCookies);
      profile = await profileFor(blockThirdPartyCookies);
      context = await chromium.launchPersistentContext(profile, { executablePath, args });
      const outcomes = await Promise.all(
        pages.map((page) => inChromium(context!, world!.addressOf(page), world!.stepsOf(page))),
      );
      inBrowser = new Map(outcomes.flatMap((each) => [...each]));
      wires.push(world.takeWire());
      for (const [name, page] of world.kitPages()) {
        for (const step of world.stepsOf(name)) {
          kit.set(step.id, await inKit(page, step));
        }
      }
      wires.push(world.takeWire());
    }, TIMEOUT_MS);
    afterAll(async () => {
      await Promise.all([context?.close(), world?.stop()]);
      await (profile && rm(profile, { recursive: true, force: true }));
    }, TIMEOUT_MS);

    const account = (of: Map<string, Outcome>, wire: Map<string, string[]>, id: string): Account => {
      const { sights, messages } = of.get(id)!;
      return { sights: sights.map(steady), message: messages[0], wire: wire.get(id) ?? [] };
    };

    it.each(cases.map(({ title, differs }, index) => [title, differs, String(index)]))('%s', (_title, differs, id) => {
      const actual = account(kit, wires[1]!, id);
      const expected = account(inBrowser, wires[0]!, id);

      if (differs === undefined) {
        expect(actual).toEqual(expected);
      } else {
        expect(actual).not.toEqual(expected);
      }
    });
  });
}

/** A folder with Chromium's setting for third-party cookies. */
async function profileFor(block: boolean): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  await mkdir(join(folder, 'Default'));
  const settings = { profile: { cookie_controls_mode: block ? 1 : 0, block_third_party_cookies: block } };
  await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(settings));
  return folder;
}

/** Removes the parts that change every second. */
function steady(sight: Sight): Sight {
  return 'headers' in sight && 'date' in sight.headers
    ? { ...sight, headers: { ...sight.headers, date: 'now' } }
    : sight;
}
