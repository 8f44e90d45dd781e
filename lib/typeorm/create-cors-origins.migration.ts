import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from './dialects/dialect-of.js';

/**
 * Makes `cors_origins` and `cors_allowlist_versions`, and the triggers that raise a list's version with every change,
 * by whoever it is made. On PostgreSQL they also send the list's name to the channel `nestjs_cors_policy`, for
 * `PostgresNotify`. In the schema of the data source, where that names one.
 *
 * `TRUNCATE` runs no trigger on MariaDB and MySQL; that a list is empty is seen all the same.
 *
 * @throws Error on other databases: write a migration of your own for the entities there
 */
export class CreateCorsOrigins1763683200000 implements MigrationInterface {
  readonly name = 'CreateCorsOrigins1763683200000';

  async up(runner: QueryRunner): Promise<void> {
    await run(runner, dialectOf(runner.connection.options).up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await run(runner, dialectOf(runner.connection.options).down);
  }
}

async function run(runner: QueryRunner, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await runner.query(statement);
  }
}
