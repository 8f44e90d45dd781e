import type { OriginLookup } from '../allowlists/ports.js';
import { type DataSourceName, referenceTo, type StoredListReference } from './reference.js';
import { reading } from './reading.js';
import { StoredList } from './stored-list.js';

/**
 * An allowlist of the table `cors_origins` that is too long to hold: `origin: TypeOrmAllowlist.forAllowlist('shops')`, with
 * `CorsTypeOrmModule.forRoot()` among the imports. What is not known yet is looked up by one query on an index, for
 * all origins that are asked about at one time. Wildcards and the checks of each policy count as they do in a list.
 */
export class TypeOrmAllowlist extends StoredList implements OriginLookup {
  /** @throws TypeError where the name of the list is empty */
  static forAllowlist(allowlist: string, dataSource: DataSourceName = {}): StoredListReference {
    return referenceTo('TypeOrmAllowlist', allowlist, dataSource);
  }

  lookUp(patterns: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    return reading(this.dataSource, signal, async (runner) => {
      const rows = await this.rows(runner)
        .andWhere('o.origin IN (:...patterns)', { patterns })
        .getRawMany<{ origin: string }>();
      return rows.map(({ origin }) => origin);
    });
  }
}
