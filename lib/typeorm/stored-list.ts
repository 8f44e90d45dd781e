import type { DataSource, QueryRunner, SelectQueryBuilder } from 'typeorm';
import type { ChangeFeed } from '../allowlists/ports.js';
import { CorsAllowlistVersion } from './cors-allowlist-version.entity.js';
import { CorsOriginEntity } from './cors-origin.entity.js';
import { reading } from './reading.js';

/** What the two providers on the tables share: the name of a list, its version, and the feed that tells of changes. */
export abstract class StoredList {
  /** Begins to listen to the feed; absent where there is none, so that the version is polled. */
  readonly watch?: (changed: () => void) => () => void | Promise<void>;

  /**
   * @param dataSource that has `corsEntities`; initialised before the list is first read
   * @param allowlist the name of the list
   * @param feed tells of changes sooner than polling does
   */
  constructor(
    protected readonly dataSource: DataSource,
    readonly allowlist: string,
    feed?: ChangeFeed,
  ) {
    if (feed !== undefined) {
      this.watch = (changed) => feed.watch(changed, allowlist);
    }
  }

  /** One look at two indexes: the counter that the triggers raise, and whether the list has any row. */
  version(signal: AbortSignal): Promise<string | undefined> {
    return reading(this.dataSource, signal, async (runner) => {
      const row = await this.dataSource
        .createQueryBuilder(CorsAllowlistVersion, 'v', runner)
        .select('v.version', 'version')
        .where('v.allowlist = :allowlist', { allowlist: this.allowlist })
        .getRawOne<{ version: unknown }>();
      if (row === undefined) {
        return undefined;
      }
      // MariaDB and MySQL run no trigger when a table is truncated.
      const first = await this.allRows(runner).limit(1).getRawOne<{ origin: unknown }>();
      return `${String(row.version)}${first === undefined ? ' empty' : ''}`;
    });
  }

  /** The rows of the list that count. */
  protected rows(runner: QueryRunner): SelectQueryBuilder<CorsOriginEntity> {
    return this.allRows(runner).andWhere('o.enabled = :enabled', { enabled: true });
  }

  private allRows(runner: QueryRunner): SelectQueryBuilder<CorsOriginEntity> {
    return this.dataSource
      .createQueryBuilder(CorsOriginEntity, 'o', runner)
      .select('o.origin', 'origin')
      .where('o.allowlist = :allowlist', { allowlist: this.allowlist });
  }
}
