// Whether the library has become slower, in a minute or two: `npm run bench:check`. Each ratio is held against the one
// that is kept in expected.json, with a margin that is wider than the noise; one that is worse is measured again before
// it counts. `--write` keeps what is measured.
import { readFileSync, writeFileSync } from 'node:fs';
import { startRatios } from './boot/measure.js';
import { measureApps } from './in-process/measure.js';
import { median } from './statistics.js';

const MARGIN = 1.35;
const EFFORT = { launches: 5, rounds: 19 };
/** Values that do not depend on the machine are compared with the aim itself. */
const AIMS = { 'installed files ÷ 60': 1, 'installed size ÷ 1 MiB': 1 };
const EXPECTED = new URL('expected.json', import.meta.url);

const app = (framework, variant, list = '3 origins', routes = 10) => ({ framework, variant, list, routes });
const APPS = {
  enableCors: (framework) => app(framework, 'enableCors'),
  'this library': (framework) => app(framework, 'ours'),
  'with 5,000 routes': (framework) => app(framework, 'ours', '3 origins', 5_000),
  'with 1,000,000 origins': (framework) => app(framework, 'ours', '1,000,000 origins'),
};
/** The ratios: numerator, denominator and kinds of request. */
const RATIOS = [
  ['this library', 'enableCors', ['allowed', 'refused', 'no Origin', 'preflight granted', 'preflight refused']],
  ['with 5,000 routes', 'this library', ['allowed', 'preflight granted']],
  ['with 1,000,000 origins', 'this library', ['allowed', 'refused']],
];
const KINDS = [...new Set(RATIOS.flatMap(([, , kinds]) => kinds))];

/** @returns the median of each ratio by its name */
async function measureRatios() {
  const ratios = await startRatios({ launches: 25 });
  const names = Object.keys(APPS);
  for (const framework of ['express', 'fastify']) {
    const launches = await measureApps(
      names.map((name) => APPS[name](framework)),
      KINDS,
      EFFORT,
    );
    for (const [over, under, kinds] of RATIOS) {
      for (const kind of kinds) {
        const of = (times) => times[kind][names.indexOf(over)] / times[kind][names.indexOf(under)];
        ratios[`${framework}, ${kind}: ${over} ÷ ${under}`] = Number(median(launches.map(of)).toFixed(3));
      }
    }
  }
  return ratios;
}

const first = await measureRatios();
if (process.argv.includes('--write')) {
  writeFileSync(EXPECTED, `${JSON.stringify(first, null, 2)}\n`);
  console.log('Kept in bench/expected.json.');
} else {
  const expected = JSON.parse(readFileSync(EXPECTED, 'utf8'));
  const isWorse = (ratios, name) => ratios[name] > (AIMS[name] ?? expected[name] * MARGIN);
  const suspects = Object.keys(expected).filter((name) => isWorse(first, name));
  const second = suspects.length === 0 ? first : await measureRatios();
  const worse = suspects.filter((name) => isWorse(second, name));
  for (const [name, ratio] of Object.entries(first)) {
    const again = suspects.includes(name) ? `, again ${second[name].toFixed(2)}` : '';
    const mark = worse.includes(name) ? 'WORSE  ' : 'ok     ';
    console.log(`${mark}${name.padEnd(70)} ${ratio.toFixed(2)}${again} (kept: ${expected[name].toFixed(2)})`);
  }
  if (worse.length > 0) {
    console.error(
      `\n${worse.length} of ${suspects.length} suspects were worse twice, by more than ${Math.round((MARGIN - 1) * 100)} %. ` +
        'Look for what the last changes do for each request (bench/README.md says how), or keep the new figures with ' +
        '`npm run bench:check -- --write` and say in the commit why they are worth it.',
    );
    process.exitCode = 1;
  }
}
