import { type InjectionToken, Logger } from '@nestjs/common';
import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { errorText } from '../allowlists/log.js';
import type { ChangeFeed } from '../allowlists/ports.js';
import type { CorsIssue } from '../core/problems/issues.js';
import { quote } from '../core/problems/quote.js';
import type { CorsAllowlists } from '../module/allowlists.service.js';
import { diagnoseEntry, plainChecks } from '../module/configuration/entry-diagnosis.js';
import { CorsAllowlistVersion } from './cors-allowlist-version.entity.js';
import { CorsOriginEntity } from './cors-origin.entity.js';
import { CorsOriginConflict, CorsOriginInvalid, CorsOriginNotFound } from './errors.js';
import { bounded, checkFields } from './new-origin.js';
import { tokenFor } from './reference.js';
import { TypeOrmAllowlist } from './typeorm-allowlist.js';
import { TypeOrmOrigins } from './typeorm-origins.js';

/** Which entry. */
export interface CorsOriginKey {
  /** The name of the list. */
  readonly allowlist: string;
  /** The origin or pattern, byte for byte. */
  readonly origin: string;
}

/** An entry to be added. */
export interface NewCorsOrigin extends CorsOriginKey {
  /** Whether it counts. Default: `true`. */
  readonly enabled?: boolean;
  /** For people; at most 500 characters. */
  readonly note?: string | null;
  /**
   * Whether it must be fit for credentials, where no policy of the app uses the list, so that none can tell.
   * Default: `true`, the stricter.
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

/** Which page of a list. */
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
  /** What `after` of the next page is; absent on the last. */
  readonly next?: number;
}

/** What the service is made of. */
interface CorsOriginsSetup {
  readonly dataSource: DataSource;
  readonly name?: string | undefined;
  readonly feed?: ChangeFeed | undefined;
  readonly allowlists?: CorsAllowlists | undefined;
}

const MOST_ENTRIES = 1_000;

/**
 * Adds, removes and lists the entries of the allowlists in `cors_origins`. What a policy would set aside is refused
 * before it is written, by an error that Nest answers with (400, 404 or 409), its `issues` as in
 * `CorsConfigurationError`. A change raises the list's version in the same transaction, and the feed says so after it.
 */
export class CorsOrigins {
  private readonly logger = new Logger('CorsOrigins');

  constructor(private readonly setup: CorsOriginsSetup) {}

  /** What to inject it by: the class itself, or for a named data source its token. */
  static token(dataSource?: string): InjectionToken<CorsOrigins> {
    return dataSource === undefined ? CorsOrigins : tokenFor('CorsOrigins', dataSource);
  }

  /**
   * @throws CorsOriginInvalid where a policy that uses the list would set the entry aside, or a field is wrong
   * @throws CorsOriginConflict where the list has it already
   */
  async add(entry: NewCorsOrigin): Promise<CorsOriginEntry> {
    const { allowlist, origin, enabled = true, note = null, credentials = true } = entry;
    const wrong = checkFields(entry);
    const isNamed = wrong.every(({ field }) => field !== 'allowlist');
    expectFit([...wrong, ...(isNamed ? this.diagnose(entry, credentials) : [])]);
    const insert = async (manager: EntityManager): Promise<number> => {
      const { identifiers } = await manager.insert(CorsOriginEntity, { allowlist, origin, enabled, note });
      return Number(identifiers[0]?.['id']);
    };
    try {
      await this.change(allowlist, insert);
    } catch (error) {
      if (error instanceof QueryFailedError && (await this.find({ allowlist, origin })) !== undefined) {
        const reason = `The list ${quote(allowlist)} has ${quote(origin)} already.`;
        throw new CorsOriginConflict(issue(entry, 'origin-taken', reason));
      }
      throw error;
    }
    return this.expect(entry);
  }

  /** @throws CorsOriginNotFound where the list has no such entry */
  async remove({ allowlist, origin }: CorsOriginKey): Promise<void> {
    const entry = await this.expect({ allowlist, origin });
    await this.change(allowlist, (manager) => manager.delete(CorsOriginEntity, { id: entry.id }));
  }

  /**
   * Has an entry count, or no longer, and keeps it.
   *
   * @throws CorsOriginNotFound where the list has no such entry
   * @throws CorsOriginInvalid where it is to count, and a policy that uses the list would set it aside
   */
  async setEnabled(
    key: CorsOriginKey & Pick<NewCorsOrigin, 'credentials'>,
    enabled: boolean,
  ): Promise<CorsOriginEntry> {
    const { allowlist, credentials = true } = key;
    const { id } = await this.expect(key);
    const unfit = enabled === true ? this.diagnose(key, credentials) : [];
    expectFit([...checkFields({ allowlist, enabled }), ...unfit]);
    await this.change(allowlist, (manager) => manager.update(CorsOriginEntity, { id }, { enabled }));
    return this.expect(key);
  }

  /** @throws CorsOriginInvalid where `limit` or `after` are no whole numbers within their range */
  async list({ allowlist, limit = 100, after = 0 }: CorsOriginQuery): Promise<CorsOriginPage> {
    const numbers = { limit: [limit, 1, MOST_ENTRIES], after: [after, 0, Number.MAX_SAFE_INTEGER] } as const;
    const issues = Object.entries(numbers).flatMap(([field, [value, min, max]]) =>
      Number.isInteger(value) && value >= min && value <= max
        ? []
        : [
            {
              place: 'list',
              field,
              value: bounded(value),
              code: 'page-invalid',
              reason: `${field} is no whole number from ${min} to ${max}.`,
            },
          ],
    );
    expectFit([...checkFields({ allowlist }), ...issues]);
    const rows = await this.setup.dataSource
      .createQueryBuilder(CorsOriginEntity, 'o')
      .where('o.allowlist = :allowlist AND o.id > :after', { allowlist, after })
      .orderBy('o.id')
      .limit(limit + 1)
      .getMany();
    const entries = rows.slice(0, limit).map(entryOf);
    const last = entries.at(-1);
    return rows.length > limit && last !== undefined ? { entries, next: last.id } : { entries };
  }

  /** What every policy that uses the list would say; where none does, what one with these credentials would. */
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

  private async find({ allowlist, origin }: CorsOriginKey): Promise<CorsOriginEntry | undefined> {
    const row = await this.setup.dataSource.getRepository(CorsOriginEntity).findOneBy({ allowlist, origin });
    // A collation may fold case; an origin is compared by its bytes.
    return row?.origin === origin ? entryOf(row) : undefined;
  }

  private async expect(key: CorsOriginKey): Promise<CorsOriginEntry> {
    const isKey = typeof key.allowlist === 'string' && typeof key.origin === 'string';
    const entry = isKey ? await this.find(key) : undefined;
    if (entry === undefined) {
      const reason = `The list ${quote(key.allowlist)} has no ${quote(key.origin)}.`;
      throw new CorsOriginNotFound(issue(key, 'origin-unknown', reason));
    }
    return entry;
  }

  private async change(allowlist: string, work: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    await this.setup.dataSource.transaction(async (manager) => {
      await work(manager);
      await raiseVersion(manager, allowlist);
    });
    try {
      await this.setup.feed?.announce?.(allowlist);
    } catch (error) {
      this.logger.warn(
        `A change of ${quote(allowlist)} could not be announced: ${errorText(error)}; polling will see it`,
      );
    }
  }
}

/** @throws CorsOriginInvalid where anything is wrong */
function expectFit(issues: readonly CorsIssue[]): void {
  if (issues.length > 0) {
    throw new CorsOriginInvalid(issues);
  }
}

/** Where the triggers of the migration are, they did so before; twice does no harm. Without them (`synchronize`) nobody did. */
async function raiseVersion(manager: EntityManager, allowlist: string): Promise<void> {
  const versions = manager.getRepository(CorsAllowlistVersion);
  if ((await versions.countBy({ allowlist })) === 0) {
    await versions.insert({ allowlist, version: String(Date.now()) });
  }
  await versions.increment({ allowlist }, 'version', 1);
}

function entryOf({ id, allowlist, origin, enabled, note, createdAt, updatedAt }: CorsOriginEntity): CorsOriginEntry {
  return { id, allowlist, origin, enabled, note, createdAt, updatedAt };
}

function issue({ allowlist, origin }: CorsOriginKey, code: string, reason: string): CorsIssue {
  return { place: String(bounded(allowlist)), field: 'origin', value: bounded(origin), code, reason };
}
