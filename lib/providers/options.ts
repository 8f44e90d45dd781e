import { type FieldProblem, isObject, unknownFields } from '../core/issues/fields.js';
import { quote } from '../core/issues/text.js';
import { LONGEST_TIMER } from './time.js';

/**
 * Options for calling, caching and refreshing allowlists. Times are in milliseconds.
 *
 * @example
 * CorsModule.forRoot({ allowlists: { refreshMs: 10_000, timeoutMs: 500, maxStaleMs: 3_600_000 } });
 */
export interface AllowlistOptions {
  /** Interval between loads of a source, from the end of one load. 1 or more; default 30,000. */
  readonly refreshMs?: number;
  /**
   * Interval of asking a provider for its `version`, until a `watch` has reported a first change; up to a fifth less,
   * at random, so that the instances of an app do not poll in step. 1 or more; default 1,000.
   */
  readonly pollMs?: number;
  /**
   * Time that the list of a source is kept because of its `version` alone; up to a fifth less, by chance. 1 or more;
   * default 600,000 (10 minutes).
   */
  readonly reloadMs?: number;
  /** Longest time of one call, and of a first load that startup waits for. 1 or more; default 1,000. */
  readonly timeoutMs?: number;
  /**
   * Longest time of one load of a source, with its `version`. A longer one is aborted and has failed. 1 or more;
   * default 30,000.
   */
  readonly loadTimeoutMs?: number;
  /**
   * The entries that a source may return (a longer list is a failed load), and for an allowlist the cached answers, and
   * the calls that may wait at a time. 1 to 10,000,000; default 10,000.
   */
  readonly maxEntries?: number;
  /** Time that a positive answer is cached, from the start of the call. 0: not kept; default 30,000. */
  readonly ttlMs?: number;
  /** Time that a negative answer, or a failure, is kept. 0: not kept; default 5,000. */
  readonly negativeTtlMs?: number;
  /**
   * Age from which the list of a source denies, if it cannot be refreshed. Measured from the start of its load, and
   * longer than `refreshMs`. Default: unset, the last good list stays without a limit.
   */
  readonly maxStaleMs?: number;
}

/** The options with their defaults filled in. */
export type ResolvedAllowlistOptions = Readonly<
  Required<Omit<AllowlistOptions, 'maxStaleMs'>> & Pick<AllowlistOptions, 'maxStaleMs'>
>;

interface Range {
  readonly default: number | undefined;
  readonly min: number;
  readonly max: number;
}

/** Below the limit of a Map (2^24). */
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
const CODE = 'allowlist-option';

/** The options with their defaults, frozen. A field that is `undefined` is treated as not given. Checks nothing. */
export function resolveAllowlistOptions(options: AllowlistOptions = {}): ResolvedAllowlistOptions {
  const given = FIELDS.map((field) => [field, options[field] ?? RANGES[field].default] as const);
  return Object.freeze(
    Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  ) as ResolvedAllowlistOptions;
}

/**
 * Checks the options as a user wrote them.
 *
 * @returns the errors, each with its field; the field is empty where the options as a whole are wrong
 */
export function checkAllowlistOptions(options: unknown): (readonly [field: string, FieldProblem])[] {
  if (options === undefined) {
    return [];
  }
  if (!isObject(options)) {
    return [['', problem(options, `${quote(options)} is not an object of options.`)]];
  }
  const problems: (readonly [field: string, FieldProblem])[] = [
    ...unknownFields(options, FIELDS).map(([field, unknown]) => [field, { ...unknown, code: CODE }] as const),
    ...FIELDS.filter((field) => !isInRange(field, options[field])).map((field) => {
      const { min, max } = RANGES[field];
      return [field, problem(options[field], `${field} must be a whole number from ${min} to ${max}.`)] as const;
    }),
  ];
  const { maxStaleMs = Infinity, refreshMs } = resolveAllowlistOptions(options);
  const bothFit = isInRange('maxStaleMs', maxStaleMs) && isInRange('refreshMs', refreshMs);
  if (bothFit && maxStaleMs <= refreshMs) {
    const reason = `maxStaleMs must be longer than refreshMs (${refreshMs}), or the list would deny before each refresh.`;
    problems.push(['maxStaleMs', problem(maxStaleMs, reason)]);
  }
  return problems;
}

function problem(value: unknown, reason: string): FieldProblem {
  return { value, code: CODE, reason };
}

function isInRange(field: keyof AllowlistOptions, value: unknown): boolean {
  const { min, max } = RANGES[field];
  return value === undefined || (Number.isInteger(value) && Number(value) >= min && Number(value) <= max);
}
