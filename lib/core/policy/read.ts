import { isCorsResponseHeader, isNeverExposed } from '../http/header-names.js';
import type { CorsIssue, IssueCollector } from '../issues/issues.js';
import { isForbiddenMethod, nearMethod } from '../http/methods.js';
import { type FieldAdvice, type FieldProblem, isObject, notABoolean, unknownField } from '../issues/fields.js';
import { nearest, quote } from '../issues/text.js';
import type { Dangerously } from '../origin/origin-checks.js';
import { booleanFields } from './boolean-fields.js';
import {
  type Enforcement,
  type FieldLayer,
  type FieldName,
  type OriginTerm,
  type PolicyFields,
  RESOURCE_POLICIES,
  type ResourcePolicy,
} from './options.js';
import { isToken, splitList } from '../http/lists.js';

/** Reads a policy's `origin`; wrong parts are reported and left out. */
export type OriginReader<Origin> = (origin: Origin, place: string, report: Report) => readonly OriginTerm[];

/** Reports an error at the place and field that are being read. */
export type Report = (problem: FieldProblem & Partial<Pick<CorsIssue, 'place'>>) => void;

type FieldReader = (value: unknown, report: Report) => unknown;

const FIELDS: Record<Exclude<FieldName, 'origin' | 'reportOnly'>, FieldReader> = {
  ...booleanFields(() => readBoolean),
  methods: readMethods,
  allowedHeaders: (value, report) => readHeaders(value, report, checkAllowedHeader),
  exposedHeaders: (value, report) => readHeaders(value, report, checkExposedHeader),
  maxAge: (value, report) => readInteger(value, -1, 86_400, report),
  enforce: readEnforcement,
  resourcePolicy: readResourcePolicy,
  optionsSuccessStatus: (value, report) => readInteger(value, 200, 299, report),
  dangerously: readDangerously,
};

const DANGEROUSLY: readonly (keyof Dangerously)[] = [
  'allowInsecureOrigins',
  'allowPublicSuffixes',
  'allowNullOrigin',
  'reflectAnyOriginWithCredentials',
];

/** Every field that a policy may have. */
export const POLICY_FIELDS: readonly string[] = ['origin', ...Object.keys(FIELDS), 'reportOnly'];

/** Options of `enableCors()` that a policy does not have, with advice. */
export const ENABLE_CORS_FIELDS: FieldAdvice = {
  preflightContinue:
    'leave it out: an OPTIONS request that is not a preflight always reaches the app, a preflight never does',
  preflight: 'leave it out: preflights are answered for every route that has a policy',
  strictPreflight: 'leave it out: an OPTIONS request that is not a preflight passes on to the app',
  hideOptionsRoute: 'leave it out: no OPTIONS route is added',
  cacheControl:
    'leave it out, and use maxAge: browsers keep a preflight by Access-Control-Max-Age, never by Cache-Control',
  logLevel: 'leave it out: debug: true in the module options logs refusals',
  delegator: 'leave it out: an origin function gets the context of the request',
  hook: 'leave it out: preflights are answered before any hook of the app',
};

/**
 * Reads the fields written at one place and checks each on its own (rule 3.7): a wrong value is an error at every
 * place, even where a handler would replace it.
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
      report(unknownField(field, value, POLICY_FIELDS, ENABLE_CORS_FIELDS));
    }
  }
  return { place, fields, broken };
}

/** Reads the `reportOnly` policy: its errors are reported at a separate place, `policies.partner.reportOnly`. */
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
  if (!isObject(value)) {
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
      reason: 'A `reportOnly` policy refuses nothing, so it cannot have a `reportOnly` of its own.',
      suggestion: 'leave the inner `reportOnly` out',
    });
    return undefined;
  }
  return readFields<Origin>(value, `${place}.reportOnly`, readOrigin, issues);
}

function readBoolean(value: unknown, report: Report): boolean {
  const problem = notABoolean(value);
  if (problem !== undefined) {
    report(problem);
  }
  return value === true;
}

/** Reads `enforce`, of a policy or of `@NoCors()`. */
export function readEnforcement(value: unknown, report: Report): Enforcement | undefined {
  if (typeof value === 'boolean' || value === 'fetch-metadata') {
    return value;
  }
  report({
    value,
    code: 'not-an-enforcement',
    reason: `${quote(value)} is not a value of enforce: it is true, false or 'fetch-metadata'.`,
  });
  return undefined;
}

function readResourcePolicy(value: unknown, report: Report): ResourcePolicy | undefined {
  const known = RESOURCE_POLICIES.find((each) => each === value);
  if (known === undefined) {
    const meant = typeof value === 'string' ? nearest(value, RESOURCE_POLICIES) : undefined;
    report({
      value,
      code: 'not-a-resource-policy',
      reason: `${quote(value)} is not a value of Cross-Origin-Resource-Policy; the known values are ${RESOURCE_POLICIES.join(', ')}.`,
      ...(meant === undefined ? {} : { suggestion: `'${meant}'` }),
    });
  }
  return known;
}

function readInteger(value: unknown, least: number, most: number, report: Report): number | undefined {
  const isInRange = (number: number): boolean => Number.isInteger(number) && number >= least && number <= most;
  if (isInRange(value as number)) {
    return value as number;
  }
  const isMeant = typeof value === 'string' && /^-?\d+$/.test(value) && isInRange(Number(value));
  report({
    value,
    code: 'out-of-range',
    reason: `${quote(value)} is ${isMeant ? 'a string, ' : ''}not a whole number from ${least} to ${most}.`,
    ...(isMeant && { suggestion: `${Number(value)}, without quotes; convert an environment variable with Number(…)` }),
  });
  return undefined;
}

function readStrings(value: unknown, report: Report): string[] | undefined {
  if (typeof value === 'string' && value.trim() === '') {
    report({
      value,
      code: 'list-empty',
      reason: 'The string is empty. Usually it comes from a variable that is not set.',
      suggestion: 'leave the field out for its default, or write [] for none',
    });
    return undefined;
  }
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
      suggestion: 'leave `methods` out, or close the route with @NoCors()',
    });
  }
  for (const method of methods ?? []) {
    if (method === '*') {
      report({
        value: method,
        code: 'not-a-method',
        reason: '"*" is not a method: with credentials browsers read it literally.',
        suggestion: 'leave `methods` out to allow the methods that the route has',
      });
    } else if (!isToken(method)) {
      report({ value: method, code: 'not-a-method', reason: `${quote(method)} is not a method (RFC 9110, 9.1).` });
    } else if (nearMethod(method) !== undefined) {
      report({
        value: method,
        code: 'not-a-method',
        reason: `${quote(method)} is not a method that servers know.`,
        suggestion: `'${nearMethod(method)}'`,
      });
    } else if (isForbiddenMethod(method)) {
      report({
        value: method,
        code: 'forbidden-method',
        reason: `${quote(method)} is a forbidden method of the Fetch Standard: no page can send it.`,
        suggestion: 'leave it out',
      });
    }
  }
  // Users of `cors` write them in any case, and fetch() sends these, but not `patch`, in upper case.
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

/** Header names ignore case (RFC 9110, 5.1): the first spelling is kept. */
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
      reason: `${quote(name)} is a response header; allowedHeaders lists request headers.`,
      suggestion: 'leave it out',
    });
  }
}

function checkExposedHeader(name: string, report: Report): void {
  if (isNeverExposed(name.toLowerCase())) {
    report({
      value: name,
      code: 'never-exposed-header',
      reason: `${quote(name)} is never readable for a page, even if it is exposed (Fetch, forbidden response-header name).`,
      suggestion: 'leave it out',
    });
  }
}

function readDangerously(value: unknown, report: Report): Dangerously | undefined {
  if (!isObject(value)) {
    report({ value, code: 'not-an-object', reason: `${quote(value)} is not an object of flags.` });
    return undefined;
  }
  for (const [flag, on] of Object.entries(value)) {
    if (!DANGEROUSLY.some((known) => known === flag)) {
      report(unknownField(flag, on, DANGEROUSLY));
    } else if (on !== undefined) {
      readBoolean(on, report);
    }
  }
  return Object.freeze({ ...value });
}
