import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from './dialects/dialects.js';

/**
 * Creates `cors_origins` and `cors_allowlist_versions`, and triggers that raise a list's version with every change,
 * whichever client makes it. On PostgreSQL they also send the list's name to the channel `nestjs_cors_policy`, for
 * `PostgresNotify`. In the schema of the data source, if it has one. {@link HardenCorsOrigins1764115200000} follows it.
 *
 * `TRUNCATE` runs no trigger on MariaDB and MySQL, but an empty list is still noticed.
 *
 * @throws Error on other databases: write a migration of your own for the entities there
 *
 * @example
 * new DataSource({ type: 'postgres', migrations: [...corsMigrations] }); // all three, in their order
 */
export class CreateCorsOrigins1763683200000 implements MigrationInterface {
  readonly name = 'CreateCorsOrigins1763683200000';

  async up(runner: QueryRunner): Promise<void> {
    await runAll(runner, (await dialectOf(runner)).create.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runAll(runner, (await dialectOf(runner)).create.down);
  }
}

/** Runs the statements of a migration in their order. */
export async function runAll(runner: QueryRunner, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await runner.query(statement);
  }
}
