import { METHODS } from 'node:http';
import type { CorsRoute } from '../core/request.js';
import type { IssueCollector } from '../core/issues/issues.js';
import { isObject, notABoolean, unknownFields } from '../core/issues/fields.js';
import { ENABLE_CORS_FIELDS } from '../core/policy/read.js';
import { isForbiddenMethod } from '../core/http/methods.js';
import { isToken, splitList } from '../core/http/lists.js';
import { quote } from '../core/issues/text.js';
import type { RouteTarget } from '../engine/request-decision.js';
import type { NativeRoute, Platform } from '../platform/adapter.js';
import type { Route } from '../routing/route.js';
import type { CorsRouteRule } from './options.js';
import type { EffectivePolicy, PolicyRegistry } from './policy-registry.js';

/** An entry of the module's `routes`, read. */
export interface RouteRule {
  readonly info: CorsRoute;
  readonly match: NativeRoute['match'];
  readonly effective: EffectivePolicy;
  /** True if this library leaves the path alone (rule 2.4). */
  readonly unmanaged: boolean;
}

const FIELDS: readonly (keyof CorsRouteRule)[] = ['path', 'policy', 'methods', 'unmanaged'];

/** Reads the module's `routes`; a wrong entry is reported and left out. */
export function readRules(
  rules: readonly CorsRouteRule[],
  platform: Pick<Platform, 'compilePath'>,
  book: PolicyRegistry,
  defaultPolicy: EffectivePolicy,
  issues: IssueCollector,
): readonly RouteRule[] {
  return rules.flatMap((rule, index) => {
    const name = `routes[${index}]`;
    if (!isObject(rule)) {
      issues.add({
        place: name,
        field: '',
        value: rule,
        code: 'not-a-route',
        reason: `${quote(rule)} is not an object.`,
      });
      return [];
    }
    for (const [field, problem] of unknownFields(rule, FIELDS, ENABLE_CORS_FIELDS)) {
      issues.add({ place: name, field, ...problem });
    }
    const match = compilePath(rule.path, name, platform, issues);
    const methods = readMethods(rule.methods, name, issues);
    const unmanaged = readUnmanaged(rule, name, issues);
    const effective = unmanaged ? undefined : book.policyAt(name, rule.policy!, defaultPolicy);
    return match && methods
      ? [{ info: Object.freeze({ name, methods, path: rule.path }), match, effective, unmanaged }]
      : [];
  });
}

/** Reads `unmanaged`, which takes the place of a policy. */
function readUnmanaged(rule: CorsRouteRule, place: string, issues: IssueCollector): boolean {
  const value: unknown = rule.unmanaged;
  const problem = value === undefined ? undefined : notABoolean(value);
  if (problem !== undefined) {
    issues.add({ place, field: 'unmanaged', ...problem });
  }
  if (value === true && rule.policy !== undefined) {
    issues.add({
      place,
      field: 'unmanaged',
      value,
      code: 'unmanaged-with-policy',
      reason: 'This entry has both `policy` and `unmanaged`. Only one of the two can apply.',
      suggestion: 'remove `policy`, or remove `unmanaged`',
    });
  }
  return value === true;
}

/** `/assets/*`, as in Express 4 and Fastify, for a platform that needs a name. */
function namedWildcard(path: unknown, platform: Pick<Platform, 'compilePath'>): { readonly suggestion?: string } {
  const named = typeof path === 'string' ? path.replace(/\*(?=\/|$)/g, '*path') : path;
  if (typeof named !== 'string' || named === path || !named.startsWith('/')) {
    return {};
  }
  try {
    platform.compilePath(named);
    return { suggestion: named };
  } catch {
    return {};
  }
}

function compilePath(
  path: string,
  place: string,
  platform: Pick<Platform, 'compilePath'>,
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
    reason: `${quote(path)} cannot be used as a path: ${why}.`,
    ...namedWildcard(path, platform),
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

/** The route of an entry, as the engine finds it. Precondition: no issue was found. */
export function routeOfRule(
  { info, match, effective }: RouteRule,
  book: Pick<PolicyRegistry, 'compile'>,
): Route<RouteTarget> {
  const named = info.methods.includes('GET') ? [...info.methods, 'HEAD'] : info.methods;
  const answered = new Set(info.methods.includes('*') ? METHODS : named);
  return {
    info,
    // There are few, and one platform decodes a path before it matches, so each is tried by the platform's own matcher.
    pattern: undefined,
    answers: (method) => answered.has(method),
    match,
    matchesHost: undefined,
    matchesVersion: undefined,
    target: Object.freeze({ kind: 'entry', name: info.name, policy: book.compile(effective), explicit: true }),
  };
}
