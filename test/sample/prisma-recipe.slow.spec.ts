import pg from 'pg';
import type * as postgres from 'nestjs-cors-policy/postgres';
import type * as prisma from '../../sample/recipes/src/prisma.js';
import { builtLibrary } from '../support/built-library.js';
import { describeOriginSource } from '../support/conformance.js';
import { describeWith } from '../support/services.js';

/*
 * The Prisma recipe without Prisma, because generating a client downloads an engine. The source, the triggers and the
 * push run on a PostgreSQL server. The two queries of the client are written by hand.
 */

const TIMEOUT_MS = 120_000;

describeWith('postgres', 'the source of the Prisma recipe', (address) => {
  const schema = `cors_prisma_${process.pid}`;
  const url = new URL(address);
  url.searchParams.set('options', `-c search_path=${schema}`);
  const pool = new pg.Pool({ connectionString: url.href });
  let recipe: typeof prisma;
  let PostgresNotify: typeof postgres.PostgresNotify;

  const client: prisma.TenantClient = {
    tenant: {
      findMany: async () => (await pool.query<{ origin: string }>('SELECT origin FROM tenants')).rows,
    },
    listVersion: {
      findUnique: async ({ where }) => {
        const { rows } = await pool.query<{ version: string }>('SELECT version FROM list_versions WHERE list = $1', [
          where.list,
        ]);
        return rows[0] === undefined ? null : { version: BigInt(rows[0].version) };
      },
    },
  };

  beforeAll(async () => {
    await builtLibrary();
    recipe = await import('../../sample/recipes/src/prisma.js');
    ({ PostgresNotify } = await import('nestjs-cors-policy/postgres'));
    await pool.query(`CREATE SCHEMA ${schema}`);
    // The tables of the models in the recipe.
    await pool.query('CREATE TABLE tenants (origin text PRIMARY KEY)');
    await pool.query('CREATE TABLE list_versions (list text PRIMARY KEY, version bigint NOT NULL)');
    for (const statement of recipe.triggers) {
      await pool.query(statement);
    }
  }, TIMEOUT_MS);
  afterAll(async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    await pool.end();
  }, TIMEOUT_MS);

  describeOriginSource('TenantOrigins', async () => {
    await pool.query('DELETE FROM tenants');
    const feed = new PostgresNotify({ connection: url.href, log: { log() {}, warn() {}, error() {} } });
    return {
      provider: new recipe.TenantOrigins(client, feed),
      add: (origin) => pool.query('INSERT INTO tenants VALUES ($1)', [origin]),
      remove: (origin) => pool.query('DELETE FROM tenants WHERE origin = $1', [origin]),
      breakDown: async () => {
        await pool.query('ALTER TABLE list_versions RENAME TO away');
        return () => pool.query('ALTER TABLE away RENAME TO list_versions');
      },
      close: async () => undefined,
    };
  });
});
