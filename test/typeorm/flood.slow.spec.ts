import type { DataSource } from 'typeorm';
import { LookupProvider } from '../../lib/providers/lookup/lookup-provider.js';
import { CorsOriginEntity, TypeOrmAllowlist } from '../../lib/typeorm.js';
import { describeWith } from '../support/services.js';
import { checks, context, setup } from '../unit/providers/fakes.js';
import { mariadb, migrated, postgres, type TestDatabase } from './databases.js';

const LISTED = 200;
/** 4,000 unknown origins a second. */
const RATE_PER_MS = 4;
const listed = (index: number): string =>
  index % 2 === 0 ? `https://shop-${index}.example` : `https://www.shop-${index}.example`;
const pattern = (index: number): string =>
  index % 2 === 0 ? `https://shop-${index}.example` : `https://*.shop-${index}.example`;
/** An origin with 118 labels. It shares no wildcard pattern with another request. */
const deep = (index: number): string =>
  `https://${[...Array.from({ length: 110 }, () => 'a'), ...index.toString(36).padStart(8, '0')].join('.')}`;
const ordinary = (index: number): string => `https://www.stranger-${index}.test`;
const labelled = (index: number): string =>
  `https://a-rather-long-name-of-a-preview-that-was-made-by-a-machine-${index.toString(36).slice(-4)}.test`;

const aWhile = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function describeFloods(make: () => Promise<TestDatabase>): void {
  let database: TestDatabase;
  let dataSource: DataSource;
  let allowlist: LookupProvider;
  let timer: NodeJS.Timeout;
  beforeAll(async () => {
    database = await make();
    dataSource = await migrated(database);
    const rows = Array.from({ length: LISTED }, (_, index) => ({ allowlist: 'list', origin: pattern(index) }));
    await dataSource.getRepository(CorsOriginEntity).insert(rows);
  }, 60_000);
  afterEach(async () => {
    clearInterval(timer);
    await allowlist.stop();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  }, 60_000);

  it.each([
    ['origins of 118 labels', deep],
    ['ordinary strangers', ordinary],
    ['strangers with long labels', labelled],
  ])(
    'answers listed origins while 4,000 %s a second are asked about, and recovers at once',
    async (_title, stranger) => {
      const provider = new TypeOrmAllowlist(dataSource, 'list');
      let underWay = 0;
      let most = 0;
      const counted = {
        lookUp: async (patterns: readonly string[], signal: AbortSignal) => {
          most = Math.max(most, ++underWay);
          return provider.lookUp(patterns, signal).finally(() => underWay--);
        },
      };
      // This is twice the default, because a busy machine may pause for a second. The flood of 2 s still fits into
      // maxEntries. Beyond maxEntries, listed origins would also be refused.
      allowlist = new LookupProvider(setup(counted, { timeoutMs: 2_000 }));
      const view = allowlist.under(checks());
      const ask = async (origin: string) => view.ask(origin, context({ origin }));
      const from = performance.now();
      let sent = 0;
      // Sends all requests that are due, so that a delayed timer does not make the flood smaller.
      timer = setInterval(() => {
        while (sent < (performance.now() - from) * RATE_PER_MS) {
          void ask(stranger(sent++));
        }
      }, 5);
      await aWhile(1_000);
      const answers: Promise<{ allowed: boolean; ms: number }>[] = [];
      for (let i = 0; i < LISTED; i++) {
        const askedAt = performance.now();
        answers.push(ask(listed(i)).then((allowed) => ({ allowed, ms: performance.now() - askedAt })));
        await aWhile(10);
      }
      const got = await Promise.all(answers);
      clearInterval(timer);
      const refused = got.filter(({ allowed }) => !allowed).length;
      const slow = got.filter(({ ms }) => ms > 1_000).length;
      const endedAt = performance.now();
      const last = await ask(listed(LISTED - 1).replace('www.', 'new.'));
      const recovery = performance.now() - endedAt;
      expect({ refused, last }).toEqual({ refused: 0, last: true });
      expect(most).toBeLessThanOrEqual(2);
      expect(recovery).toBeLessThan(1_000);
      expect(slow).toBeLessThanOrEqual(LISTED / 10);
    },
    60_000,
  );
}

describeWith('postgres', 'TypeOrmAllowlist on PostgreSQL, in a flood', (url) => describeFloods(() => postgres(url)));
describeWith('mariadb', 'TypeOrmAllowlist on MariaDB, in a flood', (url) => describeFloods(() => mariadb(url)));
