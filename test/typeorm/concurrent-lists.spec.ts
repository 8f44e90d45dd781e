import type { DataSource, QueryRunner } from 'typeorm';
import { foldVersion } from '../../lib/integrations/typeorm/fold-version.js';
import { CorsOriginEntity, TypeOrmOrigins } from '../../lib/typeorm.js';
import { describeWith } from '../support/services.js';
import { mariadb, migrated, postgres, type TestDatabase } from './databases.js';

const TRANSACTIONS = 200;
const AT_A_TIME = 8;
const LISTS = ['a', 'b', 'c'];
const never = new AbortController().signal;

/** Reads a list as an instance does: first the version, then the list if the version has changed. */
class Poller {
  polls = 0;
  entries = new Set<string>();
  readonly #list: TypeOrmOrigins;
  readonly #awaited: { readonly origin: string; readonly by: number }[] = [];
  #version: string | undefined;

  constructor(dataSource: DataSource, allowlist: string) {
    this.#list = new TypeOrmOrigins(dataSource, allowlist);
  }

  /** Notes a committed origin. The second poll after this call must return it. */
  committed(origin: string): void {
    this.#awaited.push({ origin, by: this.polls + 2 });
  }

  /** Polls once. Returns the origins that are missing after their second poll. */
  async poll(): Promise<readonly string[]> {
    const version = await this.#list.version(never);
    if (version !== this.#version) {
      this.entries = new Set(await this.#list.load(never));
      this.#version = version;
    }
    this.polls++;
    const due = this.#awaited.filter(({ by }) => by <= this.polls);
    due.forEach((each) => this.#awaited.splice(this.#awaited.indexOf(each), 1));
    return due.map(({ origin }) => origin).filter((origin) => !this.entries.has(origin));
  }
}

/** Merges the version rows all the time, on two connections in parallel, as many instances do. */
async function foldUntil(dataSource: DataSource, list: string, isOver: () => boolean): Promise<void> {
  const runners = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
  const fold = async (runner: QueryRunner): Promise<void> => {
    while (!isOver()) {
      await foldVersion(runner, list, never);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await runner.release();
  };
  await Promise.all(runners.map(fold));
}

/** Merges the remaining version rows, and expects the same version. */
async function expectFolded(dataSource: DataSource, list: string): Promise<void> {
  const last = dataSource.createQueryRunner();
  const version = () => new TypeOrmOrigins(dataSource, list).version(never);
  const before = await version();
  await foldVersion(last, list, never);
  expect(await version()).toBe(before);
  const rows = (await last.query('SELECT COUNT(*) AS count FROM cors_allowlist_versions WHERE allowlist = ?', [
    list,
  ])) as { count: unknown }[];
  expect(Number(rows[0]?.count)).toBe(1);
  await last.release();
}

function describeConcurrency(make: () => Promise<TestDatabase>): void {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await make();
    dataSource = await migrated({
      ...database,
      options: { ...database.options, poolSize: AT_A_TIME + 12 } as TestDatabase['options'],
    });
  }, 60_000);
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  }, 60_000);

  it('has no deadlock between 200 transactions that write lists in opposite orders, and misses no change', async () => {
    const pollers = new Map(LISTS.map((list) => [list, new Poller(dataSource, list)]));
    const missed: string[] = [];
    let isOver = false;
    const polling = [...pollers.values()].map(async (poller) => {
      while (!isOver) {
        missed.push(...(await poller.poll()));
      }
      missed.push(...(await poller.poll()), ...(await poller.poll()));
    });
    if (dataSource.options.type === 'mariadb') {
      polling.push(...LISTS.map(async (list) => foldUntil(dataSource, list, () => isOver)));
    }
    const failed: string[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let i = next++; i < TRANSACTIONS; i = next++) {
        const origin = `https://o${i}.example`;
        const lists = i % 2 === 0 ? LISTS : [...LISTS].reverse();
        const runner = dataSource.createQueryRunner();
        try {
          await runner.startTransaction();
          for (const allowlist of lists) {
            await runner.manager.insert(CorsOriginEntity, { allowlist, origin });
            // Other transactions run while this one keeps its locks.
            await new Promise((resolve) => setTimeout(resolve, 2));
          }
          await runner.commitTransaction();
          pollers.forEach((poller) => poller.committed(origin));
        } catch (error) {
          failed.push(String(error));
          await runner.rollbackTransaction().catch(() => undefined);
        } finally {
          await runner.release();
        }
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    isOver = true;
    await Promise.all(polling);
    for (const list of dataSource.options.type === 'mariadb' ? LISTS : []) {
      await expectFolded(dataSource, list);
    }
    expect({ failed, missed }).toEqual({ failed: [], missed: [] });
    expect([...pollers.values()].map(({ entries }) => entries.size)).toEqual(LISTS.map(() => TRANSACTIONS));
  }, 60_000);
}

describeWith('postgres', 'Lists on PostgreSQL', (url) => describeConcurrency(() => postgres(url)));
describeWith('mariadb', 'Lists on MariaDB', (url) => describeConcurrency(() => mariadb(url)));
