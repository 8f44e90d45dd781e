import type { OriginSource, SourceLimits } from '../../providers/ports.js';
import { type DataSourceName, referenceTo, type StoredListReference } from './reference.js';
import { reading } from './reading.js';
import { type Row, StoredList } from './stored-list.js';

/** Rows read at a time: few enough that parsing does not block the event loop. */
const PAGE = 2_000;

/**
 * An allowlist of the table `cors_origins`, held in memory: `origin: TypeOrmOrigins.forAllowlist('partners')`, with
 * `CorsTypeOrmModule.forRoot()` among the imports. Its version is read every `pollMs`, or after a message of the feed;
 * the list is read only if it changed, in pages. For a list above `maxEntries` use {@link TypeOrmAllowlist}.
 *
 * @example
 * CorsModule.forRoot({ policies: { partner: { origin: TypeOrmOrigins.forAllowlist('partners') } } });
 */
export class TypeOrmOrigins extends StoredList implements OriginSource {
  /** @throws TypeError where the name of the list is empty */
  static forAllowlist(allowlist: string, dataSource: DataSourceName = {}): StoredListReference {
    return referenceTo('TypeOrmOrigins', allowlist, dataSource);
  }

  /** @param limits where to stop: the library refuses a list above `maxEntries`, so reading more is useless */
  async load(signal: AbortSignal, { maxEntries = Infinity }: SourceLimits = {}): Promise<readonly string[]> {
    return reading(this.dataSource, signal, async (runner) => {
      const origins: string[] = [];
      for (let last: string | undefined; ;) {
        const query = this.rows(runner)
          .orderBy('o.origin')
          .limit(Math.min(PAGE, maxEntries + 1));
        const page = await (
          last === undefined ? query : query.andWhere('o.origin > :last', { last })
        ).getRawMany<Row>();
        signal.throwIfAborted();
        for (const row of page) {
          if (this.isOwn(row)) {
            origins.push(row.origin);
          }
        }
        last = page.at(-1)?.origin;
        if (last === undefined || page.length < Math.min(PAGE, maxEntries + 1) || origins.length > maxEntries) {
          return origins;
        }
      }
    });
  }
}
