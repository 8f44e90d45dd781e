/*
 * Drizzle: the origins of tenants in a table. Triggers increment a version on every change, and the list is reloaded
 * only if the version changed. The database is embedded (PGlite) by default. DATABASE_URL selects a PostgreSQL server,
 * which also pushes changes.
 */
import 'reflect-metadata';
import { PGlite } from '@electric-sql/pglite';
import { Controller, Get, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { sql } from 'drizzle-orm';
import { drizzle as onPostgres } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as embedded } from 'drizzle-orm/pglite';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { postgresNotifyTrigger, PostgresNotify } from 'nestjs-cors-policy/postgres';
import pg from 'pg';
import { migration, TenantOrigins, tenants } from './drizzle-origins.js';
import { platform } from './platform.js';
import { start } from './start.js';

/** The connection to the database, and on a PostgreSQL server the feed that reports changes. */
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
      pool.on('error', () => undefined); // the next query replaces an idle connection that broke
      this.db = onPostgres({ client: pool });
      this.feed = new PostgresNotify({ connection: url });
      this.end = () => pool.end();
    }
  }

  async migrate(): Promise<void> {
    for (const statement of [...migration, ...postgresNotifyTrigger({ table: 'tenants' }).up]) {
      await this.db.execute(sql.raw(statement));
    }
    await this.db.insert(tenants).values({ origin: 'https://tea-house.example' }).onConflictDoNothing();
  }

  onApplicationShutdown(): Promise<void> {
    return this.end();
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
  imports: [
    CorsModule.forRoot({
      policies: { tenant: { origin: TenantOrigins, credentials: true, allowedHeaders: ['Content-Type'] } },
    }),
  ],
  controllers: [PricesController],
  providers: [
    Database,
    {
      provide: TenantOrigins,
      inject: [Database],
      useFactory: ({ db, feed }: Database) => new TenantOrigins(db, feed),
    },
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] });
app.enableShutdownHooks();
await app.get(Database).migrate();
await start(app);
