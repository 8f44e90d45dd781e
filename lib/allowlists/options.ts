import { nearest } from '../core/problems/nearest.js';

/** How allowlists are asked, kept and refreshed. Times are in milliseconds. */
export interface AllowlistOptions {
  /** How often a source is loaded again, counted from the end of the last load. 1 or more; default 30,000. */
  readonly refreshMs?: number;
  /**
   * How often a source that has a `version` and no `watch` is asked for it; up to a fifth less, by chance, so that the
   * instances of an app do not ask in step. 1 or more; default 1,000.
   */
  readonly pollMs?: number;
  /**
   * How long the list of a source is kept on the word of its `version` alone; up to a fifth less, by chance. 1 or more;
   * default 600,000 (10 minutes).
   */
  readonly reloadMs?: number;
  /** How long one question may take, and how long the boot waits for a first load. 1 or more; default 1,000. */
  readonly timeoutMs?: number;
  /** How long one load of a source, its `version` included, may take before it is aborted and has failed. 1 or more; default 30,000. */
  readonly loadTimeoutMs?: number;
  /**
   * The entries that a source may hand over (a longer list is a failed load), and for an allowlist the answers that
   * are kept, and the questions that may wait at a time. 1 to 10,000,000; default 10,000.
   */
  readonly maxEntries?: number;
  /** How long the answer that an origin is allowed is kept, counted from the question. 0: not kept; default 30,000. */
  readonly ttlMs?: number;
  /** How long the answer that an origin is denied, and a failed question, is kept. 0: not kept; default 5,000. */
  readonly negativeTtlMs?: number;
  /**
   * How old the list of a source may get while it cannot be refreshed; an older one denies. Counted from the start
   * of the load that brought it, and longer than `refreshMs`. Default: unset, the last good list stays as long as it takes.
   */
  readonly maxStaleMs?: number;
}

/** The options with their defaults filled in. */
export type ResolvedAllowlistOptions = Readonly<
  Required<Omit<AllowlistOptions, 'maxStaleMs'>> & Pick<AllowlistOptions, 'maxStaleMs'>
>;

/** One thing wrong with `AllowlistOptions`. */
export interface AllowlistOptionsProblem {
  /** The field's name; empty where the options as a whole are wrong. */
  readonly field: string;
  readonly value: unknown;
  readonly reason: string;
}

interface Range {
  readonly default: number | undefined;
  readonly min: number;
  readonly max: number;
}

/** What Node's timers can wait for; a longer one fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Below what a Map can hold (2^24). */
const MOST_ENTRIES = 10_000_000;

const RANGES: Readonly<Record<keyof AllowlistOptions, Range>> = {
  refreshMs: { default: 30_000, min: 1, max: LONGEST_TIMER },
  pollMs: { default: 1_000, min: 1, max: LONGEST_TIMER },
  reloadMs: { default: 600_000, min: 1, max: LONGEST_TIMER },
  timeoutMs: { default: 1_000, min: 1, max: LONGEST_TIMER },
  loadTimeoutMs: { default: 30_000, min: 1, max: LONGEST_TIMER },
  maxEntries: { default: 10_000, min: 1, max: MOST_ENTRIES },
  ttlMs: { default: 30_000, min: 0, max: LONGEST_TIMER },
  negativeTtlMs: { default: 5_000, min: 0, max: LONGEST_TIMER },
  maxStaleMs: { default: undefined, min: 1, max: LONGEST_TIMER },
};
const FIELDS = Object.keys(RANGES) as (keyof AllowlistOptions)[];

/** The options with their defaults, frozen. A field that is `undefined` counts as not given. Checks nothing. */
export function resolveAllowlistOptions(options: AllowlistOptions = {}): ResolvedAllowlistOptions {
  const given = FIELDS.map((field) => [field, options[field] ?? RANGES[field].default] as const);
  return Object.freeze(
    Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  ) as ResolvedAllowlistOptions;
}

/** Everything that is wrong with the options as a user wrote them; empty where they hold. */
export function checkAllowlistOptions(options: unknown): AllowlistOptionsProblem[] {
  if (options === undefined) {
    return [];
  }
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return [{ field: '', value: options, reason: 'must be an object' }];
  }
  const problems: AllowlistOptionsProblem[] = [];
  for (const [field, value] of Object.entries(options)) {
    const reason = wrongWith(field, value);
    if (reason !== undefined) {
      problems.push({ field, value, reason });
    }
  }
  const { maxStaleMs, refreshMs } = resolveAllowlistOptions(options);
  if (problems.length === 0 && maxStaleMs !== undefined && maxStaleMs <= refreshMs) {
    const reason = `must be longer than refreshMs (${refreshMs}), or the list would deny before each refresh`;
    problems.push({ field: 'maxStaleMs', value: maxStaleMs, reason });
  }
  return problems;
}

function wrongWith(field: string, value: unknown): string | undefined {
  if (!isField(field)) {
    const meant = nearest(field, FIELDS);
    return meant === undefined ? `is unknown; known are ${FIELDS.join(', ')}` : `is unknown; did you mean ${meant}?`;
  }
  const { min, max } = RANGES[field];
  const holds = value === undefined || (Number.isInteger(value) && Number(value) >= min && Number(value) <= max);
  return holds ? undefined : `must be a whole number from ${min} to ${max}`;
}

function isField(name: string): name is keyof AllowlistOptions {
  return Object.hasOwn(RANGES, name);
}
