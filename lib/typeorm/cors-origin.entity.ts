import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Unique, UpdateDateColumn } from 'typeorm';

/** Longest name of an allowlist, in characters. */
export const MAX_ALLOWLIST_LENGTH = 64;
/** Longest note, in characters. */
export const MAX_NOTE_LENGTH = 500;
/** As long as an origin may be. */
const ORIGIN_LENGTH = 512;

/** An entry of an allowlist: a row of `cors_origins`. Who writes it without `CorsOrigins` is checked when it is read. */
@Entity({ name: 'cors_origins' })
@Unique('uq_cors_origins', ['allowlist', 'origin'])
export class CorsOriginEntity {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  /** The list that it belongs to: `partners`. */
  @Column({ type: 'varchar', length: MAX_ALLOWLIST_LENGTH })
  allowlist!: string;

  /** An origin or an origin pattern, as a policy takes them. */
  @Column({ type: 'varchar', length: ORIGIN_LENGTH })
  origin!: string;

  /** Whether it counts. */
  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  /** For people: whose it is, who asked for it. */
  @Column({ type: 'varchar', length: MAX_NOTE_LENGTH, nullable: true })
  note!: string | null;

  @CreateDateColumn({ name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at' })
  updatedAt!: Date;
}
