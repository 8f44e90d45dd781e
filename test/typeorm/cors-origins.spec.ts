import { HttpException } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CorsOriginEntity, CorsOrigins, corsEntities, TypeOrmOrigins } from '../../lib/typeorm.js';
import { describeWith } from '../support/services.js';
import { embedded, mariadb, migrated, postgres, type TestDatabase, undoMigrations } from './databases.js';

const LIST = 'partners';

/** The answer of an app. */
async function answerOf(
  work: Promise<unknown>,
): Promise<{ status: number; issues: { field: string; code: string }[] }> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HttpException);
  const { issues } = (error as HttpException).getResponse() as { issues: { field: string; code: string }[] };
  return { status: (error as HttpException).getStatus(), issues };
}

function describeService(make: () => Promise<TestDatabase>): void {
  let database: TestDatabase;
  let dataSource: DataSource;
  let origins: CorsOrigins;
  const announced: (string | undefined)[] = [];

  beforeAll(async () => {
    database = await make();
    dataSource = await migrated(database);
  }, 60_000);
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  }, 60_000);
  beforeEach(async () => {
    await dataSource.getRepository(CorsOriginEntity).createQueryBuilder().delete().execute();
    announced.length = 0;
    const feed = { watch: () => () => undefined, announce: async (list?: string) => void announced.push(list) };
    origins = new CorsOrigins({ dataSource, feed });
  });

  const version = async (list = LIST): Promise<string | undefined> =>
    new TypeOrmOrigins(dataSource, list).version(new AbortController().signal);

  it('adds, lists, disables and removes entries, and announces each change', async () => {
    const added = await origins.add({ allowlist: LIST, origin: 'https://a.example', note: 'Ms A' });
    expect(added).toMatchObject({ allowlist: LIST, origin: 'https://a.example', enabled: true, note: 'Ms A' });
    expect(added.createdAt).toBeInstanceOf(Date);
    expect(Math.abs(added.createdAt.getTime() - Date.now())).toBeLessThan(26 * 3_600_000);
    expect(await origins.setEnabled(added, false)).toMatchObject({ id: added.id, enabled: false });
    expect((await origins.list({ allowlist: LIST })).entries).toMatchObject([{ enabled: false }]);
    await origins.remove(added);
    expect(await origins.list({ allowlist: LIST })).toEqual({ entries: [] });
    expect(announced).toEqual([LIST, LIST, LIST]);
  });

  it('lists in pages', async () => {
    for (let i = 0; i < 5; i++) {
      await origins.add({ allowlist: LIST, origin: `https://o${i}.example` });
    }
    await origins.add({ allowlist: 'others', origin: 'https://other.example' });
    const seen: string[] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const page = await origins.list({ allowlist: LIST, limit: 2, after });
      seen.push(...page.entries.map(({ origin }) => origin));
      after = page.next;
    }
    expect(seen).toEqual([0, 1, 2, 3, 4].map((i) => `https://o${i}.example`));
  });

  it('answers 409 to an existing entry, and writes nothing', async () => {
    await origins.add({ allowlist: LIST, origin: 'https://a.example' });
    const { status, issues } = await answerOf(origins.add({ allowlist: LIST, origin: 'https://a.example' }));
    expect([status, issues]).toEqual([
      409,
      [
        {
          place: LIST,
          field: 'origin',
          value: 'https://a.example',
          code: 'origin-taken',
          reason: 'The list "partners" has "https://a.example" already.',
        },
      ],
    ]);
    await origins.add({ allowlist: 'others', origin: 'https://a.example' });
    expect((await origins.list({ allowlist: LIST })).entries).toHaveLength(1);
  });

  it('answers 409 to all but one of several callers that add the same entry at once', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 5 }, () => origins.add({ allowlist: LIST, origin: 'https://a.example' })),
    );
    const failures = attempts.flatMap((attempt) =>
      attempt.status === 'rejected' ? [attempt.reason as HttpException] : [],
    );
    expect(failures.map((error) => error.getStatus())).toEqual([409, 409, 409, 409]);
  });

  it.each([
    ['remove', () => origins.remove({ allowlist: LIST, origin: 'https://a.example' })],
    ['setEnabled', () => origins.setEnabled({ allowlist: LIST, origin: 'https://a.example' }, true)],
    ['remove, of no string,', () => origins.remove({ allowlist: LIST, origin: { id: 1 } as never })],
  ])('answers 404 to %s of a missing entry', async (_title, work) => {
    expect(await answerOf(work())).toMatchObject({ status: 404, issues: [{ code: 'origin-unknown' }] });
  });

  it.each<[origin: unknown, code: string, suggestion: string | undefined]>([
    ['*', 'origin-any', undefined],
    ['null', 'origin-null', undefined],
    ['', 'origin-empty-string', undefined],
    [undefined, 'origin-not-a-string', undefined],
    [{ $ne: 1 }, 'origin-not-a-string', undefined],
    ['https://a.example/', 'origin-trailing-slash', 'https://a.example'],
    ['https://A.example', 'origin-upper-case', 'https://a.example'],
    ['a.example', 'origin-scheme-missing', 'https://a.example'],
    ['https://a.example:443', 'origin-port-default', 'https://a.example'],
    ['https://münchen.example', 'origin-not-ascii', 'https://xn--mnchen-3ya.example'],
    ['https://a.*.example', 'origin-wildcard-position', undefined],
    ['x'.repeat(2_000), 'origin-too-long', undefined],
    ['http://a.example', 'origin-insecure', undefined],
    ['https://my-app-git-*.vercel.app', 'origin-public-suffix', undefined],
    ['file://', 'origin-null', undefined],
    ['https://*.github.io', 'origin-public-suffix', undefined],
  ])('answers 400 with the reason to the origin %p', async (origin, code, suggestion) => {
    const { status, issues } = await answerOf(origins.add({ allowlist: LIST, origin: origin as string }));
    expect([status, issues]).toMatchObject([
      400,
      [{ place: LIST, field: 'origin', code, ...(suggestion !== undefined && { suggestion }) }],
    ]);
    expect(JSON.stringify(issues).length).toBeLessThan(1_500);
    expect((await origins.list({ allowlist: LIST })).entries).toEqual([]);
    expect(announced).toEqual([]);
  });

  it('accepts an entry that is valid without credentials if the caller says so and no policy uses the list', async () => {
    await origins.add({ allowlist: LIST, origin: 'http://a.example', credentials: false });
    expect((await origins.list({ allowlist: LIST })).entries).toHaveLength(1);
  });

  it('checks an entry again when it is enabled', async () => {
    await dataSource
      .getRepository(CorsOriginEntity)
      .insert({ allowlist: LIST, origin: 'https://bad.example/', enabled: false });
    const key = { allowlist: LIST, origin: 'https://bad.example/' };
    expect(await answerOf(origins.setEnabled(key, true))).toMatchObject({
      status: 400,
      issues: [{ code: 'origin-trailing-slash' }],
    });
    await origins.setEnabled(key, false);
  });

  it('lists every wrong field', async () => {
    const work = origins.add({
      allowlist: '',
      origin: 'https://a.example',
      note: 'x'.repeat(501),
      enabled: 1 as never,
    });
    const { status, issues } = await answerOf(work);
    expect([status, issues.map(({ field }) => field)]).toEqual([400, ['allowlist', 'note', 'enabled']]);
    const page = await answerOf(origins.list({ allowlist: LIST, limit: 1_001, after: -1 }));
    expect([page.status, page.issues.map(({ field }) => field)]).toEqual([400, ['limit', 'after']]);
  });

  it('does not fail if a change cannot be announced: polling will see it', async () => {
    const feed = { watch: () => () => undefined, announce: () => Promise.reject(new Error('down')) };
    await new CorsOrigins({ dataSource, feed }).add({ allowlist: LIST, origin: 'https://a.example' });
  });

  describe('the version', () => {
    it.each<[change: string, statement: string]>([
      ['an insert', `INSERT INTO cors_origins (allowlist, origin) VALUES ('partners', 'https://b.example')`],
      ['an update', `UPDATE cors_origins SET enabled = NOT enabled WHERE allowlist = 'partners'`],
      ['a delete', `DELETE FROM cors_origins WHERE allowlist = 'partners'`],
      ['a move away', `UPDATE cors_origins SET allowlist = 'others'`],
    ])('changes with %s by hand', async (_change, statement) => {
      await origins.add({ allowlist: LIST, origin: 'https://a.example' });
      const before = await version();
      await dataSource.query(statement);
      expect(await version()).not.toBe(before);
      expect(Number.parseInt(String(await version()), 10)).toBeGreaterThan(Number(before));
    });

    it('changes for both lists if a row moves, and for no other list', async () => {
      await origins.add({ allowlist: LIST, origin: 'https://a.example' });
      await origins.add({ allowlist: 'mine', origin: 'https://b.example' });
      await origins.add({ allowlist: 'others', origin: 'https://c.example' });
      const before = await Promise.all([LIST, 'mine', 'others'].map(version));
      await dataSource.query(`UPDATE cors_origins SET allowlist = 'mine' WHERE allowlist = 'partners'`);
      const after = await Promise.all([LIST, 'mine', 'others'].map(version));
      expect(after.map((each, index) => each === before[index])).toEqual([false, false, true]);
    });

    it('changes for each list that a statement writes, even with similar names', async () => {
      const lists = ['b', 'a,b', 'a', 'A', 'a ', ' a', 'á', ...Array.from({ length: 300 }, (_, i) => `list ${i}`)];
      const versions = async () => Promise.all(lists.map(version));
      // Each list appears twice, so that the second row of a list follows rows of other lists.
      for (const statement of ['first', 'second']) {
        const rows = ['1', '2'].flatMap((row) =>
          lists.map((list) => `('${list}', 'https://${statement}-${row}.example')`),
        );
        const before = await versions();
        await dataSource.query(`INSERT INTO cors_origins (allowlist, origin) VALUES ${rows.join()}`);
        const after = await versions();
        expect(lists.filter((_list, index) => after[index] === before[index])).toEqual([]);
      }
    }, 30_000);

    it('changes if all rows are deleted and added again', async () => {
      await origins.add({ allowlist: LIST, origin: 'https://a.example' });
      const before = await version();
      await dataSource.query('DELETE FROM cors_origins');
      await dataSource.query(`INSERT INTO cors_origins (allowlist, origin) VALUES ('partners', 'https://a.example')`);
      expect(await version()).not.toBe(before);
    });

    it('changes with TRUNCATE', async () => {
      if (dataSource.options.type === 'sqljs') {
        // SQLite has no TRUNCATE.
        return;
      }
      await origins.add({ allowlist: LIST, origin: 'https://a.example' });
      const before = await version();
      await dataSource.query('TRUNCATE TABLE cors_origins');
      expect(await version()).not.toBe(before);
    });

    it('never goes back if the tables are created again', async () => {
      await origins.add({ allowlist: LIST, origin: 'https://a.example' });
      const before = await version();
      await undoMigrations(dataSource);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await dataSource.runMigrations();
      await origins.add({ allowlist: LIST, origin: 'https://b.example' });
      expect(await version()).not.toBe(before);
    });

    it('is raised without triggers too, as after `synchronize`', async () => {
      await undoMigrations(dataSource);
      try {
        await dataSource.synchronize();
        const versions = [await version()];
        const entry = await origins.add({ allowlist: LIST, origin: 'https://a.example' });
        versions.push(await version());
        await origins.setEnabled(entry, false);
        versions.push(await version());
        await origins.remove(entry);
        versions.push(await version());
        expect(new Set(versions).size).toBe(4);
      } finally {
        await dataSource.query('DROP TABLE cors_origins');
        await dataSource.query('DROP TABLE cors_allowlist_versions');
        await dataSource.runMigrations();
      }
    }, 20_000);
  });
}

describe('CorsOrigins on embedded SQLite', () => describeService(embedded));
describeWith('postgres', 'CorsOrigins on PostgreSQL', (url) => describeService(() => postgres(url)));
describeWith('mariadb', 'CorsOrigins on MariaDB', (url) => describeService(() => mariadb(url)));

describe('a list', () => {
  it('without tables explains what to do', async () => {
    const dataSource = await new DataSource({ type: 'sqljs', entities: [...corsEntities] }).initialize();
    const list = new TypeOrmOrigins(dataSource, LIST);
    await expect(list.load(new AbortController().signal)).rejects.toThrow(
      /no such table: cors_origins.*add corsMigrations/,
    );
    await dataSource.destroy();
  });

  it('without entities explains what to do', async () => {
    const dataSource = await new DataSource({ type: 'sqljs' }).initialize();
    const list = new TypeOrmOrigins(dataSource, LIST);
    await expect(list.load(new AbortController().signal)).rejects.toThrow(/add corsEntities to the entities/);
    await dataSource.destroy();
  });

  it('of many pages is read whole', async () => {
    const dataSource = await migrated(await embedded());
    const values = Array.from({ length: 4_001 }, (_, index) => `('l', 'https://o${index}.example')`);
    await dataSource.query(`INSERT INTO cors_origins (allowlist, origin) VALUES ${values.join(',')}`);
    const read = await new TypeOrmOrigins(dataSource, 'l').load(new AbortController().signal);
    expect(new Set(read).size).toBe(4_001);
    expect(read).toHaveLength(4_001);
    await dataSource.destroy();
  });

  it('has a name', () => {
    expect(() => TypeOrmOrigins.forAllowlist('')).toThrow(TypeError);
  });
});
