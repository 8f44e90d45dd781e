// Measures the cost of a request without sockets. Every app has its own process, and the apps work in turn.
import { isPreflight, KINDS } from '../traffic.js';
import { lowerQuartile, shuffled } from '../statistics.js';
import { startWorker } from './fleet.js';

const NEST = [
  'bare',
  'again',
  'empty',
  'floor',
  'enableCors',
  'ours',
  ...(process.env.CORS_BENCH_BUILD ? ['other'] : []),
];
/** The variants of each framework that are compared. */
const VARIANTS = {
  express: NEST,
  fastify: NEST,
  hono: ['bare', 'empty', 'cors'],
  h3: ['bare', 'empty', 'cors'],
};

/** The longest time and the most requests of a block for one app. In longer blocks, garbage collection would be uneven. */
const BLOCK_NS = 8e6;
const BLOCK = 300;
const WARM_UP_NS = 150e6;

/**
 * @param setup `{ list, routes }`
 * @param frameworks names of VARIANTS
 * @returns for each launch the time of a request in nanoseconds: `[{ framework: { kind: { variant: ns } } }]`
 */
export async function measure(setup, frameworks, effort) {
  const results = Array.from({ length: effort.launches }, () => ({}));
  for (const framework of frameworks) {
    const variants = VARIANTS[framework];
    const apps = variants.map((variant) => ({ framework, variant, ...setup }));
    for (const [launch, times] of (await measureApps(apps, KINDS, effort)).entries()) {
      results[launch][framework] = Object.fromEntries(
        Object.entries(times).map(([kind, row]) => [
          kind,
          Object.fromEntries(row.map((time, index) => [variants[index], time])),
        ]),
      );
    }
  }
  return results;
}

/**
 * @param apps `{ framework, variant, list, routes }` of each
 * @returns for each launch and kind, the time of a request of each app; `undefined` for an app that does not get this kind
 */
export async function measureApps(apps, kinds, { launches, rounds }) {
  const results = [];
  for (let launch = 0; launch < launches; launch++) {
    const workers = [];
    for (const app of apps) {
      workers.push(await startWorker({ app, list: app.list }));
    }
    const times = {};
    const counts = {};
    for (const kind of kinds) {
      counts[kind] = await warmUpAll(apps, workers, kind);
    }
    for (const kind of kinds) {
      times[kind] = await measureKind(workers, kind, counts[kind], rounds);
    }
    workers.forEach((worker) => worker.stop());
    results.push(times);
  }
  return results;
}

/** @returns the number of requests in a block of each app; 0 for an app that does not get this kind */
async function warmUpAll(apps, workers, kind) {
  const counts = [];
  for (const [index, worker] of workers.entries()) {
    counts.push(isAsked(apps[index].variant, kind) ? await warmUp(worker, kind) : 0);
  }
  return counts;
}

async function measureKind(workers, kind, counts, rounds) {
  const times = workers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const index of shuffled(workers.length)) {
      const count = counts[index];
      if (count > 0) {
        times[index].push((await workers[index].ask({ job: 'time', kind, count })) / count);
      }
    }
  }
  return times.map((each) => (each.length === 0 ? undefined : lowerQuartile(each)));
}

/** The CORS layer answers a preflight, so its cost is compared only with an app that answers it with an empty response. */
function isAsked(variant, kind) {
  return isPreflight(kind) ? variant !== 'bare' && variant !== 'again' : variant !== 'empty';
}

/** Sends requests until the app has reached its full speed. Returns the number of requests in a block. */
async function warmUp(worker, kind) {
  let count = 4;
  let spent = 0;
  while (spent < WARM_UP_NS) {
    const time = await worker.ask({ job: 'time', kind, count });
    spent += time;
    count = Math.max(4, Math.min(BLOCK, Math.round((count * BLOCK_NS) / time)));
  }
  return count;
}

/** The app without CORS that a variant is compared with. */
function baseOf(kind) {
  return isPreflight(kind) ? 'empty' : 'bare';
}

/** For each launch, the request time relative to the same app without CORS. */
export function shares(results, framework, kind, variant) {
  return results.map((result) => {
    const times = result[framework][kind];
    return times[variant] / times[baseOf(kind)];
  });
}

/** For each launch, the time that one variant adds, as a multiple of the time that another one adds. */
export function costRatios(results, framework, kind, variant, other) {
  return results.map((result) => {
    const times = result[framework][kind];
    const base = times[baseOf(kind)];
    return (times[variant] - base) / (times[other] - base);
  });
}
