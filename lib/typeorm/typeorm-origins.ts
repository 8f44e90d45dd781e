import type { OriginSource } from '../allowlists/ports.js';
import { type DataSourceName, referenceTo, type StoredListReference } from './reference.js';
import { reading } from './reading.js';
import { StoredList } from './stored-list.js';

/** Rows read at a time: few enough that to parse them is no pause of the event loop. */
const PAGE = 2_000;

/**
 * An allowlist of the table `cors_origins`, held in memory: `origin: TypeOrmOrigins.forAllowlist('partners')`, with
 * `CorsTypeOrmModule.forRoot()` among the imports. Its version is asked for every `pollMs`, or when the feed speaks;
 * the list is read only when it has changed, in pages. For a list above `maxEntries` there is {@link TypeOrmAllowlist}.
 */
export class TypeOrmOrigins extends StoredList implements OriginSource {
  /** @throws TypeError where the name of the list is empty */
  static forAllowlist(allowlist: string, dataSource: DataSourceName = {}): StoredListReference {
    return referenceTo('TypeOrmOrigins', allowlist, dataSource);
  }

  async load(signal: AbortSignal): Promise<readonly string[]> {
    return reading(this.dataSource, signal, async (runner) => {
      const origins: string[] = [];
      for (let last: string | undefined; ;) {
        const query = this.rows(runner).orderBy('o.origin').limit(PAGE);
        const page = await (last === undefined ? query : query.andWhere('o.origin > :last', { last })).getRawMany<{
          origin: string;
        }>();
        signal.throwIfAborted();
        for (const { origin } of page) {
          origins.push(origin);
        }
        last = page.at(-1)?.origin;
        if (last === undefined || page.length < PAGE) {
          return origins;
        }
      }
    });
  }
}
