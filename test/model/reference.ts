import {
  API,
  type Asked,
  type AskedSocket,
  type Decoration,
  type Handlers,
  NAMED,
  type Options,
  type Site,
} from './domain.js';

/* The right results, written from the rules only (2.4, 3.1 to 3.6 and 8.2). This file does not use the library. */

/** The result of one request of a page. */
export interface Verdict {
  /** `true`: the script of the page can read the response. */
  readonly reads: boolean;
  /** `true`: the handler runs. */
  readonly runs: boolean;
}

/** A policy in effect. Without an `origin` it grants nothing. `undefined`: the library does not handle the route. */
type Effective = Options | undefined;

/** Rules 3.3 to 3.6. */
export function judge(site: Site, asked: Asked): Verdict {
  const { policies, own, isServed } = lookUp(site, asked);
  const allows = (policy: Effective): boolean => admits(policy, asked.origin) && mayUse(policy, asked.method);
  const covers = (policy: Effective): boolean => unsafeHeaders(asked).every((name) => isGranted(policy, name));
  const trusts = (policy: Effective): boolean => asked.credentials === 'omit' || policy?.credentials === true;

  const isCrossOrigin = asked.origin !== API;
  const isSimple = ['GET', 'HEAD', 'POST'].includes(asked.method) && unsafeHeaders(asked).length === 0;
  const isPreflighted = isCrossOrigin && asked.mode === 'cors' && !isSimple;
  const isSent = !isPreflighted || policies.some((each) => allows(each) && covers(each) && trusts(each));

  // Rule 3.4: if a preflight does not show which policy applies, each of these policies is enforced.
  const differ = isServed && new Set(policies.map(grantOf)).size > 1;
  const exceeds = differ && ((isPreflighted && !covers(own)) || (!trusts(own) && policies.some(trusts)));
  const hasOrigin = isCrossOrigin && (asked.mode === 'cors' || asked.method === 'POST');
  const isRefused = hasOrigin && (exceeds || ((differ || !!own?.enforce) && !allows(own)));
  const isStopped =
    isRefused ||
    (!hasOrigin && own?.enforce === 'fetch-metadata' && isForeign(asked) && !(own.origin === '*' && allows(own)));

  const isReadable = !isCrossOrigin || (asked.mode === 'cors' && allows(own) && trusts(own));
  return { reads: isSent && !isStopped && isReadable, runs: isSent && !isStopped && isServed };
}

/**
 * Rule 8.2: tells if a socket opens. Gateways that share their clients are separate sites. Each site with a policy must
 * grant the socket, and the strictest policy enforces.
 */
export function opens(sites: readonly Site[], { origin, server, isCrossSite }: AskedSocket): boolean {
  const own = sites.map((site) => lookUp(site, { method: 'GET', version: undefined }).own);
  const policies = own.filter((policy) => policy !== undefined);
  if (origin === undefined) {
    const isAny = policies.every((policy) => policy.origin === '*' && mayUse(policy, 'GET'));
    return !isCrossSite || isAny || policies.every(({ enforce }) => enforce !== 'fetch-metadata');
  }
  return origin === server || policies.every((policy) => admits(policy, origin) && mayUse(policy, 'GET'));
}

/** Tells if the browser marks the request as one from another site, other than a link. */
function isForeign({ origin, fetchMetadata, mode }: Asked): boolean {
  return fetchMetadata && !origin.endsWith('a.test') && mode !== 'navigate';
}

/** Tells if the app starts: each policy in effect has an origin, and never `*` with credentials (rules 3.2 and 3.7). */
export function boots(site: Site): boolean {
  return site.handlers.every((handlers) => {
    const policy = effective(site, handlers);
    const isAny = policy?.origin === '*' && policy.dangerously === undefined;
    return (
      policy === undefined || isClosed(handlers) || (policy.origin !== undefined && !(isAny && policy.credentials))
    );
  });
}

function isClosed({ onClass, onMethod }: Handlers): boolean {
  return (onMethod ?? onClass)?.noCors === true;
}

interface Found {
  /** The policies that may apply to a preflight. There are several if a version decides. */
  readonly policies: readonly Effective[];
  /** The policy that applies to the request itself. */
  readonly own: Effective;
  readonly isServed: boolean;
}

/** Results by site, method and version, because the same question is asked very often. */
const found = new WeakMap<Site, Map<string, Found>>();

function lookUp(site: Site, { method, version }: Pick<Asked, 'method' | 'version'>): Found {
  const known = found.get(site) ?? new Map<string, Found>();
  found.set(site, known);
  const key = `${method} ${version}`;
  const here = known.get(key) ?? find(site, method, version);
  known.set(key, here);
  return here;
}

/** Rule 3.3: `HEAD` without its own route goes to `GET`. Without a handler, the entry or the default policy applies. */
function find(site: Site, method: string, version: string | undefined): Found {
  const outside = outsideOf(site, method);
  const asGet = method === 'HEAD' ? 'GET' : method;
  const reachable = site.handlers.filter(({ methods }) => methods.includes(asGet));
  const policies = reachable.map((each) =>
    isDecorated(each) ? replace(entryAt(site, method), effective(site, each)) : outside,
  );
  const at = reachable.findIndex((each) => each.version === version);
  return at === -1
    ? { policies: policies.length > 0 ? policies : [outside], own: outside, isServed: false }
    : { policies, own: policies[at], isServed: true };
}

function isDecorated({ onClass, onMethod }: Handlers): boolean {
  return onClass !== undefined || onMethod !== undefined;
}

/** Rule 2.4: an entry of `routes` wins over the default policy. */
function outsideOf(site: Site, method: string): Effective {
  return entryAt(site, method) ?? inside(undefined, site.defaultPolicy);
}

function entryAt({ defaultPolicy, entry }: Site, method: string): Effective {
  const isCovered = entry?.methods?.includes(method === 'HEAD' ? 'GET' : method) ?? true;
  return entry && isCovered ? replace(inside(undefined, defaultPolicy), inside(undefined, entry.policy)) : undefined;
}

function effective({ defaultPolicy }: Site, { onClass, onMethod }: Handlers): Effective {
  return inside(inside(inside(undefined, defaultPolicy), onClass), onMethod);
}

/** Rule 3.2: a name or `@NoCors()` replaces the outer policy. Options refine the outer policy. */
function inside(outer: Effective, said: Decoration | undefined): Effective {
  if (said === undefined) {
    return outer;
  }
  const isRefining = said.noCors === undefined && said.name === undefined;
  const base = isRefining ? outer : replace(outer, said.noCors ? {} : NAMED[said.name!]);
  return { ...base, ...said.options };
}

/** Rule 3.6: enforcement stays on until a decoration sets `enforce`. */
function replace(outer: Effective, inner: Effective): Effective {
  return { ...(outer?.enforce ? { enforce: outer.enforce } : {}), ...inner };
}

function admits(policy: Effective, origin: string): boolean {
  return [policy?.origin ?? false].flat().some((each) => {
    const [, suffix] = /^https:\/\/\*(\..*)/.exec(typeof each === 'string' ? each : '') ?? [];
    return each === '*' || each === origin || (suffix !== undefined && origin.endsWith(suffix));
  });
}

function mayUse(policy: Effective, method: string): boolean {
  const methods = policy?.methods;
  return methods === undefined || methods.includes(method === 'HEAD' ? 'GET' : method);
}

function isGranted(policy: Effective, header: string): boolean {
  const list = policy?.allowedHeaders ?? '*';
  return list === '*' || list.toString().toLowerCase().split(',').includes(header);
}

function unsafeHeaders({ headers }: Asked): string[] {
  return headers.map(([name]) => name).filter((name) => name !== 'accept');
}

/** The grant of a policy as text: two policies that grant nothing grant the same. */
function grantOf(policy: Effective): string {
  if (policy?.origin === undefined || policy.origin === false) {
    return 'nothing';
  }
  const { origin, credentials = false, methods, allowedHeaders = '*' } = policy;
  return JSON.stringify([origin, credentials, methods, allowedHeaders]);
}
