import { Column, Entity, PrimaryColumn } from 'typeorm';
import { MAX_ALLOWLIST_LENGTH } from './cors-origin.entity.js';

/**
 * What state an allowlist is in: a row of `cors_allowlist_versions`, one for each list, never deleted. Triggers of the
 * migration raise it with every change of `cors_origins`.
 */
@Entity({ name: 'cors_allowlist_versions' })
export class CorsAllowlistVersion {
  @PrimaryColumn({ type: 'varchar', length: MAX_ALLOWLIST_LENGTH })
  allowlist!: string;

  /** Grows with each change, and is never below the milliseconds of the clock, so that a new table repeats no old one. */
  @Column({ type: 'bigint' })
  version!: string;
}
