import { setTimeout as delay } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { eq, sql } from 'drizzle-orm';
import { drizzle as onPostgres } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as embedded } from 'drizzle-orm/pglite';
import pg from 'pg';
import { migration, TenantOrigins, tenants } from '../../sample/recipes/src/drizzle-origins.js';
import { TenantOrigins as MongooseOrigins, Tenants } from '../../sample/recipes/src/mongoose-origins.js';
import { corsHeaders } from '../support/app.js';
import { describeOriginSource } from '../support/conformance.js';
import { type MongoServer, mongoServer } from '../support/mongo-server.js';
import { describeWith } from '../support/services.js';
import { buildRecipes, Recipe } from './recipe-process.js';

const TIMEOUT_MS = 120_000;
const TEA_HOUSE = 'https://tea-house.example';
const NEW = 'https://new.example';

let recipe: Recipe | undefined;

beforeAll(buildRecipes, TIMEOUT_MS);
afterEach(() => recipe?.close());

const cookiesFor = (origin: string): object => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
});
const grantTo = async (origin: string): Promise<object> => corsHeaders(await recipe!.get('/prices', origin));

/** Waits until the origin is allowed, or is no longer allowed. The time limit of the test ends the wait otherwise. */
async function until(origin: string, granted: boolean): Promise<void> {
  while (Object.keys(await grantTo(origin)).length > 0 !== granted) {
    await delay(20);
  }
}

it(
  'Drizzle on an embedded database loads the tenants of a table',
  async () => {
    recipe = await Recipe.start('drizzle');
    expect(await grantTo(TEA_HOUSE)).toEqual(cookiesFor(TEA_HOUSE));
    expect(await grantTo(NEW)).toEqual({});
  },
  TIMEOUT_MS,
);

describeWith('postgres', 'on PostgreSQL', (address) => {
  const schema = `cors_recipe_${process.pid}`;
  let database: pg.Client;

  beforeAll(async () => {
    database = new pg.Client(address);
    await database.connect();
    await database.query(`CREATE SCHEMA ${schema}`);
    await database.query(`SET search_path = ${schema}`);
  });
  afterAll(async () => {
    await database.query(`DROP SCHEMA ${schema} CASCADE`);
    await database.end();
  });

  it(
    'Drizzle sees rows that another client adds and removes, and rejects bad rows, without a restart',
    async () => {
      const url = new URL(address);
      url.searchParams.set('options', `-c search_path=${schema}`);
      recipe = await Recipe.start('drizzle', 'express', { DATABASE_URL: url.href });
      expect(await grantTo(TEA_HOUSE)).toEqual(cookiesFor(TEA_HOUSE));
      expect(await grantTo(NEW)).toEqual({});

      await database.query('INSERT INTO tenants VALUES ($1), ($2), ($3)', [NEW, '*', 'https://late.example/']);
      await until(NEW, true);
      expect(await grantTo(NEW)).toEqual(cookiesFor(NEW));
      expect(await grantTo('https://late.example')).toEqual({});
      expect(await grantTo('https://stranger.example')).toEqual({});

      await database.query('DELETE FROM tenants WHERE origin = $1', [NEW]);
      await until(NEW, false);
      expect(await grantTo(TEA_HOUSE)).toEqual(cookiesFor(TEA_HOUSE));
    },
    TIMEOUT_MS,
  );
});

/** Tests the source of the Drizzle recipe. The table is empty before each test. */
function describeDrizzle(
  name: string,
  open: () => Promise<[PgDatabase<PgQueryResultHKT>, end: () => Promise<unknown>]>,
) {
  let db: PgDatabase<PgQueryResultHKT>;
  let end: () => Promise<unknown>;
  const run = async (...statements: readonly string[]): Promise<void> => {
    for (const statement of statements) {
      await db.execute(sql.raw(statement));
    }
  };

  beforeAll(async () => {
    [db, end] = await open();
    await run(...migration);
  }, TIMEOUT_MS);
  afterAll(() => end(), TIMEOUT_MS);

  describeOriginSource(name, async () => {
    await db.delete(tenants);
    return {
      provider: new TenantOrigins(db),
      add: (origin) => db.insert(tenants).values({ origin: origin as string }),
      remove: (origin) => db.delete(tenants).where(eq(tenants.origin, origin)),
      breakDown: async () => {
        await run('ALTER TABLE list_versions RENAME TO away');
        return () => run('ALTER TABLE away RENAME TO list_versions');
      },
      close: async () => undefined,
    };
  });
}

describe('the source of the Drizzle recipe', () => {
  describeDrizzle('TenantOrigins, embedded', async () => {
    const client = new PGlite();
    return [embedded({ client }), () => client.close()];
  });

  describeWith('postgres', 'on a server', (address) => {
    describeDrizzle('TenantOrigins on PostgreSQL', async () => {
      const schema = `cors_drizzle_${process.pid}`;
      const url = new URL(address);
      url.searchParams.set('options', `-c search_path=${schema}`);
      const client = new pg.Pool({ connectionString: url.href });
      await client.query(`CREATE SCHEMA ${schema}`);
      const end = async (): Promise<void> => {
        await client.query(`DROP SCHEMA ${schema} CASCADE`);
        await client.end();
      };
      return [onPostgres({ client }), end];
    });
  });
});

describe('the source of the Mongoose recipe', () => {
  let server: MongoServer;
  let origins: MongooseOrigins;
  let tenants: Tenants;
  const open = async (): Promise<void> => {
    server = await mongoServer();
    tenants = new Tenants(server.url);
    origins = new MongooseOrigins(tenants);
  };
  const close = async (): Promise<void> => {
    await tenants.onApplicationShutdown();
    await server.close();
  };

  describeOriginSource('TenantOrigins', async () => {
    await open();
    return {
      provider: origins,
      add: (origin) => tenants.add(origin as string),
      remove: (origin) => tenants.remove(origin),
      breakDown: async () => {
        server.become('failing');
        return () => server.become('up');
      },
      close,
    };
  });

  it('stops a running query when its signal is aborted', async () => {
    await open();
    await tenants.add(TEA_HOUSE);
    expect(await origins.load(new AbortController().signal)).toEqual([TEA_HOUSE]);
    server.become('silent');
    const startedAt = performance.now();
    await expect(origins.load(AbortSignal.timeout(200))).rejects.toThrow();
    await expect(origins.version(AbortSignal.timeout(200))).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    server.become('up');
    expect(await origins.load(new AbortController().signal)).toEqual([TEA_HOUSE]);
    await close();
  });
});

it(
  'Mongoose reads from the primary, and reloads the list if the version changed or a change has not ended',
  async () => {
    const server = await mongoServer();
    try {
      const tenantRows = server.collection('tenants');
      tenantRows.push({ _id: 1, origin: TEA_HOUSE });
      recipe = await Recipe.start('mongoose', 'express', { MONGODB_URL: `${server.url}?readPreference=secondary` });
      await until(TEA_HOUSE, true);
      expect(await grantTo(NEW)).toEqual({});

      const count: Record<string, unknown> = { _id: 'tenants', version: 1, pending: 0 };
      tenantRows.push({ _id: 2, origin: NEW });
      server.collection('listversions').push(count);
      await until(NEW, true);

      // The state after a writer crashed: it had changed the list and had not ended the change.
      count['pending'] = 1;
      tenantRows.splice(1);
      await until(NEW, false);
      expect(await grantTo(TEA_HOUSE)).toEqual(cookiesFor(TEA_HOUSE));
      expect([...server.readPreferences]).toEqual(['primary']);
    } finally {
      await recipe?.close();
      await server.close();
    }
  },
  TIMEOUT_MS,
);
