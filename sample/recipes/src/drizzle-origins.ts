import { eq } from 'drizzle-orm';
import { bigint, type PgDatabase, type PgQueryResultHKT, pgTable, text } from 'drizzle-orm/pg-core';
import type { OriginSource } from 'nestjs-cors-policy';
import type { ChangeFeed } from 'nestjs-cors-policy/postgres';

export const tenants = pgTable('tenants', { origin: text().primaryKey() });
const listVersions = pgTable('list_versions', {
  list: text().primaryKey(),
  version: bigint({ mode: 'bigint' }).notNull(),
});

/** Statements for your migration. The newest timestamp is not a version: deleting a row does not change it. */
export const migration: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS tenants (origin text PRIMARY KEY)`,
  `CREATE TABLE IF NOT EXISTS list_versions (list text PRIMARY KEY, version bigint NOT NULL)`,
  `INSERT INTO list_versions VALUES ('tenants', 0) ON CONFLICT DO NOTHING`,
  // Names the schema. Otherwise a client's temporary table of the same name would be updated.
  `CREATE OR REPLACE FUNCTION count_tenants_version() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN
       EXECUTE format('UPDATE %I.list_versions SET version = version + 1 WHERE list = ''tenants''', TG_TABLE_SCHEMA);
       RETURN NULL;
     END $$`,
  // CREATE OR REPLACE TRIGGER needs PostgreSQL 14.
  `DROP TRIGGER IF EXISTS tenants_version ON tenants`,
  `CREATE TRIGGER tenants_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON tenants
     FOR EACH STATEMENT EXECUTE FUNCTION count_tenants_version()`,
];

/** The origins of the table. */
export class TenantOrigins implements OriginSource {
  /** Defined only with a feed. Without a feed the library reads the version every `pollMs`. */
  readonly watch?: (changed: () => void) => () => void | Promise<void>;

  constructor(
    private readonly db: PgDatabase<PgQueryResultHKT>,
    feed?: ChangeFeed,
  ) {
    if (feed !== undefined) {
      this.watch = (changed) => feed.watch(changed);
    }
  }

  /** Drizzle cannot cancel a query. An aborted call starts no query; `statement_timeout` ends a query that hangs. */
  async load(signal: AbortSignal): Promise<string[]> {
    signal.throwIfAborted();
    return (await this.db.select().from(tenants)).map(({ origin }) => origin);
  }

  async version(signal: AbortSignal): Promise<bigint | undefined> {
    signal.throwIfAborted();
    const rows = await this.db.select().from(listVersions).where(eq(listVersions.list, 'tenants'));
    return rows[0]?.version;
  }
}
