import { type DynamicModule, type InjectionToken, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ChangeFeed } from '../allowlists/ports.js';
import { CorsAllowlists } from '../module/allowlists.service.js';
import { CorsOrigins } from './cors-origins.js';
import { tokenFor } from './reference.js';
import { TypeOrmAllowlist } from './typeorm-allowlist.js';
import { TypeOrmOrigins } from './typeorm-origins.js';

/** Options of `CorsTypeOrmModule.forRoot()`. */
export interface CorsTypeOrmOptions extends Pick<ModuleMetadata, 'imports'> {
  /** The name that `TypeOrmModule.forRoot({ name })` gave the data source. Default: the one without a name. */
  readonly dataSource?: string;
  /** Tells of changes sooner than polling does: a feed, or the token of a provider that is one. */
  readonly feed?: ChangeFeed | InjectionToken;
}

/** A provider that makes each list of the tables once. */
interface StoredLists<List> {
  forAllowlist(allowlist: string): List;
}

/**
 * Puts the tables of one data source at the disposal of policies (`TypeOrmOrigins.forAllowlist('partners')`,
 * `TypeOrmAllowlist.forAllowlist('shops')`) and of the app (`CorsOrigins`; of a named data source, what
 * `CorsOrigins.token('name')` names). Global; import it once for each data source, beside `TypeOrmModule`.
 */
@Module({})
export class CorsTypeOrmModule {
  /** @throws nothing; a data source that the app has not got ends the boot, as any missing provider does */
  static forRoot({ dataSource, feed, imports = [] }: CorsTypeOrmOptions = {}): DynamicModule {
    const feedToken = tokenFor('nestjs-cors-policy:change-feed', dataSource);
    // As @nestjs/typeorm names them; to ask it would be to load it.
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
