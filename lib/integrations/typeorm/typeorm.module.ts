import {
  type DynamicModule,
  type InjectionToken,
  Logger,
  Module,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type Provider,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { quietly } from '../../providers/log.js';
import type { ChangeFeed } from '../../providers/ports.js';
import { CorsAllowlists } from '../../nest/cors-allowlists.service.js';
import { CorsOrigins } from './cors-origins.js';
import { tokenFor } from './reference.js';
import { CorsTables } from './tables.js';
import { TypeOrmAllowlist } from './typeorm-allowlist.js';
import { TypeOrmOrigins } from './typeorm-origins.js';

/**
 * Options of `CorsTypeOrmModule.forRoot()`.
 *
 * @example
 * CorsTypeOrmModule.forRoot({ dataSource: 'tenants', feed: PostgresNotify });
 */
export interface CorsTypeOrmOptions extends Pick<ModuleMetadata, 'imports'> {
  /** The name that `TypeOrmModule.forRoot({ name })` gave the data source. Default: the one without a name. */
  readonly dataSource?: string;
  /** Reports changes sooner than polling does: a feed, or the token of a provider that is one. */
  readonly feed?: ChangeFeed | InjectionToken;
}

/** A provider that creates each list of the tables once. */
interface StoredLists<List> {
  forAllowlist(allowlist: string): List;
}

/**
 * Makes the tables of one data source available to policies (`TypeOrmOrigins.forAllowlist('partners')`,
 * `TypeOrmAllowlist.forAllowlist('shops')`) and of the app (`CorsOrigins`; of a named data source, by the token
 * `CorsOrigins.token('name')`). Global; import it once for each data source, beside `TypeOrmModule`.
 *
 * @example
 * imports: [TypeOrmModule.forRoot({ … }), CorsTypeOrmModule.forRoot(), CorsModule.forRoot({ … })]
 */
@Module({})
export class CorsTypeOrmModule {
  /** @throws nothing; a missing data source stops startup, like any missing provider */
  static forRoot({ dataSource, feed, imports = [] }: CorsTypeOrmOptions = {}): DynamicModule {
    const feedToken = tokenFor('nestjs-cors-policy:change-feed', dataSource);
    // The tokens of @nestjs/typeorm; calling it would load it.
    const source: InjectionToken = dataSource === undefined ? DataSource : `${dataSource}DataSource`;
    const lists = <List>(
      provider: string,
      make: new (from: DataSource, name: string, by?: ChangeFeed) => List,
    ): Provider => ({
      provide: tokenFor(provider, dataSource),
      useFactory: (from: DataSource, by: ChangeFeed | null): StoredLists<List> => ({
        forAllowlist: (name) => new make(from, name, by ?? undefined),
      }),
      inject: [source, feedToken],
    });
    const service: InjectionToken = CorsOrigins.token(dataSource);
    const providers: Provider[] = [
      feedProvider(feedToken, feed),
      {
        provide: tokenFor('nestjs-cors-policy:table-check', dataSource),
        useFactory: (from: DataSource) => new TableCheck(from),
        inject: [source],
      },
      lists('TypeOrmOrigins', TypeOrmOrigins),
      lists('TypeOrmAllowlist', TypeOrmAllowlist),
      {
        provide: service,
        useFactory: (from: DataSource, by: ChangeFeed | null, allowlists?: CorsAllowlists) =>
          new CorsOrigins({ dataSource: from, name: dataSource, feed: by ?? undefined, allowlists }),
        inject: [source, feedToken, { token: CorsAllowlists, optional: true }],
      },
    ];
    return { module: CorsTypeOrmModule, global: true, imports, providers, exports: providers.map(tokenOf) };
  }
}

/** Warns at boot of what the tables lack: rights, triggers, columns that compare bytes. The boot does not wait for it. */
class TableCheck implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #dataSource: DataSource;
  readonly #end = new AbortController();

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  onApplicationBootstrap(): void {
    void new CorsTables(this.#dataSource).warn(quietly(new Logger('CorsTypeOrmModule')), this.#end.signal);
  }

  onModuleDestroy(): void {
    this.#end.abort();
  }
}

function feedProvider(provide: string, feed: ChangeFeed | InjectionToken | undefined): Provider {
  if (feed === undefined) {
    return { provide, useValue: null };
  }
  return isFeed(feed) ? { provide, useValue: feed } : { provide, useExisting: feed };
}

function isFeed(feed: ChangeFeed | InjectionToken): feed is ChangeFeed {
  return typeof feed === 'object' && 'watch' in feed && typeof feed.watch === 'function';
}

function tokenOf(provider: Provider): InjectionToken {
  return typeof provider === 'function' ? provider : provider.provide;
}
