import type { Change } from '../../../../../lib/tooling/cli/check/change.js';
import { compareRules } from '../../../../../lib/tooling/cli/check/compare-rules.js';
import type { Grant, Granted } from '../../../../../lib/tooling/cli/check/grant.js';
import { NO_RULES, type Rule, type Rules } from '../../../../../lib/tooling/cli/check/rules.js';

/** The rules of an app with one decorated route. */
export function app(granted: Granted, route = 'PUT /orders/:id'): Rules {
  return rules({ routes: [routeOf(route, granted)] });
}

/** A route or an entry: `PUT /orders/:id`. Without a policy: a route without a decorator. */
export function routeOf(route: string, policy?: Granted, fields: Partial<Rule> = {}): Rule {
  const [methods = '', path = ''] = route.split(' ');
  return { name: route, methods: methods.split(','), path, ...(policy === undefined ? {} : { policy }), ...fields };
}

export function rules(parts: Partial<Rules>): Rules {
  return { ...NO_RULES, matching: { ignoresCase: true, ignoresEndSlash: true }, ...parts };
}

export const open = (origin: string | readonly string[], fields: Partial<Grant> = {}): Grant => ({
  origin: [origin].flat(),
  ...fields,
});

export const NO_CORS: Grant = { noCors: true, origin: [] };

/** The changes of one route, as `kind: text`. */
export function changesOf(before: Granted, after: Granted, route?: string): string[] {
  return said(compareRules(app(before, route), app(after, route)));
}

function said(changes: readonly Change[]): string[] {
  return changes.map(({ kind, says }) => `${kind}: ${says}`);
}

/** The changes with their routes. */
export function told(before: Rules, after: Rules): string[] {
  return compareRules(before, after).map(({ route, kind, says }) => `${kind}: ${route} ${says}`);
}
