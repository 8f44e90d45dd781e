// Measures how much longer an import takes because of the triggers: `npm run bench:import`, part of CI. Needs PostgreSQL
// and MariaDB (CORS_TEST_POSTGRES_URL, CORS_TEST_MARIADB_URL, or the standard ports). It creates a database on each of
// them and drops it at the end.
//
// A round imports the same rows into a table with the triggers and into a table without, in two transactions. Their
// statements alternate, so that other work on the machine slows both. Each table comes first every second time. The median
// of the rounds' ratios is compared with the limit. A median above the limit is measured again before the command fails.
import { DataSource } from 'typeorm';
import { corsEntities, corsMigrations } from 'nestjs-cors-policy/typeorm';
import { median } from './statistics.js';

const ROWS = 10_000;
const ROWS_A_STATEMENT = 1_000;
const ROUNDS = 31;
/** Numbers of lists. The rows of a statement belong to the lists in turn. */
const LISTS = [1, 5];

const DATABASES = [
  {
    name: 'PostgreSQL',
    type: 'postgres',
    url: process.env.CORS_TEST_POSTGRES_URL || 'postgres://postgres@127.0.0.1:5432/postgres',
    plain: 'CREATE TABLE plain (LIKE cors_origins INCLUDING ALL)',
    limit: 1.5,
  },
  {
    name: 'MariaDB',
    type: 'mariadb',
    url: process.env.CORS_TEST_MARIADB_URL || 'mysql://root@127.0.0.1:3306',
    plain: 'CREATE TABLE plain LIKE cors_origins',
    limit: 2,
  },
];

const TABLES = ['plain', 'cors_origins'];

/** Measures the time of an import into cors_origins, divided by the time of an import into the table without triggers. */
async function ratioOfRound(runners, lists) {
  const times = Object.fromEntries(TABLES.map((table) => [table, 0]));
  let order = TABLES;
  const inBoth = async (run) => {
    order = order.toReversed();
    for (const table of order) {
      const startedAt = performance.now();
      await run(runners[table], table);
      times[table] += performance.now() - startedAt;
    }
  };
  await inBoth((runner) => runner.startTransaction());
  for (let first = 0; first < ROWS; first += ROWS_A_STATEMENT) {
    const values = Array.from(
      { length: ROWS_A_STATEMENT },
      (_, index) => `('list${index % lists}', 'https://o${first + index}.example')`,
    ).join();
    await inBoth((runner, table) => runner.query(`INSERT INTO ${table} (allowlist, origin) VALUES ${values}`));
  }
  await inBoth((runner) => runner.commitTransaction());
  for (const table of TABLES) {
    await runners[table].query(`DELETE FROM ${table}`);
  }
  return times.cors_origins / times.plain;
}

/** Returns the ratio of each round. */
async function measure(runners, lists) {
  const ratios = [];
  // The first round is not kept, because the database has not cached its pages and plans yet.
  for (let round = 0; round <= ROUNDS; round++) {
    ratios.push(await ratioOfRound(runners, lists));
  }
  return ratios.slice(1);
}

/** The lower quartile, the median and the upper quartile. */
function quartiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))].toFixed(2);
  return `${median(values).toFixed(2)} (${at(0.25)} to ${at(0.75)})`;
}

/** Creates a database, calls `use` with a connection for each of its two tables, and drops the database. */
async function withDatabase({ type, url, plain }, use) {
  const name = `cors_import_${process.pid}`;
  const admin = await new DataSource({ type, url }).initialize();
  await admin.query(`CREATE DATABASE ${name}`);
  try {
    const own = new URL(url);
    own.pathname = `/${name}`;
    const shared = { entities: [...corsEntities], migrations: [...corsMigrations] };
    const dataSource = await new DataSource({ type, url: own.href, ...shared }).initialize();
    try {
      await dataSource.runMigrations();
      await dataSource.query(plain);
      await use(Object.fromEntries(TABLES.map((table) => [table, dataSource.createQueryRunner()])));
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await admin.query(`DROP DATABASE ${name}`);
    await admin.destroy();
  }
}

console.log(`Time of an import of ${ROWS} rows, relative to the same table without triggers.`);
console.log(`Median of ${ROUNDS} rounds (the middle half of them):\n`);
for (const database of DATABASES) {
  await withDatabase(database, async (runners) => {
    for (const lists of LISTS) {
      const tries = [await measure(runners, lists)];
      if (median(tries[0]) > database.limit) {
        tries.push(await measure(runners, lists));
      }
      const isAbove = tries.every((ratios) => median(ratios) > database.limit);
      const what = `${database.name}, ${lists === 1 ? 'one list' : `${lists} lists in turn`}`;
      console.log(
        `${(isAbove ? 'ABOVE' : 'ok').padEnd(7)}${what.padEnd(28)} ${tries.map(quartiles).join(', again ')}, limit ${database.limit}`,
      );
      process.exitCode ||= isAbove ? 1 : 0;
    }
  });
}
