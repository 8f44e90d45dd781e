import { describeWith } from '../support/services.js';
import { cases, pages } from './kit/cases.js';
import { Firefox } from './kit/firefox.js';
import { inKit, type Sight } from './kit/run.js';
import { World } from './kit/world.js';

/** Where Firefox lets through what the standard has refused, by the case's title; the kit keeps to the standard. */
const differences = new Map([
  ['Authorization by *', '`*` covers Authorization, though the standard has it named'],
  ['redirected with a header', 'a preflight after a redirect may name the page, though its Origin is null'],
]);

const TIMEOUT_MS = 120_000;

describeWith('firefox', 'the test kit beside Firefox', (executable) => {
  let world: World | undefined;
  let firefox: Firefox | undefined;
  const inBrowser = new Map<string, readonly Sight[]>();
  const kit = new Map<string, readonly Sight[]>();

  beforeAll(async () => {
    world = await World.start('express', false);
    firefox = await Firefox.launch(executable);
    const kitPages = world.kitPages();
    for (const name of pages) {
      const steps = world.stepsOf(name);
      Object.entries(await firefox.run(world.addressOf(name), steps)).forEach(([id, sights]) =>
        inBrowser.set(id, sights),
      );
      for (const step of steps) {
        kit.set(step.id, (await inKit(kitPages.get(name)!, step)).sights);
      }
    }
  }, TIMEOUT_MS);
  afterAll(() => Promise.all([firefox?.close(), world?.stop()]), TIMEOUT_MS);

  it.each(cases.map(({ title }, index) => [title, String(index)]))('%s', (title, id) => {
    const actual = kit.get(id)!.map(verdictOf);
    const expected = inBrowser.get(id)!.map(verdictOf);

    if (differences.has(title)) {
      expect(actual).not.toEqual(expected);
    } else {
      expect(actual).toEqual(expected);
    }
  });
});

/** What the page gets, if anything: the words for a failure are each browser's own. */
function verdictOf(sight: Sight): object | 'blocked' {
  if ('error' in sight) {
    return 'blocked';
  }
  const { type, status, url, redirected, text } = sight;
  return { type, status, url, redirected, text };
}
