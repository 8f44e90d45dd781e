import { isCorsResponseHeader, isForbiddenRequestHeader, isNeverExposed } from '../protocol/header-names.js';
import type { CorsIssue, IssueCollector } from '../problems/issues.js';
import { isForbiddenMethod } from '../protocol/methods.js';
import { nearest } from '../problems/nearest.js';
import type { Dangerously } from '../origins/origin-checks.js';
import type { FieldLayer, FieldName, OriginTerm, PolicyFields } from './policy-fields.js';
import { quote } from '../problems/quote.js';
import { isToken, splitList } from '../protocol/tokens.js';

/** Reads a policy's `origin`; what is wrong with it is reported and left out. */
export type OriginReader<Origin> = (origin: Origin, place: string, report: Report) => readonly OriginTerm[];

/** Reports a mistake at the place and field that are being read. */
export type Report = (
  problem: Pick<CorsIssue, 'value' | 'code' | 'reason'> & Partial<Pick<CorsIssue, 'suggestion' | 'place'>>,
) => void;

type FieldReader = (value: unknown, report: Report) => unknown;

const FIELDS: Record<Exclude<FieldName, 'origin' | 'reportOnly'>, FieldReader> = {
  methods: readMethods,
  allowedHeaders: (value, report) => readHeaders(value, report, checkAllowedHeader),
  exposedHeaders: (value, report) => readHeaders(value, report, checkExposedHeader),
  credentials: readBoolean,
  maxAge: (value, report) => readInteger(value, -1, 86_400, report),
  enforce: readBoolean,
  privateNetwork: readBoolean,
  optionsSuccessStatus: (value, report) => readInteger(value, 200, 299, report),
  dangerously: readDangerously,
};

const DANGEROUSLY: ReadonlySet<string> = new Set<keyof Dangerously>([
  'allowInsecureOrigins',
  'allowPublicSuffixes',
  'allowNullOrigin',
  'reflectAnyOriginWithCredentials',
]);

/** Every field that a policy may have. */
export const POLICY_FIELDS: readonly string[] = ['origin', ...Object.keys(FIELDS), 'reportOnly'];

/** What `enableCors` takes and a policy does not. */
const FOREIGN_FIELDS: Readonly<Record<string, string>> = {
  preflightContinue:
    'leave it out: an OPTIONS request that is not a preflight always reaches the app, a preflight never does',
};

/**
 * Reads the fields written at one place and checks each on its own (DESIGN 3.7): a wrong value is a mistake wherever
 * it stands, also where a handler would replace it.
 */
export function readFields<Origin>(
  written: PolicyFields<Origin>,
  place: string,
  readOrigin: OriginReader<Origin>,
  issues: IssueCollector,
): FieldLayer {
  const fields: Record<string, unknown> = {};
  const broken = new Set<string>();
  for (const [field, value] of Object.entries(written)) {
    const report: Report = (problem) => {
      broken.add(field);
      issues.add({ place, field, ...problem });
    };
    if (value === undefined) {
      continue;
    }
    if (field === 'origin') {
      fields[field] = readOrigin(value as Origin, place, report);
    } else if (field === 'reportOnly') {
      fields[field] = readReportOnly<Origin>(value, place, readOrigin, issues, report);
    } else if (Object.hasOwn(FIELDS, field)) {
      fields[field] = FIELDS[field as keyof typeof FIELDS](value, report);
    } else {
      reportUnknown(field, value, POLICY_FIELDS, report);
    }
  }
  return { place, fields, broken };
}

/** Reads the second policy: its mistakes are told at a place of its own, `policies.partner.reportOnly`. */
function readReportOnly<Origin>(
  value: unknown,
  place: string,
  readOrigin: OriginReader<Origin>,
  issues: IssueCollector,
  report: Report,
): string | FieldLayer | undefined {
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report({
      value,
      code: 'not-a-policy',
      reason: `${quote(value)} is neither the name of a policy nor an object of its fields.`,
    });
    return undefined;
  }
  if ('reportOnly' in value && value.reportOnly !== undefined) {
    report({
      value: value.reportOnly,
      code: 'report-only-nested',
      reason: 'What is only reported refuses nothing, so nothing can be evaluated beside it.',
      suggestion: 'leave the inner `reportOnly` out',
    });
    return undefined;
  }
  return readFields<Origin>(value, `${place}.reportOnly`, readOrigin, issues);
}

/** Reports a field that nobody knows, with the one that was probably meant. */
export function reportUnknown(field: string, value: unknown, known: Iterable<string>, report: Report): void {
  const meant = nearest(field, known);
  const suggestion = Object.hasOwn(FOREIGN_FIELDS, field) ? FOREIGN_FIELDS[field] : meant;
  report({
    value,
    code: 'unknown-field',
    reason: `${quote(field)} is not a field that is known here; known are ${[...known].join(', ')}.`,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

function readBoolean(value: unknown, report: Report): boolean | undefined {
  if (typeof value === 'boolean') {
    return value;
  }
  report({ value, code: 'not-a-boolean', reason: `${quote(value)} is neither true nor false.` });
  return undefined;
}

function readInteger(value: unknown, least: number, most: number, report: Report): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  report({ value, code: 'out-of-range', reason: `${quote(value)} is not a whole number from ${least} to ${most}.` });
  return undefined;
}

function readStrings(value: unknown, report: Report): string[] | undefined {
  const list: unknown = typeof value === 'string' ? splitList(value) : value;
  if (Array.isArray(list) && list.every((element) => typeof element === 'string')) {
    return list;
  }
  report({
    value,
    code: 'not-a-list',
    reason: `${quote(value)} is neither a list of strings nor one comma-separated string.`,
  });
  return undefined;
}

function readMethods(value: unknown, report: Report): readonly string[] | undefined {
  const methods = readStrings(value, report);
  if (methods?.length === 0) {
    report({
      value,
      code: 'methods-empty',
      reason: 'The list is empty: no method could be used.',
      suggestion: 'leave `methods` out, or close the route by @NoCors()',
    });
  }
  for (const method of methods ?? []) {
    if (method === '*') {
      report({
        value: method,
        code: 'not-a-method',
        reason: '"*" is no method: with credentials browsers take it literally.',
        suggestion: 'leave `methods` out: then whatever methods a route has may be used',
      });
    } else if (!isToken(method)) {
      report({ value: method, code: 'not-a-method', reason: `${quote(method)} is not a method (RFC 9110, 9.1).` });
    } else if (isForbiddenMethod(method)) {
      report({
        value: method,
        code: 'forbidden-method',
        reason: `${quote(method)} is a forbidden method of the Fetch Standard: no page can send it.`,
        suggestion: 'leave it out',
      });
    }
  }
  // `cors` users write them in any case, and fetch() sends these, but not `patch`, in upper case.
  return methods && Object.freeze([...new Set(methods.map((method) => method.toUpperCase()))]);
}

type HeaderCheck = (name: string, report: Report) => void;

function readHeaders(value: unknown, report: Report, check: HeaderCheck): '*' | readonly string[] | undefined {
  const names = readStrings(value, report);
  if (names?.includes('*')) {
    return '*';
  }
  for (const name of names ?? []) {
    if (isToken(name)) {
      check(name, report);
    } else {
      report({
        value: name,
        code: 'not-a-header-name',
        reason: `${quote(name)} is not a header name (RFC 9110, 5.1).`,
      });
    }
  }
  return names && Object.freeze(uniqueNames(names));
}

/** Header names are equal whatever their case (RFC 9110, 5.1): the first way to write one stays. */
function uniqueNames(names: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const name of names) {
    const key = name.toLowerCase();
    byName.set(key, byName.get(key) ?? name);
  }
  return [...byName.values()];
}

function checkAllowedHeader(name: string, report: Report): void {
  if (isCorsResponseHeader(name.toLowerCase())) {
    report({
      value: name,
      code: 'cors-response-header',
      reason: `${quote(name)} is a header of the answer; allowedHeaders names headers that a page sends.`,
      suggestion: 'leave it out',
    });
  } else if (isForbiddenRequestHeader(name.toLowerCase())) {
    report({
      value: name,
      code: 'forbidden-request-header',
      reason: `${quote(name)} is a forbidden request-header of the Fetch Standard: no page can set it.`,
      suggestion: 'leave it out: the browser sends it by itself where it has to',
    });
  }
}

function checkExposedHeader(name: string, report: Report): void {
  if (isNeverExposed(name.toLowerCase())) {
    report({
      value: name,
      code: 'never-exposed-header',
      reason: `${quote(name)} is never shown to a page, whatever is exposed (Fetch, forbidden response-header name).`,
      suggestion: 'leave it out',
    });
  }
}

function readDangerously(value: unknown, report: Report): Dangerously | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report({ value, code: 'not-an-object', reason: `${quote(value)} is not an object of flags.` });
    return undefined;
  }
  for (const [flag, on] of Object.entries(value)) {
    if (!DANGEROUSLY.has(flag)) {
      reportUnknown(flag, on, DANGEROUSLY, report);
    } else if (on !== undefined) {
      readBoolean(on, report);
    }
  }
  return Object.freeze({ ...value });
}
