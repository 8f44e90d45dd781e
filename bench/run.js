// Measures the cost of CORS, in this library and in similar ones: `npm run bench`. Everything is measured side by side in
// one run, and reported as ratios with their spread. See README.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { bootTable, coldStartTable, sizeTable } from './boot/measure.js';
import { barChart } from './chart.js';
import { handshakesTable, measureHandshakes } from './handshakes/measure.js';
import { allocationTable, hostileTable } from './hostile.js';
import { measure, shares } from './in-process/measure.js';
import { inProcessTable } from './in-process/report.js';
import { measureSockets, socketsTable } from './sockets/measure.js';
import { median } from './statistics.js';
import { KINDS, LISTS } from './traffic.js';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    setups: { type: 'string' },
    frameworks: { type: 'string' },
    launches: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '25' },
  },
});
const effort = { launches: Number(options.launches), rounds: Number(options.rounds) };
const ALL = ['in-process', 'sockets', 'handshakes', 'allocation', 'boot', 'size', 'cold', 'hostile'];
const parts = options.only?.split(',') ?? ALL;
const unknown = parts.filter((part) => !ALL.includes(part));
if (unknown.length > 0) {
  throw new Error(`There is no part ${unknown.join(', ')}: --only takes ${ALL.join(', ')}, separated by commas.`);
}

/** Every list with 10 routes, then more routes with the shortest list. */
const SETUPS = [
  ...Object.keys(LISTS).map((list) => ({
    ...{ title: list, list, routes: 10 },
    // Hono and h3 have no wildcards and no providers: a setup with these would measure code of this benchmark.
    frameworks: list.endsWith('origins') ? ['express', 'fastify', 'hono', 'h3'] : ['express', 'fastify'],
  })),
  ...[500, 5_000].map((routes) => ({
    ...{ title: `${routes.toLocaleString('en')} routes`, list: '3 origins', routes },
    frameworks: ['express', 'fastify'],
  })),
];

const CHARTS = new URL('charts/', import.meta.url);
mkdirSync(CHARTS, { recursive: true });

function tell(lines) {
  console.log(lines.join('\n'));
}

tell([`Node ${process.version}, ${cpus().length} × ${cpus()[0].model}`, '']);

if (parts.includes('in-process')) {
  tell([
    '## In process',
    '',
    'Request time relative to the same app without CORS (1.00 = no cost): median (least to most) of the launches.',
    '',
  ]);
  const bySetup = new Map();
  const wanted = options.setups?.split(';') ?? SETUPS.map(({ title }) => title);
  for (const { title, frameworks, ...setup } of SETUPS.filter((each) => wanted.includes(each.title))) {
    const asked = options.frameworks?.split(',') ?? frameworks;
    const results = await measure(
      setup,
      frameworks.filter((each) => asked.includes(each)),
      effort,
    );
    bySetup.set(title, results);
    tell([`### ${title}`, '', ...inProcessTable(results)]);
  }
  if (bySetup.has('3 origins') && options.frameworks === undefined) {
    draw(bySetup);
  }
}
if (parts.includes('sockets')) {
  tell(['## Over sockets', '', ...socketsTable(await measureSockets({ rounds: 21, seconds: 1 }))]);
}
if (parts.includes('handshakes')) {
  tell(['## WebSocket handshakes', '', ...handshakesTable(await measureHandshakes({ rounds: 41 }))]);
}
if (parts.includes('allocation')) {
  tell(['## Memory', '', ...(await allocationTable())]);
}
if (parts.includes('boot')) {
  tell(['## Start', '', ...(await bootTable({ launches: 9 }))]);
}
if (parts.includes('size')) {
  tell(['## Size', '', ...(await sizeTable({ launches: 25 }))]);
}
if (parts.includes('cold')) {
  tell(['## Cold start', '', ...(await coldStartTable({ launches: 9 }))]);
}
if (parts.includes('hostile')) {
  tell(['## Hostile', '', ...(await hostileTable({ rounds: 15 }))]);
}

/** Draws a chart for each platform: the time that each layer adds to each kind of request. */
function draw(bySetup) {
  const results = bySetup.get('3 origins');
  for (const [framework, name] of [
    ['express', 'Express'],
    ['fastify', 'Fastify'],
  ]) {
    const added = (variant) => KINDS.map((kind) => median(shares(results, framework, kind, variant)) - 1);
    const file = `cost-${framework}.svg`;
    writeFileSync(
      new URL(file, CHARTS),
      barChart({
        title: `What CORS adds to a request on ${name}`,
        subtitle: 'share of the request without it, in process; median of the launches of one run',
        groups: KINDS,
        series: [
          { label: 'by hand', values: added('floor') },
          { label: 'enableCors()', values: added('enableCors') },
          { label: 'this library', values: added('ours') },
        ],
      }),
    );
    tell([`Drawn: bench/charts/${file}`]);
  }
  console.log();
}
