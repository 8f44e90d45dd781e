// One app in its own process. It does the jobs that its parent process sends, such as a block of requests. See fleet.js.
import { startApp } from '../apps/start.js';
import { requestsOf } from '../traffic.js';
import { ask, textOf } from './exchange.js';

const { app: options, list } = JSON.parse(process.argv[2]);
const app = await startApp(options);

/**
 * Measures `count` requests, one after the other, in nanoseconds. Some further requests come first and are not measured,
 * because other processes have used the core and its caches since the last block.
 */
async function timeOf(kind, count) {
  const requests = requestsOf(kind, list, count);
  await answerAll(requestsOf(kind, list, Math.ceil(count / 3)));
  const start = process.hrtime.bigint();
  await answerAll(requests);
  return Number(process.hrtime.bigint() - start);
}

function answerAll(requests) {
  return new Promise((resolve) => {
    let next = 0;
    const step = () => (next === requests.length ? resolve() : ask(app, requests[next++], step));
    step();
  });
}

/** Bytes of V8's heap that a request leaves. A run with a garbage collection is repeated. */
async function bytesOf(kind, count) {
  const requests = requestsOf(kind, list, count);
  for (let attempt = 0; attempt < 20; attempt++) {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    await answerAll(requests);
    const after = process.memoryUsage().heapUsed;
    if (after > before) {
      return (after - before) / count;
    }
  }
  throw new Error('A garbage collection interrupted every run.');
}

/** Bytes in use after garbage collection. */
function bytesKept() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const JOBS = {
  time: timeOf,
  bytes: bytesOf,
  kept: bytesKept,
  text: (kind) => textOf(app, requestsOf(kind, list, 1)[0]),
};

process.on('message', async ({ job, kind, count }) => process.send(await JOBS[job](kind, count)));
process.send('ready');
