import type findMyWay from 'find-my-way';
import { ClaimedVersions } from '../../routing/route-set.js';
import type { FoundRoute, RouteSearch, RoutesFound } from '../../routing/route-search.js';
import { SequenceCache } from '../../routing/sequence-cache.js';
import { routeAcceptance, type RouterOptions, variants } from './fastify-acceptance.js';
import type { NativeRoute } from '../adapter.js';

/** `find-my-way`, the router behind Fastify. */
export type FindMyWay = typeof findMyWay;

/** The name of the one constraint of a search router; no route of an app has it. */
const CANDIDATES = 'candidates';
/** The one method of a search router: it finds paths, whatever methods they have. */
const ANY = 'GET';
const NOTHING = (): void => undefined;

/** A route and whether a constraint decides if it is taken. */
export interface SearchableRoute extends NativeRoute {
  /** The methods it was registered for, none of them summed up. */
  readonly answered: readonly string[];
  readonly constraints: Readonly<Record<string, unknown>>;
  /** The versions that it takes, where no other constraint may keep it from taking them. */
  readonly versions: readonly unknown[] | undefined;
}

/**
 * Searches the routes of an app by the app's own kind of router, with the app's own options.
 *
 * @param routes may grow until the first search: Fastify takes no route once it listens
 */
export function searchRoutes(
  routes: readonly SearchableRoute[],
  chosen: RouteSearch['chosen'],
  createRouter: FindMyWay,
  options: RouterOptions,
): RouteSearch {
  const routersOf = new Map<number, findMyWay.Instance<findMyWay.HTTPVersion.V1>>();
  return {
    chosen,
    readable: (path) => readablePath(path, options),
    among: (indexes) => searchAmong(routes, indexes, createRouter, options),
    paramsOf: (index, path) => {
      let router = routersOf.get(index);
      if (router === undefined) {
        router = createRouter(options);
        for (const each of variants(routes[index]!.path)) {
          router.on(ANY, each, NOTHING);
        }
        routersOf.set(index, router);
      }
      return (router.find(ANY, path)?.params ?? {}) as FoundRoute['params'];
    },
    constrained: () => routes.some(({ constraints }) => Object.keys(constraints).length > 0),
  };
}

/** The part of a whole address before its path. */
const AUTHORITY = /^https?:\/\/[^/?]*/i;

/** Characters that end a path for every reader. */
export const QUERY = /[?#]/;

/** Characters that end a path for the router. */
export function pathEnd(options: RouterOptions): RegExp {
  return 'useSemicolonDelimiter' in options && options.useSemicolonDelimiter === true ? /[?#;]/ : QUERY;
}

/** The path that the router compares with its patterns, or one that more of them fit. */
function readablePath(path: string, options: RouterOptions): string | undefined {
  const local = path.startsWith('/') ? path : path.replace(AUTHORITY, '');
  const end = local.search(pathEnd(options));
  const whole = end === -1 ? local : local.slice(0, end);
  const readable = options.ignoreDuplicateSlashes ? whole.replace(/\/{2,}/g, '/') : whole;
  try {
    return readable.includes('%') ? decodeURI(readable) : readable;
  } catch {
    return undefined;
  }
}

/** The paths of one node of a search router, and the routes that they lead to. */
class SearchNode {
  readonly groups: PathGroup[] = [];
  readonly masks = new Map<number, number>();

  routesBy(method: string): readonly number[] {
    return this.groups.flatMap(({ byMethod }) => byMethod.get(method) ?? []);
  }
}

/** One path of some routes. */
interface PathGroup {
  readonly byMethod: Map<string, number[]>;
}

/**
 * A search that tells every node of the router which a path leads to, most specific first, so that the routes of each
 * method, and those which a constraint would have to choose from, can be told without another.
 */
function searchAmong(
  routes: readonly SearchableRoute[],
  indexes: readonly number[],
  createRouter: FindMyWay,
  options: RouterOptions,
): (path: string) => RoutesFound {
  const some = indexes.map((index) => routes[index]!);
  const taken = routeAcceptance(some, createRouter, options);
  const groups: PathGroup[] = [];
  const router = createRouter({ ...options, constraints: { [CANDIDATES]: candidatesStrategy(groups) } });
  const groupOf = new Map<string, PathGroup>();
  for (const index of indexes) {
    const route = routes[index]!;
    for (const method of route.answered) {
      for (const path of taken(method, route)) {
        let group = groupOf.get(path);
        if (group === undefined) {
          group = { byMethod: new Map() };
          groupOf.set(path, group);
          router.on(ANY, path, { constraints: { [CANDIDATES]: groups.push(group) - 1 } }, NOTHING);
        }
        group.byMethod.set(method, [...(group.byMethod.get(method) ?? []), index]);
      }
    }
  }
  const found = new SequenceCache((nodes: readonly SearchNode[]) => routesFound(routes, nodes));
  return (path) => {
    const nodes: SearchNode[] = [];
    router.find(ANY, path, { [CANDIDATES]: nodes });
    return found.get(nodes);
  };
}

function routesFound(routes: readonly SearchableRoute[], nodes: readonly SearchNode[]): RoutesFound {
  const isFinal = (index: number): boolean => Object.keys(routes[index]!.constraints).length === 0;
  return {
    all: [...new Set(nodes.flatMap(({ groups }) => groups.flatMap(({ byMethod }) => [...byMethod.values()].flat())))],
    by: (method) => {
      const reached = nodes.map((node) => node.routesBy(method));
      const last = reached.findIndex((indexes) => indexes.some(isFinal));
      const claimed = new ClaimedVersions();
      // Of two routes on one path that name the same version, Fastify takes the one that was registered last.
      return (last === -1 ? reached : reached.slice(0, last + 1)).flatMap((indexes) =>
        [...indexes].sort((a, b) => b - a).filter((index) => claimed.claim(routes[index]!.versions)),
      );
    },
  };
}

/**
 * A constraint that every route has and none fulfils: it is asked at each node that the path leads to, takes notes, and
 * has the router go on to less specific ones.
 */
function candidatesStrategy(groups: readonly PathGroup[]): findMyWay.ConstraintStrategy<findMyWay.HTTPVersion.V1> {
  return {
    name: CANDIDATES,
    storage: () => {
      const node = new SearchNode();
      return {
        // Asked with a group's number while the router is built, and with a list for the notes when it is searched.
        get: (asked: unknown) => {
          if (typeof asked === 'number') {
            return node.masks.get(asked) as never;
          }
          (asked as SearchNode[]).push(node);
          return 0 as never;
        },
        set: (group: unknown, mask: unknown) => {
          node.masks.set(group as number, mask as number);
          node.groups.push(groups[group as number]!);
        },
      };
    },
    deriveConstraint: () => undefined as never,
    mustMatchWhenDerived: false,
  };
}
