import { describeWith } from '../support/services.js';
import { pages } from './kit/case.js';
import { cases } from './kit/cases.js';
import { Firefox } from './kit/firefox.js';
import { inKit, type Sight } from './kit/run.js';
import { World } from './kit/world.js';

const MEMBER = 'Firefox does not know this member';
const STREAM = 'Firefox takes a stream for a string';
const TWICE = 'Firefox refuses several values that differ, and takes equal ones for one';
const SWITCH = 'Firefox shows 101 as an answer like any other';
const PROXY = 'Firefox shows 407 as an answer like any other';

/** Differences of Firefox from the standard, by the title of the case. The kit follows the standard. */
const differences = new Map([
  ...["{ duplex: 'full' }", '{ window: 1 }', "{ window: '' }"].flatMap((init) => [
    [`init: ${init}`, MEMBER] as const,
    [`init: ${init}, at home`, MEMBER] as const,
  ]),
  ["init: { method: 'POST', body: new ReadableStream() }", STREAM],
  ["init: { method: 'POST', body: new ReadableStream() }, at home", STREAM],
  [
    "init: { headers: [['Accept', 'a'.repeat(100)], ['Accept', 'b'.repeat(100)]] }",
    'Firefox judges each value of a header for itself',
  ],
  ['Location twice, different, with status 200', TWICE],
  ['Location twice, different, of a good preflight', TWICE],
  ['Location twice, different, by hand', TWICE],
  ['Location twice, equal', TWICE],
  ['Content-Disposition twice', TWICE],
  ['answered 101', SWITCH],
  ['answered 101, no-cors', SWITCH],
  ['answered 101, at home', SWITCH],
  ['answered 407', PROXY],
  ['answered 407, no-cors', PROXY],
  ['answered 407, at home', PROXY],
  ['Authorization by *', '`*` covers Authorization, though the standard has it named'],
  ['redirected with a header', 'a preflight after a redirect may name the page, though its Origin is null'],
]);

const TIMEOUT_MS = 240_000;

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

/** The answer for the page. The error texts are left out, because each browser has its own. */
function verdictOf(sight: Sight): object | 'blocked' {
  if ('error' in sight) {
    return 'blocked';
  }
  const { type, status, url, redirected, text } = sight;
  return { type, status, url, redirected, text };
}
