/*
 * Prisma: the origins of tenants in a table of PostgreSQL. A trigger increments a version on every change, and the list
 * is reloaded only if the version changed. A second trigger pushes each change.
 *
 *   model Tenant {                          model ListVersion {
 *     origin String @id                       list    String @id
 *     @@map("tenants")                        version BigInt
 *   }                                         @@map("list_versions")
 *                                           }
 *
 * Your app imports `TenantCorsModule` with its PrismaClient. This file declares only the methods that it calls, because
 * `prisma generate` downloads an engine.
 */
import { type DynamicModule, Inject, Injectable, Module } from '@nestjs/common';
import { CorsModule, type OriginSource } from 'nestjs-cors-policy';
import { PostgresNotify, postgresNotifyTrigger } from 'nestjs-cors-policy/postgres';

/** The methods of the generated `PrismaClient` that the source calls. */
export interface TenantClient {
  readonly tenant: {
    findMany(query: { select: { origin: true } }): Promise<readonly { readonly origin: string }[]>;
  };
  readonly listVersion: {
    findUnique(query: { where: { list: string } }): Promise<{ readonly version: bigint } | null>;
  };
}

/**
 * Statements for a migration made by `prisma migrate dev --create-only`. The newest timestamp is not a version:
 * deleting a row does not change it.
 */
export const triggers: readonly string[] = [
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
  ...postgresNotifyTrigger({ table: 'tenants' }).up,
];

const CLIENT = Symbol('PrismaClient');

@Injectable()
export class TenantOrigins implements OriginSource {
  constructor(
    @Inject(CLIENT) private readonly prisma: TenantClient,
    @Inject(PostgresNotify) private readonly feed: PostgresNotify,
  ) {}

  /** Prisma cannot cancel a query. An aborted call starts no query; `statement_timeout` ends a query that hangs. */
  async load(signal: AbortSignal): Promise<string[]> {
    signal.throwIfAborted();
    return (await this.prisma.tenant.findMany({ select: { origin: true } })).map(({ origin }) => origin);
  }

  async version(signal: AbortSignal): Promise<bigint | undefined> {
    signal.throwIfAborted();
    return (await this.prisma.listVersion.findUnique({ where: { list: 'tenants' } }))?.version;
  }

  watch(changed: () => void): () => Promise<void> {
    return this.feed.watch(changed);
  }
}

/** `TenantCorsModule.forRoot(new PrismaClient({ adapter: new PrismaPg({ connectionString }) }), connectionString)` */
@Module({})
export class TenantCorsModule {
  static forRoot(prisma: TenantClient, connection: string): DynamicModule {
    return {
      module: TenantCorsModule,
      imports: [
        CorsModule.forRoot({
          policies: { tenant: { origin: TenantOrigins, credentials: true, allowedHeaders: ['Content-Type'] } },
        }),
      ],
      providers: [
        { provide: CLIENT, useValue: prisma },
        { provide: PostgresNotify, useFactory: () => new PostgresNotify({ connection }) },
        TenantOrigins,
      ],
    };
  }
}
