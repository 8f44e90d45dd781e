import type { QueryRunner } from 'typeorm';

/** The end of a problem that the migrations solve. */
export const INSTEAD_OF_SYNCHRONIZE = 'Run corsMigrations instead of `synchronize`';

/** The statements of one migration, each to be run by itself. Running them again after a failure half way does no harm. */
export interface Statements {
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/** The statements that a kind of database needs for the tables. */
export interface Dialect {
  /** The tables as the first version of the library made them. */
  readonly create: Statements;
  /** The changes of the second migration. */
  readonly harden: Statements;
  /** The changes of the third migration. */
  readonly unlock: Statements;
  /** A query for the existing triggers: a row for each. */
  readonly triggers: string;
  /** Triggers that the migrations make. */
  readonly triggerCount: number;
  /** A query that has a row where the role may not see triggers; absent where every role may. */
  readonly hiddenTriggers?: string;
  /** A column as milliseconds since 1970, whatever time zone the session and the process have; absent where TypeORM reads it right. */
  readonly epoch?: (column: string) => string;
  /** Queries for what is missing besides the triggers: each row has a sentence in its column `problem`. */
  readonly problems: readonly string[];
}

/** Reads what depends on the server's version, and chooses the statements. */
export type DialectFactory = (runner: Pick<QueryRunner, 'query'>, schema: string | undefined) => Promise<Dialect>;
