import { type InjectionToken, Logger } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { errorText } from '../../providers/log.js';
import type { ChangeFeed } from '../../providers/ports.js';
import type { CorsIssue } from '../../core/issues/issues.js';
import { quote } from '../../core/issues/text.js';
import type { CorsAllowlists } from '../../nest/cors-allowlists.service.js';
import { diagnoseEntry, plainChecks } from '../../config/origin-entry.js';
import { CorsAllowlistVersion } from './cors-allowlist-version.entity.js';
import { CorsOriginEntity } from './cors-origin.entity.js';
import { CorsOriginConflict, CorsOriginInvalid, CorsOriginNotFound, CorsOriginsUnavailable } from './errors.js';
import { bounded, checkFields, checkPage, mayBeStored } from './new-origin.js';
import { tokenFor } from './reference.js';
import { TypeOrmAllowlist } from './typeorm-allowlist.js';
import { TypeOrmOrigins } from './typeorm-origins.js';
import { CorsTables } from './tables.js';
import { isDuplicate, readingMaster, TryAgain, writing } from './writing.js';

/** The key of an entry. */
export interface CorsOriginKey {
  /** The name of the list. */
  readonly allowlist: string;
  /** The origin or pattern, byte for byte. */
  readonly origin: string;
}

/**
 * An entry to be added.
 *
 * @example
 * await origins.add({ allowlist: 'partners', origin: 'https://*.tea.example', note: 'ticket 7' });
 */
export interface NewCorsOrigin extends CorsOriginKey {
  /** True if the entry is used. Default: `true`. */
  readonly enabled?: boolean;
  /** For people; at most 500 characters. */
  readonly note?: string | null;
  /**
   * True if it must be valid with credentials. Used only if no policy of the app uses the list. Default: `true`, the
   * stricter check.
   */
  readonly credentials?: boolean;
}

/** An entry as it is stored. */
export interface CorsOriginEntry extends CorsOriginKey {
  readonly id: number;
  readonly enabled: boolean;
  readonly note: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * A page of a list.
 *
 * @example
 * const { entries, next } = await origins.list({ allowlist: 'partners', limit: 50 });
 */
export interface CorsOriginQuery {
  /** The name of the list. */
  readonly allowlist: string;
  /** Entries on the page, 1 to 1,000. Default: 100. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: number;
}

/** Entries of a list in the order in which they were added. */
export interface CorsOriginPage {
  readonly entries: readonly CorsOriginEntry[];
  /** The `after` of the next page; absent on the last. */
  readonly next?: number;
}

/** The parts that the service needs. */
interface CorsOriginsSetup {
  readonly dataSource: DataSource;
  readonly name?: string | undefined;
  readonly feed?: ChangeFeed | undefined;
  readonly allowlists?: CorsAllowlists | undefined;
}

/**
 * Adds, removes and lists the entries of the allowlists in `cors_origins`. An entry that a policy would reject is
 * refused before it is written, with an error that Nest answers (400, 404 or 409) and `issues` as in
 * `CorsConfigurationError`; 503 if the database fails. It reads and writes the main database. A change raises the
 * list's version in the same transaction, and is announced over the feed afterwards. A change is never a part of a
 * transaction of the app.
 *
 * @example
 * constructor(private readonly origins: CorsOrigins) {}
 *
 * add(origin: string) {
 *   return this.origins.add({ allowlist: 'partners', origin });
 * }
 */
export class CorsOrigins {
  private readonly logger = new Logger('CorsOrigins');
  private readonly tables: CorsTables;

  constructor(private readonly setup: CorsOriginsSetup) {
    this.tables = new CorsTables(setup.dataSource);
  }

  /** The token to inject it by: the class itself, or for a named data source its token. */
  static token(dataSource?: string): InjectionToken<CorsOrigins> {
    return dataSource === undefined ? CorsOrigins : tokenFor('CorsOrigins', dataSource);
  }

  /**
   * @throws CorsOriginInvalid if a policy that uses the list would reject the entry, or a field is wrong
   * @throws CorsOriginConflict where the list has it already
   */
  async add(entry: NewCorsOrigin): Promise<CorsOriginEntry> {
    const { allowlist, origin, enabled = true, note = null, credentials = true } = entry;
    const wrong = checkFields(entry);
    const isNamed = wrong.every(({ field }) => field !== 'allowlist');
    expectFit([...wrong, ...(isNamed ? this.diagnose(entry, credentials) : [])]);
    return this.change(allowlist, async (manager) => {
      if ((await this.find(manager, entry)) !== undefined) {
        throw new CorsOriginConflict(taken(entry));
      }
      await manager.insert(CorsOriginEntity, { allowlist, origin, enabled, note });
      return this.expect(manager, entry);
    }).catch((error: unknown) => {
      // Another entry that the database treats as equal: `CorsTables` has warned of that.
      throw isDuplicate(error) ? new CorsOriginConflict(taken(entry)) : error;
    });
  }

  /** @throws CorsOriginNotFound where the list has no such entry */
  async remove(key: CorsOriginKey): Promise<void> {
    await this.change(key.allowlist, async (manager) => {
      const { id } = await this.expect(manager, key);
      await manager.delete(CorsOriginEntity, { id });
    });
  }

  /**
   * Enables or disables an entry, and keeps it.
   *
   * @throws CorsOriginNotFound where the list has no such entry
   * @throws CorsOriginInvalid if it is enabled, and a policy that uses the list would reject it
   */
  async setEnabled(
    key: CorsOriginKey & Pick<NewCorsOrigin, 'credentials'>,
    enabled: boolean,
  ): Promise<CorsOriginEntry> {
    const { allowlist, credentials = true } = key;
    return this.change(allowlist, async (manager) => {
      const { id } = await this.expect(manager, key);
      const unfit = enabled === true ? this.diagnose(key, credentials) : [];
      expectFit([...checkFields({ allowlist: 'list', enabled }), ...unfit]);
      await manager.update(CorsOriginEntity, { id }, { enabled });
      return this.expect(manager, key);
    });
  }

  /** @throws CorsOriginInvalid where `limit` or `after` are no whole numbers within their range */
  async list({ allowlist, limit = 100, after = 0 }: CorsOriginQuery): Promise<CorsOriginPage> {
    expectFit([...checkFields({ allowlist }), ...checkPage({ limit, after })]);
    return readingMaster(this.setup.dataSource, async ({ manager }) => {
      const rows = await this.read(manager, { allowlist }, { limit: limit + 1, after });
      const entries = rows.slice(0, limit);
      const last = entries.at(-1);
      const fit = entries.filter((entry) => entry.allowlist === allowlist);
      return rows.length > limit && last !== undefined ? { entries: fit, next: last.id } : { entries: fit };
    });
  }

  /** Checks an entry for every policy that uses the list, or without one, for a policy with these credentials. */
  private diagnose({ allowlist, origin }: CorsOriginKey, credentials: boolean): readonly CorsIssue[] {
    const { allowlists, name } = this.setup;
    const verdicts = [TypeOrmOrigins, TypeOrmAllowlist].flatMap((provider) => {
      const verdict = allowlists?.diagnose(provider.forAllowlist(allowlist, { dataSource: name }), origin);
      return verdict === undefined ? [] : [verdict];
    });
    const problems = verdicts.length > 0 ? verdicts.flat() : diagnoseEntry(origin, [plainChecks(credentials)]);
    const once = [...new Map(problems.map((problem) => [problem.code, problem])).values()];
    return once.map(({ code, reason, suggestion }) => ({
      ...issue({ allowlist, origin }, code, reason),
      ...(suggestion === undefined ? {} : { suggestion }),
    }));
  }

  private async find(manager: EntityManager, key: CorsOriginKey): Promise<CorsOriginEntry | undefined> {
    if (!mayBeStored(key.allowlist, key.origin)) {
      return undefined;
    }
    const rows = await this.read(manager, key, { limit: MOST_ALIKE, after: 0 });
    // A collation may fold case or blanks; names and origins are compared by their bytes.
    return rows.find(({ allowlist, origin }) => allowlist === key.allowlist && origin === key.origin);
  }

  /** Rows, with times that do not depend on the time zones of the session and the process. */
  private async read(
    manager: EntityManager,
    { allowlist, origin }: Pick<CorsOriginKey, 'allowlist'> & { readonly origin?: string },
    { limit, after }: { readonly limit: number; readonly after: number },
  ): Promise<readonly CorsOriginEntry[]> {
    const epoch = await this.tables.epoch(manager);
    const query = manager
      .createQueryBuilder(CorsOriginEntity, 'o')
      .where('o.allowlist = :allowlist AND o.id > :after', { allowlist, after })
      .orderBy('o.id')
      .limit(limit)
      .cache(false);
    if (origin !== undefined) {
      query.andWhere('o.origin = :origin', { origin });
    }
    if (epoch !== undefined) {
      query.addSelect(epoch('o.created_at'), 'created_ms').addSelect(epoch('o.updated_at'), 'updated_ms');
    }
    const { entities, raw } = await query.getRawAndEntities<{ created_ms?: unknown; updated_ms?: unknown }>();
    return entities.map((entity, index) => ({
      ...entryOf(entity),
      ...(epoch !== undefined && {
        createdAt: moment(raw[index]?.created_ms),
        updatedAt: moment(raw[index]?.updated_ms),
      }),
    }));
  }

  private async expect(manager: EntityManager, key: CorsOriginKey): Promise<CorsOriginEntry> {
    const entry = await this.find(manager, key);
    if (entry === undefined) {
      const reason = `The list ${quote(key.allowlist)} has no ${quote(key.origin)}.`;
      throw new CorsOriginNotFound(issue(key, 'origin-unknown', reason));
    }
    return entry;
  }

  private async change<T>(allowlist: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const { dataSource, feed } = this.setup;
    let result: T;
    try {
      result = await writing(dataSource, async (manager) => {
        const done = await work(manager).catch((error: unknown) => {
          // Another one added the same entry, and may have removed it since.
          throw isDuplicate(error) ? new TryAgain('a duplicate', { cause: error }) : error;
        });
        if (!(await this.tables.haveTriggers(manager))) {
          await raiseVersion(manager, allowlist);
        }
        return done;
      });
    } catch (error) {
      if (error instanceof CorsOriginsUnavailable) {
        this.logger.error(`A change of ${quote(allowlist)} failed: ${errorText(error.cause)}`);
      }
      throw error;
    }
    // Not awaited: a feed that does not answer would delay the request.
    void (async () => feed?.announce?.(allowlist))().catch((error: unknown) =>
      this.logger.warn(
        `A change of ${quote(allowlist)} could not be announced: ${errorText(error)}; polling will see it`,
      ),
    );
    return result;
  }
}

/** Entries that a database may treat as equal. */
const MOST_ALIKE = 50;

/** @throws CorsOriginInvalid where anything is wrong */
function expectFit(issues: readonly CorsIssue[]): void {
  if (issues.length > 0) {
    throw new CorsOriginInvalid(issues);
  }
}

/** Without the triggers of the migrations (`synchronize`) nothing else does it. */
async function raiseVersion(manager: EntityManager, allowlist: string): Promise<void> {
  const first = { allowlist, version: String(Date.now()) };
  await manager.createQueryBuilder().insert().into(CorsAllowlistVersion).values(first).orIgnore().execute();
  await manager.increment(CorsAllowlistVersion, { allowlist }, 'version', 1);
}

function taken(entry: CorsOriginKey): CorsIssue {
  return issue(entry, 'origin-taken', `The list ${quote(entry.allowlist)} has ${quote(entry.origin)} already.`);
}

/** A date from milliseconds, which drivers return as text. */
function moment(ms: unknown): Date {
  return new Date(Math.round(Number(ms)));
}

function entryOf({ id, allowlist, origin, enabled, note, createdAt, updatedAt }: CorsOriginEntity): CorsOriginEntry {
  return { id, allowlist, origin, enabled, note, createdAt, updatedAt };
}

function issue({ allowlist, origin }: CorsOriginKey, code: string, reason: string): CorsIssue {
  return { place: String(bounded(allowlist)), field: 'origin', value: bounded(origin), code, reason };
}
