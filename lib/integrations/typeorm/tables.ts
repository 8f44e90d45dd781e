import type { Logger } from '@nestjs/common';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { AllowlistError, errorText } from '../../providers/log.js';
import { later } from '../../providers/time.js';
import { type Dialect, INSTEAD_OF_SYNCHRONIZE } from './dialects/dialect.js';
import { knownDialect } from './dialects/dialects.js';
import { poolProblem } from './pool.js';
import { reading } from './reading.js';

/** Longest time of the check at startup. The app does not wait for it. */
const CHECK_MS = 5_000;

/** The state of the tables of a data source: the triggers that they have, and what they lack. */
export class CorsTables {
  readonly #dataSource: DataSource;
  #dialect: Promise<Dialect | undefined> | undefined;
  #haveTriggers: boolean | undefined;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** A column as milliseconds since 1970; `undefined` where TypeORM reads it right. */
  async epoch({ queryRunner }: EntityManager): Promise<Dialect['epoch']> {
    return (await this.#dialectOf(queryRunner))?.epoch;
  }

  /** Reports whether triggers raise versions. Once found, they are not searched again. */
  async haveTriggers({ queryRunner }: EntityManager): Promise<boolean> {
    if (this.#haveTriggers !== true && queryRunner !== undefined) {
      this.#haveTriggers = await this.#findTriggers(queryRunner);
    }
    return this.#haveTriggers === true;
  }

  /**
   * Warns of what the tables lack, a line each, and of a check that fails. Missing tables are reported by the loading
   * instead.
   *
   * @param end ends the check without a line
   */
  async warn(logger: Pick<Logger, 'warn'>, end: AbortSignal): Promise<void> {
    const warn = (problem: string) => logger.warn(`cors_origins: ${problem}`);
    const pool = poolProblem(this.#dataSource);
    if (pool !== undefined) {
      warn(pool);
    }
    // Not `AbortSignal.any()`: on Node 20 a signal of `AbortSignal.timeout()` in it may be collected before its time.
    const check = new AbortController();
    const close = () => check.abort(end.reason);
    end.addEventListener('abort', close, { once: true });
    const tooLate = () => check.abort(new AllowlistError(`no answer within ${CHECK_MS} ms`));
    const timer = later(tooLate, CHECK_MS);
    try {
      const problems = await reading(this.#dataSource, check.signal, (runner) => this.#check(runner));
      problems.forEach(warn);
    } catch (error) {
      if (!end.aborted) {
        warn(`rights, triggers and collations are not checked: ${errorText(error)}`);
      }
    } finally {
      clearTimeout(timer);
      end.removeEventListener('abort', close);
    }
  }

  async #check(runner: QueryRunner): Promise<string[]> {
    const dialect = await this.#dialectOf(runner);
    const problems: string[] = [];
    for (const query of dialect?.problems ?? []) {
      const rows = (await runner.query(query)) as { problem: string }[];
      problems.push(...rows.map(({ problem }) => problem));
    }
    if (dialect !== undefined && !(await this.#findTriggers(runner))) {
      problems.push(
        'the triggers that report changes are missing, as after `synchronize`: a row that is written without CorsOrigins is ' +
          `seen only when the list is read again (reloadMs). ${INSTEAD_OF_SYNCHRONIZE}`,
      );
    }
    return problems;
  }

  /** Reports whether there are triggers. A role that may not see them takes them to be there. */
  async #findTriggers(runner: QueryRunner): Promise<boolean> {
    const dialect = await this.#dialectOf(runner);
    if (dialect === undefined) {
      return false;
    }
    const { length: count } = (await runner.query(dialect.triggers)) as unknown[];
    if (count > 0 || dialect.hiddenTriggers === undefined) {
      return count >= dialect.triggerCount;
    }
    return ((await runner.query(dialect.hiddenTriggers)) as unknown[]).length > 0;
  }

  #dialectOf(runner: QueryRunner | undefined): Promise<Dialect | undefined> {
    if (this.#dialect === undefined && runner !== undefined) {
      const dialect = knownDialect(runner);
      this.#dialect = dialect;
      dialect.catch(() => (this.#dialect = undefined));
    }
    return this.#dialect ?? Promise.resolve(undefined);
  }
}
