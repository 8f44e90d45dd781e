// Prints where the time of a request goes: `node bench/profile.js express ours 'preflight granted'`. Shares of all functions,
// with those that they call; the making of the requests and garbage collection are left out.
import { Session } from 'node:inspector/promises';
import { startApp } from './apps/start.js';
import { ask } from './in-process/exchange.js';
import { requestsOf } from './traffic.js';

const [framework, variant, kind] = process.argv.slice(2);
const LIST = '3 origins';
const WARM_UP_MS = 1_500;
const PROFILED_MS = 6_000;
const SHOWN = 70;
const LEFT_OUT = /^\((?:program|idle|garbage collector)\)|traffic\.js|node:inspector|node:buffer|node:internal\/buffer/;

const app = await startApp({ framework, variant, list: LIST, routes: 10 });

async function sendFor(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    for (const request of requestsOf(kind, LIST, 300)) {
      await new Promise((resolve) => ask(app, request, resolve));
    }
  }
}

await sendFor(WARM_UP_MS);
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: 100 });
await session.post('Profiler.start');
await sendFor(PROFILED_MS);
const { profile } = await session.post('Profiler.stop');

const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
const callers = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));

function nameOf({ callFrame: { functionName, url, lineNumber } }) {
  const file = url.replace(/^.*(?:node_modules|\/dist|\/bench)\//, '');
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`.trim();
}

/** A function and its callers, each once. */
function stackOf(id) {
  const names = new Set();
  for (let each = id; each !== undefined; each = callers.get(each)) {
    names.add(nameOf(nodes.get(each)));
  }
  return [...names];
}

const times = new Map();
let all = 0;
profile.samples.forEach((id, index) => {
  const stack = stackOf(id);
  if (stack.some((name) => LEFT_OUT.test(name))) {
    return;
  }
  all += profile.timeDeltas[index];
  stack.forEach((name) => times.set(name, (times.get(name) ?? 0) + profile.timeDeltas[index]));
});
for (const [name, time] of [...times].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)) {
  console.log(`${((100 * time) / all).toFixed(1).padStart(5)} %  ${name}`);
}
process.exit();
