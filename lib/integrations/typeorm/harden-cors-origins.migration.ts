import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runAll } from './create-cors-origins.migration.js';
import { dialectOf } from './dialects/dialects.js';

/**
 * Gives names and origins one meaning, and triggers fewer side effects. It keeps all rows, up and down.
 *
 * - MariaDB and MySQL: names and origins are compared by their bytes, blanks at the end included, and triggers raise a
 *   version once a statement. Going down fails where two lists have the same origin and names that differ in such blanks.
 * - PostgreSQL: times have a time zone. Triggers run with the rights of their owner and a closed search path, so that a
 *   role needs rights on `cors_origins` alone, and they raise versions when a transaction commits, so that an open
 *   import does not block other transactions. For that there is one more table, `cors_allowlist_changes`, with rows of
 *   open transactions only.
 * - SQLite: nothing to change.
 *
 * @throws Error on other databases
 *
 * @example
 * new DataSource({ type: 'postgres', migrations: [...corsMigrations] }); // all three, in their order
 */
export class HardenCorsOrigins1764115200000 implements MigrationInterface {
  readonly name = 'HardenCorsOrigins1764115200000';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, (await dialectOf(runner)).harden.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, (await dialectOf(runner)).harden.down);
  }
}
