import type { PolicyReport, RouteReport } from '../../module/boot/effective-report.js';
import type { AppSurvey } from '../../module/command-port.js';

/**
 * What one route grants, reduced to what a browser or an attacker could tell: no names, no places. Fields that say
 * nothing are left out, so that a snapshot stays short and a later version of this package can add one.
 */
export interface Grant {
  /** Origins, patterns, expressions and names of providers; empty: nobody. */
  readonly origin: readonly string[];
  readonly credentials?: true;
  /** Missing: whatever methods the route has. */
  readonly methods?: readonly string[];
  /** Missing: any. */
  readonly allowedHeaders?: readonly string[];
  readonly exposedHeaders?: readonly string[] | '*';
  readonly maxAge?: number;
  readonly enforce?: true;
  readonly privateNetwork?: true;
  readonly dangerously?: readonly string[];
}

/** `null`: no policy reaches it; `'@NoCors()'`: it is closed. */
export type Granted = Grant | '@NoCors()' | null;

/** The grants of an app: the default's, and each route's by its name, `PUT /orders/:id`. */
export interface Grants {
  readonly defaultPolicy: Granted;
  readonly routes: Readonly<Record<string, Granted>>;
}

/** Reduces what an app reports to its grants, in an order of their own: where a route stands in the code is no matter. */
export function grantsOf({ routes, fallback }: AppSurvey): Grants {
  const named: (readonly [string, Granted])[] = [];
  const seen = new Map<string, number>();
  for (const route of routes) {
    for (const method of route.methods) {
      const name = routeName(method, route);
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      named.push([count === 1 ? name : `${name} #${count}`, grantOf(route.policy)]);
    }
  }
  named.sort(([a], [b]) => compareNames(a, b));
  return { defaultPolicy: grantOf(fallback), routes: Object.fromEntries(named) };
}

/** `PUT /orders/:id`, with the version and the host that select the route, where it has them. */
function routeName(method: string, { path, version, host }: RouteReport): string {
  const selected = [
    ...(version === undefined ? [] : [`version ${version.join(', ')}`]),
    ...(host === undefined ? [] : [`host ${host.join(', ')}`]),
  ];
  return `${method} ${path}${selected.length === 0 ? '' : ` (${selected.join('; ')})`}`;
}

/** By path, then by method, so that what belongs together stands together. */
function compareNames(a: string, b: string): number {
  const [pathA, pathB] = [a, b].map((name) => name.slice(name.indexOf(' ') + 1)) as [string, string];
  return pathA === pathB ? compareText(a, b) : compareText(pathA, pathB);
}

/** By code units, the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function grantOf(policy: PolicyReport | null): Granted {
  if (policy === null || policy.noCors) {
    return policy === null ? null : '@NoCors()';
  }
  const { methods, allowedHeaders, exposedHeaders, maxAge, dangerously } = policy;
  return {
    origin: policy.origin.includes('*') ? ['*'] : sorted(policy.origin),
    ...(policy.credentials ? { credentials: true } : {}),
    ...(methods === undefined ? {} : { methods: sorted(methods) }),
    // `'*'` and no list at all grant the same.
    ...(typeof allowedHeaders === 'string' ? {} : { allowedHeaders: sortedNames(allowedHeaders) }),
    ...(exposedHeaders.length === 0
      ? {}
      : { exposedHeaders: exposedHeaders === '*' ? exposedHeaders : sortedNames(exposedHeaders) }),
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(policy.enforce ? { enforce: true } : {}),
    ...(policy.privateNetwork ? { privateNetwork: true } : {}),
    ...(dangerously.length === 0 ? {} : { dangerously: sorted(dangerously) }),
  };
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(compareText);
}

/** Header names are equal whatever their case (RFC 9110, 5.1). */
function sortedNames(names: readonly string[]): readonly string[] {
  return sorted(names.map((name) => name.toLowerCase()));
}
