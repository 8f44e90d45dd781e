// Measures the time from the commit of a change until the change is in effect on each of four instances:
// `npm run bench:push`. PostgreSQL pushes the changes, or Redis pushes them, or polling finds them. Needs both servers
// (CORS_TEST_POSTGRES_URL, CORS_TEST_REDIS_URL, or the standard ports). The instances are separate processes and commit the
// changes in turn. An instance may see a change before the writer learns that its commit has succeeded. Such a time is below
// zero.
//
//   --changes 1000   number of changes
//   --rate 100       changes a second
//   --mode polling   only this mode
//   --json           prints the figures as JSON
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresNotifyTrigger } from 'nestjs-cors-policy/postgres';
import { Redis } from 'ioredis';
import pg from 'pg';

const POSTGRES_URL = process.env.CORS_TEST_POSTGRES_URL || 'postgres://postgres@127.0.0.1:5432/postgres';
const REDIS_URL = process.env.CORS_TEST_REDIS_URL || 'redis://127.0.0.1:6379';
const INSTANCES = 4;
const SCHEMA = `cors_push_${process.pid}`;
const SHARES = { min: 0, median: 0.5, p95: 0.95, p99: 0.99, max: 1 };
/** Milliseconds to wait for the last changes to arrive on every instance. */
const PATIENCE_MS = 30_000;

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '100' },
    mode: { type: 'string', multiple: true, default: ['postgres', 'redis', 'polling'] },
    json: { type: 'boolean', default: false },
  },
});
const CHANGES = Number(values.changes);
const RATE = Number(values.rate);

/** Returns the n-th change. It adds an origin; every second one after the 50th removes one that was added earlier. */
function changeOf(change) {
  const removes = change % 2 === 1 && change > 50;
  return {
    change,
    sql: removes ? 'DELETE FROM origins WHERE origin = $1' : 'INSERT INTO origins VALUES ($1)',
    origin: `https://tenant-${removes ? change - 51 : change}.example`,
  };
}

/** Waits for a message of an instance with this field. Rejects if the instance ends first. */
function saying(instance, name) {
  return new Promise((resolve, reject) => {
    instance.on('message', (message) => name in message && resolve(message[name]));
    instance.once('exit', (code) => reject(new Error(`an instance ended with exit code ${code}`)));
  });
}

async function startInstances(mode) {
  const file = fileURLToPath(new URL('push-instance.js', import.meta.url));
  const env = { ...process.env, MODE: mode, SCHEMA, POSTGRES_URL, REDIS_URL };
  const instances = Array.from({ length: INSTANCES }, () => fork(file, { env }));
  await Promise.all(instances.map((instance) => saying(instance, 'ready')));
  return instances;
}

/** Lets the instances commit all changes at the rate. Returns the milliseconds until each was in effect on each instance. */
async function measure(instances) {
  const committedAt = new Map();
  const effects = [];
  instances.forEach((instance) =>
    instance.on('message', (message) => {
      if (message.committed) {
        committedAt.set(message.committed.change, message.committed.at);
      }
      effects.push(...(message.effects ?? []));
    }),
  );
  const startedAt = performance.now();
  for (let change = 0; change < CHANGES; change++) {
    await delay(Math.max(0, startedAt + (change * 1_000) / RATE - performance.now()));
    instances[change % INSTANCES].send({ commit: changeOf(change) });
  }
  const deadline = performance.now() + PATIENCE_MS;
  while (effects.length < CHANGES * INSTANCES && performance.now() < deadline) {
    await delay(20);
  }
  return { arrived: effects.length, times: effects.map(({ change, at }) => at - committedAt.get(change)) };
}

function distribution(times) {
  const sorted = times.sort((a, b) => a - b);
  const at = (share) => Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? NaN) * 10) / 10;
  return Object.fromEntries(Object.entries(SHARES).map(([name, share]) => [name, at(share)]));
}

/** Asks each instance, over HTTP, which origins it allows among all that were ever on the list. */
function listsOf(instances) {
  const origins = Array.from({ length: CHANGES }, (_, change) => `https://tenant-${change}.example`);
  return Promise.all(
    instances.map(async (instance) => {
      const answer = saying(instance, 'admitted');
      instance.send({ ask: origins });
      return (await answer).sort();
    }),
  );
}

async function run(mode, client) {
  await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE; CREATE SCHEMA ${SCHEMA}; SET search_path = ${SCHEMA}`);
  await client.query('CREATE TABLE origins (origin text); CREATE TABLE changes (change int PRIMARY KEY)');
  if (mode === 'postgres') {
    for (const statement of postgresNotifyTrigger({ table: 'origins', channel: SCHEMA }).up) {
      await client.query(statement);
    }
  }
  const instances = await startInstances(mode);
  try {
    const { arrived, times } = await measure(instances);
    const { rows } = await client.query('SELECT origin FROM origins ORDER BY origin COLLATE "C"');
    const expected = rows.map(({ origin }) => origin);
    const lists = await listsOf(instances);
    const same = lists.filter((list) => JSON.stringify(list) === JSON.stringify(expected)).length;
    return { mode, entries: expected.length, arrived, same, ...distribution(times) };
  } finally {
    const running = instances.filter(({ exitCode }) => exitCode === null);
    const ended = running.map((instance) => once(instance, 'exit'));
    running.forEach((instance) => instance.disconnect());
    await Promise.all(ended);
  }
}

const client = new pg.Client(POSTGRES_URL);
await client.connect();
const figures = [];
try {
  for (const mode of values.mode) {
    figures.push(await run(mode, client));
  }
} finally {
  await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  await client.end();
  const redis = new Redis(REDIS_URL, { lazyConnect: true, retryStrategy: () => null });
  await redis.connect().then(
    () => redis.del(`${SCHEMA}:version`),
    () => undefined,
  );
  redis.disconnect();
}
if (values.json) {
  console.log(JSON.stringify(figures));
} else {
  console.log(`${CHANGES} changes at ${RATE} a second, committed by ${INSTANCES} instances in turn.`);
  console.log('Milliseconds from the commit until the change is in effect on an instance:\n');
  console.table(Object.fromEntries(figures.map(({ mode, ...rest }) => [mode, rest])));
}
