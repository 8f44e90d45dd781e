import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Unique, UpdateDateColumn } from 'typeorm';

/** Longest name of an allowlist, in characters. */
export const MAX_ALLOWLIST_LENGTH = 64;
/** Longest note, in characters. */
export const MAX_NOTE_LENGTH = 500;
/** As long as an origin may be, in characters. */
export const MAX_STORED_ORIGIN_LENGTH = 512;
/** The largest `id`: that of a 32-bit integer. */
export const MAX_ID = 2 ** 31 - 1;

/**
 * An entry of an allowlist: a row of `cors_origins`. An entry that was not written by `CorsOrigins` is checked when it
 * is read.
 *
 * @example
 * dataSource.getRepository(CorsOriginEntity).countBy({ allowlist: 'partners', enabled: true });
 */
@Entity({ name: 'cors_origins' })
@Unique('uq_cors_origins', ['allowlist', 'origin'])
export class CorsOriginEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  /** The list that it belongs to: `partners`. */
  @Column({ type: 'varchar', length: MAX_ALLOWLIST_LENGTH })
  allowlist!: string;

  /** An origin or an origin pattern, as a policy takes them. */
  @Column({ type: 'varchar', length: MAX_STORED_ORIGIN_LENGTH })
  origin!: string;

  /** True if the entry is used. */
  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  /** A note for people: the owner of the entry, the one who asked for it. */
  @Column({ type: 'varchar', length: MAX_NOTE_LENGTH, nullable: true })
  note!: string | null;

  @CreateDateColumn({ name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at' })
  updatedAt!: Date;
}
