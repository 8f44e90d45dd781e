/*
 * Drizzle: the origins of tenants in a table. The list is read again only when it has changed: triggers count a version
 * up, whoever writes. Embedded (PGlite) by default; with DATABASE_URL on PostgreSQL, where a change is also pushed.
 */
import 'reflect-metadata';
import { PGlite } from '@electric-sql/pglite';
import { Controller, Get, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { eq, sql } from 'drizzle-orm';
import { drizzle as onPostgres } from 'drizzle-orm/node-postgres';
import { bigint, type PgDatabase, type PgQueryResultHKT, pgTable, text } from 'drizzle-orm/pg-core';
import { drizzle as embedded } from 'drizzle-orm/pglite';
import { CorsModule, CorsPolicy, type OriginSource } from 'nestjs-cors-policy';
import { postgresNotifyTrigger, PostgresNotify } from 'nestjs-cors-policy/postgres';
import pg from 'pg';
import { platform } from './platform.js';
import { start } from './start.js';

const tenants = pgTable('tenants', { origin: text().primaryKey() });
const listVersions = pgTable('list_versions', {
  list: text().primaryKey(),
  version: bigint({ mode: 'bigint' }).notNull(),
});

/** What a migration of yours would hold. A newest timestamp is no version: it does not change when a row is deleted. */
const migration = [
  `CREATE TABLE IF NOT EXISTS tenants (origin text PRIMARY KEY)`,
  `CREATE TABLE IF NOT EXISTS list_versions (list text PRIMARY KEY, version bigint NOT NULL)`,
  `INSERT INTO list_versions VALUES ('tenants', 0) ON CONFLICT DO NOTHING`,
  `CREATE OR REPLACE FUNCTION count_tenants_version() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN UPDATE list_versions SET version = version + 1 WHERE list = 'tenants'; RETURN NULL; END $$`,
  `CREATE OR REPLACE TRIGGER tenants_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON tenants
     FOR EACH STATEMENT EXECUTE FUNCTION count_tenants_version()`,
  ...postgresNotifyTrigger({ table: 'tenants' }).up,
];

/** The connection, and who tells of changes, where anybody does. */
@Injectable()
class Database implements OnApplicationShutdown {
  readonly db: PgDatabase<PgQueryResultHKT>;
  readonly feed: PostgresNotify | undefined;
  private readonly end: () => Promise<void>;

  constructor() {
    const url = process.env['DATABASE_URL'];
    if (url === undefined) {
      const client = new PGlite();
      this.db = embedded({ client });
      this.end = () => client.close();
    } else {
      const pool = new pg.Pool({ connectionString: url });
      pool.on('error', () => undefined); // an idle connection that broke is replaced at the next query
      this.db = onPostgres({ client: pool });
      this.feed = new PostgresNotify({ connection: url });
      this.end = () => pool.end();
    }
  }

  async migrate(): Promise<void> {
    for (const statement of migration) {
      await this.db.execute(sql.raw(statement));
    }
    await this.db.insert(tenants).values({ origin: 'https://tea-house.example' }).onConflictDoNothing();
  }

  onApplicationShutdown(): Promise<void> {
    return this.end();
  }
}

@Injectable()
class TenantOrigins implements OriginSource {
  /** There on PostgreSQL alone: a source that nobody tells of changes is asked for its version every `pollMs`. */
  readonly watch?: (changed: () => void) => () => Promise<void>;

  constructor(@Inject(Database) private readonly database: Database) {
    const { feed } = database;
    if (feed !== undefined) {
      this.watch = (changed) => feed.watch(changed);
    }
  }

  async load(): Promise<string[]> {
    return (await this.database.db.select().from(tenants)).map(({ origin }) => origin);
  }

  async version(): Promise<bigint | undefined> {
    const rows = await this.database.db.select().from(listVersions).where(eq(listVersions.list, 'tenants'));
    return rows[0]?.version;
  }
}

@CorsPolicy('tenant')
@Controller('prices')
class PricesController {
  @Get()
  list(): readonly number[] {
    return [650, 900];
  }
}

@Module({
  imports: [CorsModule.forRoot({ policies: { tenant: { origin: TenantOrigins, credentials: true } } })],
  controllers: [PricesController],
  providers: [Database, TenantOrigins],
})
class AppModule {}

const app = await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] });
app.enableShutdownHooks();
await app.get(Database).migrate();
await start(app);
