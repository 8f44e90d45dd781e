import { isForbiddenRequestHeader } from '../core/http/header-names.js';
import { isSafelistedResponseHeader } from '../core/browser/visible-headers.js';
import type { CorsRoute } from '../core/request.js';
import type { MergedPolicy } from '../core/policy/merge.js';
import type { FieldName } from '../core/policy/options.js';
import type { EffectivePolicy } from '../config/policy-registry.js';
import { AUDIT_SENTENCES, type AuditCode, type AuditFinding } from './finding.js';
import type { PolicyReport } from './policy-report.js';
import { staticHeadersOf } from '../discovery/nest-internals.js';
import type { HandlerTarget } from '../discovery/route-catalog.js';

/** Chromium's limit for a preflight's answer (two hours); that of Firefox is a day, which no policy can exceed. */
const CHROMIUM_MAX_AGE = 7200;

/** A route as the audit looks at it. */
export interface AuditedRoute {
  readonly info: CorsRoute;
  readonly effective: EffectivePolicy;
  readonly policy: PolicyReport | null;
  /** The grant of its policy, or of none. */
  readonly grantKey: () => string;
  /** Absent for an entry of `routes`. */
  readonly target?: HandlerTarget | undefined;
  /** True if it is an entry of `routes` with `unmanaged: true`. */
  readonly unmanaged?: boolean;
}

/** A finding and the routes that it is about. */
export interface RouteFinding {
  readonly finding: AuditFinding;
  readonly routes: readonly AuditedRoute[];
}

/** Finds settings of an app's routes that are valid, but rarely intended. */
export function auditRoutes(routes: readonly AuditedRoute[]): readonly RouteFinding[] {
  return [
    ...routes.flatMap(ownHeaders),
    ...differingHeaderRules(routes),
    ...differingVersions(routes),
    ...fieldFindings(routes),
  ];
}

/** A finding with the sentence of its code. */
export function findingOf(code: AuditCode, place: string, detail?: string): AuditFinding {
  return Object.freeze({ code, place, ...(detail === undefined ? {} : { detail }), message: AUDIT_SENTENCES[code] });
}

/** Finds handlers whose own headers replace the policy's (rule 3.5), because their policy has no `override`. */
function ownHeaders(route: AuditedRoute): readonly RouteFinding[] {
  const { info, target } = route;
  const wins = target?.policy !== undefined && !(target.policy.kind === 'policy' && target.policy.override);
  const names = wins ? staticHeadersOf(target.source.handler) : [];
  const own = names.filter((header) => header.toLowerCase().startsWith('access-control-'));
  return own.length === 0 ? [] : [{ finding: findingOf('own-header', info.name, own.join(', ')), routes: [route] }];
}

/**
 * The preflight cache is keyed by URL and origin, and its header entries are not tied to a method
 * (https://fetch.spec.whatwg.org/#cors-preflight-cache): a browser that got a header allowed for one method of a URL
 * sends it to the other methods too.
 */
function differingHeaderRules(routes: readonly AuditedRoute[]): readonly RouteFinding[] {
  const governed = routes.filter(({ policy }) => policy !== null && !policy.noCors);
  const policies = new Set(governed.map(({ policy }) => policy!));
  if (new Set([...policies].map(({ allowedHeaders }) => headerRule(allowedHeaders))).size < 2) {
    return [];
  }
  return groupBy(governed, ({ info }) => urlOf(info)).flatMap((group) => {
    const rules = new Set(group.map(({ policy }) => headerRule(policy!.allowedHeaders)));
    return rules.size < 2 ? [] : [aboutGroup('header-rules-differ', group[0]!.info.path, group)];
  });
}

/** A preflight carries no version (rule 3.4). */
function differingVersions(routes: readonly AuditedRoute[]): readonly RouteFinding[] {
  if (routes.every(({ info }) => info.version === undefined)) {
    return [];
  }
  const each = routes.flatMap((route) => route.info.methods.map((method) => ({ route, method })));
  return groupBy(each, ({ method, route }) => `${method} ${urlOf(route.info)}`).flatMap((group) => {
    const versioned = group.some(({ route }) => route.info.version !== undefined);
    const grants = new Set(group.map(({ route }) => route.grantKey()));
    const enforcements = new Set(group.map(({ route }) => route.policy?.enforce ?? false));
    const { method, route } = group[0]!;
    // If grants differ, each version is enforced.
    const code = grants.size > 1 ? 'versions-differ' : enforcements.size > 1 ? 'enforcement-differs' : undefined;
    return versioned && code !== undefined
      ? [
          aboutGroup(
            code,
            `${method} ${route.info.path}`,
            group.map((each) => each.route),
          ),
        ]
      : [];
  });
}

/** Finds odd fields, once for each place. */
function fieldFindings(routes: readonly AuditedRoute[]): readonly RouteFinding[] {
  // Many routes have one and the same policy.
  const known = new Map<EffectivePolicy, readonly AuditFinding[]>();
  const findingsOf = (effective: EffectivePolicy): readonly AuditFinding[] => {
    const findings = known.get(effective) ?? (effective?.kind === 'merged' ? oddFields(effective) : []);
    known.set(effective, findings);
    return findings;
  };
  const found = routes.flatMap((route) => findingsOf(route.effective).map((finding) => ({ finding, route })));
  return groupBy(found, ({ finding: { code, place } }) => `${code} ${place}`).map((group) => ({
    finding: group[0]!.finding,
    routes: group.map(({ route }) => route),
  }));
}

/** Each flag that turns off a check is listed (rule 2.3), at every place. */
export function dangerousFlags({ fields, provenance, place }: MergedPolicy): readonly AuditFinding[] {
  const lifted = Object.entries(fields.dangerously ?? {}).filter(([, on]) => on === true);
  return lifted.map(([flag]) => findingOf('dangerous-flag', provenance.dangerously ?? place, `dangerously.${flag}`));
}

function oddFields({ fields, provenance, place }: MergedPolicy): readonly AuditFinding[] {
  const { credentials, allowedHeaders, exposedHeaders, maxAge = 0 } = fields;
  const at = (field: FieldName): string => provenance[field] ?? place;
  const found: AuditFinding[] = [];
  if (maxAge > CHROMIUM_MAX_AGE) {
    found.push(findingOf('max-age-capped', at('maxAge'), `maxAge ${maxAge}`));
  }
  if (credentials === true && (allowedHeaders === undefined || allowedHeaders === '*')) {
    found.push(
      findingOf('any-header-with-credentials', at(allowedHeaders === undefined ? 'credentials' : 'allowedHeaders')),
    );
  }
  const forbidden = Array.isArray(allowedHeaders)
    ? (allowedHeaders as readonly string[]).filter((name) => isForbiddenRequestHeader(name.toLowerCase()))
    : [];
  if (forbidden.length > 0) {
    found.push(findingOf('forbidden-request-header', at('allowedHeaders'), forbidden.join(', ')));
  }
  const needless = Array.isArray(exposedHeaders) ? exposedHeaders.filter(isSafelistedResponseHeader) : [];
  if (needless.length > 0) {
    found.push(findingOf('exposes-safelisted', at('exposedHeaders'), needless.join(', ')));
  }
  return found;
}

function aboutGroup(code: AuditCode, place: string, group: readonly AuditedRoute[]): RouteFinding {
  const names = [...new Set(group.map(({ info }) => info.name))];
  return { finding: findingOf(code, place, names.join(', ')), routes: group };
}

/** The key of a route in the preflight cache, as far as its pattern shows. */
function urlOf({ path, host }: CorsRoute): string {
  return `${host?.join() ?? ''} ${path}`;
}

function headerRule(allowed: PolicyReport['allowedHeaders']): string {
  return typeof allowed === 'string'
    ? '*'
    : allowed
        .map((name) => name.toLowerCase())
        .sort()
        .join();
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  return [...groups.values()];
}
