import type { DataSource, QueryRunner, SelectQueryBuilder } from 'typeorm';
import type { ChangeFeed, ChangeListener } from '../../providers/ports.js';
import { CorsAllowlistVersion } from './cors-allowlist-version.entity.js';
import { CorsOriginEntity } from './cors-origin.entity.js';
import { foldVersion } from './fold-version.js';
import { reading } from './reading.js';

/** Number of rows of a version above which they are summed up. */
const MOST_PARTS = 250;
/** Share of the reads that sum up: many instances read the same list. */
const FOLD_CHANCE = 0.1;

/** A row of a query. */
export interface Row {
  readonly origin: string;
  readonly allowlist: string;
}

/** The part that the two providers on the tables share: the name of a list, its version, and the feed of changes. */
export abstract class StoredList {
  /** Begins to listen to the feed; absent without a feed, so that the version is polled. */
  readonly watch?: (changed: ChangeListener) => () => void | Promise<void>;

  /**
   * @param dataSource that has `corsEntities`; initialised before the list is first read
   * @param allowlist the name of the list
   * @param feed reports changes sooner than polling does
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

  /**
   * One statement: the sum of the counters that the triggers raise, and whether the list has any row, as MariaDB and MySQL run no
   * trigger when a table is truncated. A list that never had a row has a version too.
   */
  version(signal: AbortSignal): Promise<string> {
    return reading(this.dataSource, signal, async (runner) => {
      const { allowlist } = this;
      const query = this.dataSource.createQueryBuilder(CorsAllowlistVersion, 'v', runner);
      const rows = query
        .subQuery()
        // The column that a load reads: where it is gone, that is to be known before the list has changed.
        .select('o.origin')
        .from(CorsOriginEntity, 'o')
        .where('o.allowlist = :allowlist')
        .getQuery();
      const row = await query
        .select('SUM(v.version)', 'version')
        .addSelect('COUNT(*)', 'parts')
        .addSelect(`CASE WHEN EXISTS ${rows} THEN 1 ELSE 0 END`, 'filled')
        .where('v.allowlist = :allowlist', { allowlist })
        .cache(false)
        .getRawOne<{ version: string | number | null; parts: unknown; filled: unknown }>();
      if (Number(row?.parts) > MOST_PARTS && Math.random() < FOLD_CHANCE) {
        await foldVersion(runner, allowlist, signal);
      }
      return `${String(row?.version ?? 'none')}${Number(row?.filled) === 1 ? '' : ' empty'}`;
    });
  }

  /** The enabled rows of the list, and of lists whose names the database treats as equal. */
  protected rows(runner: QueryRunner): SelectQueryBuilder<CorsOriginEntity> {
    return this.dataSource
      .createQueryBuilder(CorsOriginEntity, 'o', runner)
      .select('o.origin', 'origin')
      .addSelect('o.allowlist', 'allowlist')
      .where('o.allowlist = :allowlist AND o.enabled = :enabled', { allowlist: this.allowlist, enabled: true })
      .cache(false);
  }

  /** Reports whether a row is of this list, byte for byte: a collation may fold case or blanks. */
  protected isOwn({ allowlist }: Row): boolean {
    return allowlist === this.allowlist;
  }
}
