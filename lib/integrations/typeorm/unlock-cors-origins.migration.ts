import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runAll } from './create-cors-origins.migration.js';
import { dialectOf } from './dialects/dialects.js';

/**
 * Lets transactions that write several lists run without waiting.
 *
 * - MariaDB and MySQL: each statement adds a row to `cors_allowlist_versions`, and the version of a list is their sum.
 *   Now and then, an instance that reads the list and may write the table replaces the rows of a list by their sum.
 * - PostgreSQL and SQLite: nothing to change.
 *
 * @throws Error on other databases
 *
 * @example
 * new DataSource({ type: 'postgres', migrations: [...corsMigrations] }); // all three, in their order
 */
export class UnlockCorsOrigins1764201600000 implements MigrationInterface {
  readonly name = 'UnlockCorsOrigins1764201600000';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, (await dialectOf(runner)).unlock.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, (await dialectOf(runner)).unlock.down);
  }
}
