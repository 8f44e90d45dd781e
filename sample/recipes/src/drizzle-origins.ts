import { eq } from 'drizzle-orm';
import { bigint, type PgDatabase, type PgQueryResultHKT, pgTable, text } from 'drizzle-orm/pg-core';
import type { OriginSource } from 'nestjs-cors-policy';
import type { ChangeFeed } from 'nestjs-cors-policy/postgres';

export const tenants = pgTable('tenants', { origin: text().primaryKey() });
const listVersions = pgTable('list_versions', {
  list: text().primaryKey(),
  version: bigint({ mode: 'bigint' }).notNull(),
});

/** What a migration of yours would hold. A newest timestamp is no version: it does not change when a row is deleted. */
export const migration: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS tenants (origin text PRIMARY KEY)`,
  `CREATE TABLE IF NOT EXISTS list_versions (list text PRIMARY KEY, version bigint NOT NULL)`,
  `INSERT INTO list_versions VALUES ('tenants', 0) ON CONFLICT DO NOTHING`,
  `CREATE OR REPLACE FUNCTION count_tenants_version() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN UPDATE list_versions SET version = version + 1 WHERE list = 'tenants'; RETURN NULL; END $$`,
  `CREATE OR REPLACE TRIGGER tenants_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON tenants
     FOR EACH STATEMENT EXECUTE FUNCTION count_tenants_version()`,
];

/** The origins of the table. */
export class TenantOrigins implements OriginSource {
  /** There with a feed alone: a source that nobody tells of changes is asked for its version every `pollMs`. */
  readonly watch?: (changed: () => void) => () => void | Promise<void>;

  constructor(
    private readonly db: PgDatabase<PgQueryResultHKT>,
    feed?: ChangeFeed,
  ) {
    if (feed !== undefined) {
      this.watch = (changed) => feed.watch(changed);
    }
  }

  async load(): Promise<string[]> {
    return (await this.db.select().from(tenants)).map(({ origin }) => origin);
  }

  async version(): Promise<bigint | undefined> {
    const rows = await this.db.select().from(listVersions).where(eq(listVersions.list, 'tenants'));
    return rows[0]?.version;
  }
}
