import type { CorsRoute } from '../../core/requests/request.js';
import type { IssueCollector } from '../../core/problems/issues.js';
import { reportUnknown } from '../../core/policies/read-fields.js';
import { isForbiddenMethod } from '../../core/protocol/methods.js';
import { isToken, splitList } from '../../core/protocol/tokens.js';
import { quote } from '../../core/problems/quote.js';
import type { NativeRoute, Platform } from '../../platform/platform.js';
import type { CorsRouteRule } from '../options.js';
import type { EffectivePolicy, PolicyBook } from './policy-book.js';

/** An entry of the module's `routes`, read. */
export interface ReadRule {
  readonly info: CorsRoute;
  readonly match: NativeRoute['match'];
  readonly effective: EffectivePolicy;
}

const FIELDS: readonly (keyof CorsRouteRule)[] = ['path', 'policy', 'methods'];

/** Reads the module's `routes`; what is wrong with one is reported, and it is left out. */
export function readRules(
  rules: readonly CorsRouteRule[],
  platform: Platform,
  book: PolicyBook,
  issues: IssueCollector,
): readonly ReadRule[] {
  return rules.flatMap((rule, index) => {
    const name = `routes[${index}]`;
    if (typeof rule !== 'object' || rule === null) {
      issues.add({
        place: name,
        field: '',
        value: rule,
        code: 'not-a-route',
        reason: `${quote(rule)} is not an object.`,
      });
      return [];
    }
    for (const [field, value] of Object.entries(rule)) {
      if (!FIELDS.includes(field as keyof CorsRouteRule)) {
        reportUnknown(field, value, FIELDS, (problem) => issues.add({ place: name, field, ...problem }));
      }
    }
    const match = compilePath(rule.path, name, platform, issues);
    const methods = readMethods(rule.methods, name, issues);
    const effective = book.policyAt(name, rule.policy);
    return match && methods ? [{ info: Object.freeze({ name, methods, path: rule.path }), match, effective }] : [];
  });
}

function compilePath(
  path: string,
  place: string,
  platform: Platform,
  issues: IssueCollector,
): NativeRoute['match'] | undefined {
  let why = 'a path starts with "/"';
  if (typeof path === 'string' && path.startsWith('/')) {
    try {
      return platform.compilePath(path);
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
  }
  issues.add({
    place,
    field: 'path',
    value: path,
    code: 'not-a-path',
    reason: `${quote(path)} is no path here: ${why}.`,
  });
  return undefined;
}

function readMethods(
  written: CorsRouteRule['methods'],
  place: string,
  issues: IssueCollector,
): readonly string[] | undefined {
  if (written === undefined) {
    return ['*'];
  }
  const methods: unknown = typeof written === 'string' ? splitList(written) : written;
  if (Array.isArray(methods) && methods.length > 0 && methods.every(isMethod)) {
    return methods.map((method) => method.toUpperCase());
  }
  issues.add({
    place,
    field: 'methods',
    value: written,
    code: 'not-a-method',
    reason: `${quote(written)} is not a list of methods that a page can send (RFC 9110, 9.1).`,
  });
  return undefined;
}

function isMethod(value: unknown): value is string {
  return typeof value === 'string' && isToken(value) && !isForbiddenMethod(value);
}
