import type { OverviewRoute } from '../../protocol.js';
import { store } from '../app/store.js';

/** The wanted routes, in the list and in the matrix. */
export interface RouteSearch {
  readonly text: string;
  readonly method: string;
  readonly policy: string;
}

export const EVERYTHING: RouteSearch = { text: '', method: '', policy: '' };

export const search = store<RouteSearch>(EVERYTHING);

/** A group of routes: those of a controller. */
export interface RouteGroup {
  readonly name: string;
  /** Places of the routes in the overview. */
  readonly members: readonly number[];
  /** The number of its routes before the search. */
  readonly all: number;
}

/** The methods of a route; a gateway is opened by none that a page could choose. */
export const methodsOf = ({ kind, methods }: OverviewRoute): readonly string[] =>
  kind === 'gateway' ? ['WS'] : methods;

const NO_POLICY = 'no policy';
export const policyName = ({ policy }: OverviewRoute): string => policy?.name ?? NO_POLICY;

/** The routes that a search finds, in groups, in the order of the overview. Groups without such a route are left out. */
export function groupsOf(routes: readonly OverviewRoute[], wanted: RouteSearch): readonly RouteGroup[] {
  const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, { members: number[]; all: number }>();
  routes.forEach((route, index) => {
    const name = TITLES[route.group] ?? route.group;
    const group = groups.get(name) ?? { members: [], all: 0 };
    groups.set(name, group);
    group.all += 1;
    if (fits(route, wanted, words)) {
      group.members.push(index);
    }
  });
  return [...groups].map(([name, group]) => ({ name, ...group })).filter(({ members }) => members.length > 0);
}

const TITLES: Readonly<Record<string, string>> = { routes: "Entries of 'routes'", platform: 'Without a controller' };

function fits(route: OverviewRoute, { method, policy }: RouteSearch, words: readonly string[]): boolean {
  return (
    (method === '' || methodsOf(route).includes(method) || route.methods.includes('*')) &&
    (policy === '' || policyName(route) === policy) &&
    (words.length === 0 || words.every((word) => textOf(route).includes(word)))
  );
}

/**
 * Prepares the search while the browser has nothing else to do, so that the first key is not slower than the others.
 * Safari does not tell when that is: there, the first key does it.
 *
 * @returns ends it
 */
export function prepareSearch(routes: readonly OverviewRoute[]): () => void {
  if (!('requestIdleCallback' in globalThis)) {
    return () => undefined;
  }
  let next = 0;
  const go = (idle: IdleDeadline): void => {
    for (; next < routes.length && idle.timeRemaining() > 0; next++) {
      textOf(routes[next]!);
    }
    if (next < routes.length) {
      handle = requestIdleCallback(go);
    }
  };
  let handle = requestIdleCallback(go);
  return () => cancelIdleCallback(handle);
}

const texts = new WeakMap<OverviewRoute, string>();

/** Everything that a search looks into, in lower case. */
function textOf(route: OverviewRoute): string {
  const known = texts.get(route);
  if (known !== undefined) {
    return known;
  }
  const text = [
    ...methodsOf(route),
    ...[route.path, route.handler, route.group, policyName(route), route.namespace, route.port],
    JSON.stringify(route.policy ?? {}),
    ...Object.values(route.provenance),
    ...Object.values(route.sources),
    ...route.findings.map(({ code }) => code),
  ]
    .join(' ')
    .toLowerCase();
  texts.set(route, text);
  return text;
}
