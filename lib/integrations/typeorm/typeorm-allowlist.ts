import type { OriginLookup } from '../../providers/ports.js';
import { type DataSourceName, referenceTo, type StoredListReference } from './reference.js';
import { reading } from './reading.js';
import { type Row, StoredList } from './stored-list.js';

/**
 * An allowlist of the table `cors_origins` that is too long for the memory: `origin:
 * TypeOrmAllowlist.forAllowlist('shops')`, with `CorsTypeOrmModule.forRoot()` among the imports. Unknown origins are
 * looked up in one query on an index, for all requests of one time. Wildcards and the checks of each policy work as in
 * a list.
 *
 * @example
 * CorsModule.forRoot({ policies: { shop: { origin: TypeOrmAllowlist.forAllowlist('shops') } } });
 */
export class TypeOrmAllowlist extends StoredList implements OriginLookup {
  /** @throws TypeError where the name of the list is empty */
  static forAllowlist(allowlist: string, dataSource: DataSourceName = {}): StoredListReference {
    return referenceTo('TypeOrmAllowlist', allowlist, dataSource);
  }

  lookUp(patterns: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    return reading(this.dataSource, signal, async (runner) => {
      // One parameter if the database accepts an array: a statement with 500 parameters costs more than the look-up.
      const isAmong = runner.connection.driver.options.type === 'postgres' ? '= ANY(:patterns)' : 'IN (:...patterns)';
      const rows = await this.rows(runner).andWhere(`o.origin ${isAmong}`, { patterns }).getRawMany<Row>();
      return rows.filter((row) => this.isOwn(row)).map(({ origin }) => origin);
    });
  }
}
