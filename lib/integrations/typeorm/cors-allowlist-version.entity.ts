import { Column, Entity, PrimaryColumn } from 'typeorm';
import { MAX_ALLOWLIST_LENGTH } from './cors-origin.entity.js';

/**
 * The version of an allowlist: the sum of its rows in `cors_allowlist_versions`. Triggers of the migrations raise it with
 * every change of `cors_origins`: PostgreSQL and SQLite have one row a list, MariaDB and MySQL add a row for each change.
 *
 * @example
 * new DataSource({ type: 'postgres', entities: [CorsOriginEntity, CorsAllowlistVersion] });
 */
@Entity({ name: 'cors_allowlist_versions' })
export class CorsAllowlistVersion {
  @PrimaryColumn({ type: 'varchar', length: MAX_ALLOWLIST_LENGTH })
  allowlist!: string;

  /**
   * The sum grows with each change. It begins at the clock, so that a new table does not repeat what an old one had.
   */
  @Column({ type: 'bigint' })
  version!: string;
}
