// Measures the cost of a list of a million origins, beside a list of three: `npm run bench:scale`. Ratios are measured side
// by side in one run. Times and bytes depend on the machine. Draws bench/charts/scale.svg.
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsAllowlists, CorsInspector, CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { lineChart } from './chart.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

const SIZES = [3, 1_000, 10_000, 100_000, 1_000_000];
const PATTERNS = 10_000;
const SWAPS = 9;
const ROUNDS = 41;
const CALLS = 2_000;

/** Reports whether a suffix is public. No pattern here covers a public suffix. */
const isPublicSuffix = () => false;

const exact = (index) => `https://tenant-${index}.example.com`;
const pattern = (index) => `https://*.partner-${index}.example.net`;
const stranger = (index) => `https://stranger-${index}.example.org`;

/** Rows as a database driver reads them: each text is a slice of the bytes that a socket received. */
class Rows {
  #bytes;
  #ends;

  constructor(origins, patterns) {
    const texts = [
      ...Array.from({ length: origins }, (_, i) => exact(i)),
      ...Array.from({ length: patterns }, (_, i) => pattern(i)),
    ];
    this.#ends = new Uint32Array(texts.length);
    texts.reduce((end, text, index) => (this.#ends[index] = end + text.length), 0);
    this.#bytes = Buffer.from(texts.join(''), 'latin1');
  }

  *[Symbol.iterator]() {
    let start = 0;
    for (const end of this.#ends) {
      yield this.#bytes.latin1Slice(start, end);
      start = end;
    }
  }
}

/** Starts an app with one policy, whose origins come from a source of `size` origins, and measures the start. */
async function appOf(size) {
  const rows = new Rows(size, size < PATTERNS ? 1 : PATTERNS);
  class Tenants {
    load = async () => rows;
  }
  class ShopController {
    list() {
      return [];
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(ShopController.prototype, 'list');
  Get('orders')(ShopController.prototype, 'list', descriptor);
  CorsPolicy('tenant')(ShopController);
  Controller()(ShopController);
  class AppModule {}
  Module({
    imports: [
      CorsModule.forRoot({
        policies: { tenant: { origin: Tenants, credentials: true } },
        allowlists: { maxEntries: 2_000_000, refreshMs: 2 ** 31 - 1, loadTimeoutMs: 600_000, timeoutMs: 600_000 },
      }),
    ],
    controllers: [ShopController],
    providers: [Tenants],
  })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  const used = await heapUsed();
  const start = performance.now();
  await app.init();
  const bootMs = performance.now() - start;
  const bytes = (await heapUsed()) - used;
  const { engine, allowlists } = app.get(CorsInspector).boot.running;
  const view = allowlists.get(Tenants).under({ credentials: true, dangerously: {}, isPublicSuffix });
  const { entries } = app.get(CorsAllowlists).status()[0];
  return {
    ...{ app, size, bootMs, bytes, entries },
    refresh: () => app.get(CorsAllowlists).refresh(Tenants),
    lookUp: (origin) => view.ask(origin),
    decide: (request) => engine.decide(request),
  };
}

/** Bytes in use after garbage collection, also outside V8's heap. */
async function heapUsed() {
  for (let i = 0; i < 3; i++) {
    gc();
    await delay(20);
  }
  const { heapUsed: heap, external } = process.memoryUsage();
  return heap + external;
}

/** A request as Express hands it to the engine. */
function requestFrom(origin) {
  const headers = { origin };
  return {
    ...{ method: 'GET', url: '/orders', path: '/orders', hostname: 'localhost', origin, native: {} },
    header: (name) => headers[name],
    headerNames: () => Object.keys(headers),
    ownOrigin: () => 'http://localhost',
  };
}

/** Measures the time of `work`, and the longest pauses meanwhile: of the event loop, and of the garbage collector. */
async function pausesDuring(work) {
  const collected = [];
  const observer = new PerformanceObserver((list) =>
    collected.push(...list.getEntries().map(({ duration }) => duration)),
  );
  observer.observe({ entryTypes: ['gc'] });
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  await delay(5);
  loop.reset();
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  await delay(5);
  loop.disable();
  await delay(1);
  observer.disconnect();
  return { ms, loop: loop.max / 1e6, gc: Math.max(0, ...collected) };
}

/** Makes values of `Origin` headers. Each is a new string, as in a real request. */
function traffic(originOf) {
  return Array.from({ length: CALLS }, (_, index) => Buffer.from(originOf(index), 'latin1').latin1Slice());
}

function time(ask, questions, from, to) {
  const start = process.hrtime.bigint();
  for (let index = from; index < to; index++) {
    ask(questions[index]);
  }
  return Number(process.hrtime.bigint() - start);
}

/** Measures the cost of `b` as a multiple of `a`. They run in turn, so that other work on the machine slows both. */
function ratioOf(a, questionsA, b, questionsB) {
  // After this, no garbage collection is due between the runs.
  gc({ type: 'minor' });
  gc({ type: 'minor' });
  let [costA, costB] = [0, 0];
  const part = CALLS / 8;
  time(a, questionsA, 0, part);
  time(b, questionsB, 0, part);
  for (let from = part; from + 2 * part <= CALLS; from += 2 * part) {
    costA += time(a, questionsA, from, from + part);
    costB += time(b, questionsB, from, from + 2 * part);
    costA += time(a, questionsA, from + part, from + 2 * part);
  }
  return costB / costA;
}

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.round(share * (values.length - 1))];
const random = (below) => Math.floor(Math.random() * below);

/** Kinds of traffic. `of` makes the origins for a list of `size`, `beside` those for the list of three. */
const KINDS = [
  { name: 'the same three origins', of: () => (index) => exact(index % 3), beside: () => (index) => exact(index % 3) },
  {
    name: 'a hundred origins',
    of: (size) => (index) => exact((index * Math.ceil(size / 100)) % size),
    beside: () => (index) => exact(index % 3),
  },
  {
    name: 'any origin of the list',
    of: (size) => () => exact(random(size)),
    beside: () => (index) => exact(index % 3),
  },
  { name: 'one stranger', of: () => () => stranger(0), beside: () => () => stranger(0) },
  {
    name: 'strangers, no two the same',
    of: () => () => stranger(random(1e9)),
    beside: () => () => stranger(random(1e9)),
  },
];

const apps = [];
for (const size of SIZES) {
  apps.push(await appOf(size));
}
const [few] = apps;
const many = apps.at(-1);

console.log(
  `A list of ${many.entries.toLocaleString('en')} entries: ${SIZES.at(-1).toLocaleString('en')} origins and ${PATTERNS.toLocaleString('en')} patterns, Node ${process.version}\n`,
);
console.log(`  boot with its first load    ${(many.bootMs / 1_000).toFixed(2)} s`);
console.log(`  memory                      ${((many.bytes - few.bytes) / many.entries).toFixed(0)} bytes an entry`);

const swaps = [];
const idle = [];
for (let swap = 0; swap < SWAPS; swap++) {
  gc();
  swaps.push(await pausesDuring(many.refresh));
  gc();
  idle.push(await pausesDuring(() => delay(swaps.at(-1).ms)));
}
const spread = (list, field) => {
  const values = list.map((each) => each[field]);
  return `${quantile(values, 0.5).toFixed(1)} ms (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
};
console.log(`\nA swap to a new list of that size: median (least to most) of ${SWAPS}\n`);
console.log(`  from refresh() to effect    ${spread(swaps, 'ms')}`);
console.log(`  longest pause of the loop   ${spread(swaps, 'loop')}`);
console.log(`    of the garbage collector  ${spread(swaps, 'gc')}`);
console.log(`  of the loop, without swap   ${spread(idle, 'loop')}`);

console.log('\nCost of an answer, as a multiple of the cost with a list of three: median (quartiles)\n');
/** The ratios of all rounds, for each kind, size and part: the look-up alone, or the whole decision. */
const ratios = new Map();
const record = (key, value) => ratios.set(key, [...(ratios.get(key) ?? []), value]);
for (let round = 0; round < ROUNDS; round++) {
  for (const kind of KINDS) {
    for (const list of apps) {
      const [own, beside] = [traffic(kind.of(list.size)), traffic(kind.beside())];
      record(`${kind.name}|${list.size}|lookUp`, ratioOf(few.lookUp, beside, list.lookUp, own));
      const [ownRequests, besideRequests] = [traffic(kind.of(list.size)), traffic(kind.beside())].map((origins) =>
        origins.map(requestFrom),
      );
      record(`${kind.name}|${list.size}|decide`, ratioOf(few.decide, besideRequests, list.decide, ownRequests));
    }
  }
}
const show = (kind, size, what) => {
  const values = ratios.get(`${kind.name}|${size}|${what}`);
  return `${quantile(values, 0.5).toFixed(2)} (${quantile(values, 0.25).toFixed(2)} to ${quantile(values, 0.75).toFixed(2)})`;
};
console.log(`  ${'a million, asked about'.padEnd(30)}${'the look-up alone'.padEnd(26)}the whole decision`);
for (const kind of KINDS) {
  console.log(
    `  ${kind.name.padEnd(30)}${show(kind, SIZES.at(-1), 'lookUp').padEnd(26)}${show(kind, SIZES.at(-1), 'decide')}`,
  );
}

const line = (label, kind, what) => ({
  label,
  points: SIZES.map((size) => [size, quantile(ratios.get(`${kind.name}|${size}|${what}`), 0.5)]),
});
const file = new URL('charts/scale.svg', import.meta.url);
writeFileSync(
  file,
  lineChart({
    title: 'Cost of a decision as the list grows',
    subtitle: 'multiple of the same with a list of three origins; median of rounds in one run',
    xTitle: 'origins in the list',
    lines: [
      line('the same three origins', KINDS[0], 'decide'),
      line('a hundred origins', KINDS[1], 'decide'),
      line('any origin of the list', KINDS[2], 'decide'),
      line('strangers', KINDS[4], 'decide'),
    ],
  }),
);
console.log('\nDrawn: bench/charts/scale.svg');
await Promise.all(apps.map(({ app }) => app.close()));
