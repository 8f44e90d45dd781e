import type findMyWay from 'find-my-way';
import { ClaimedVersions } from '../core/requests/claimed-versions.js';
import type { FoundRoute, RouteSearch } from '../core/requests/route-search.js';
import { routeAcceptance } from './fastify-acceptance.js';
import type { NativeRoute } from './platform.js';

/** `find-my-way`, the router behind Fastify. */
export type FindMyWay = typeof findMyWay;
type RouterOptions = findMyWay.Config<findMyWay.HTTPVersion.V1>;

/** The name of the one constraint of a search router; no route of an app has it. */
const CANDIDATES = 'candidates';
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
 * Searches the routes of an app by the app's own kind of router, with the app's own options. All routes of one method and
 * path stand under one entry, so that a search tells which of them a constraint would have to choose from, and goes on
 * to less specific paths where the constraint may choose none.
 *
 * @param routes may grow until the first search: Fastify takes no route once it listens
 */
export function searchRoutes(
  routes: readonly SearchableRoute[],
  chosen: RouteSearch['chosen'],
  createRouter: FindMyWay,
  options: RouterOptions,
): RouteSearch {
  let finder: Finder | undefined;
  return {
    chosen,
    find: (method, path) => (finder ??= createFinder(routes, createRouter, options))(method, path),
    constrained: () => routes.some(({ constraints }) => Object.keys(constraints).length > 0),
  };
}

type Finder = RouteSearch['find'];

function createFinder(routes: readonly SearchableRoute[], createRouter: FindMyWay, options: RouterOptions): Finder {
  const router = createRouter({ ...options, constraints: { [CANDIDATES]: candidatesStrategy() } });
  const taken = routeAcceptance(routes, createRouter, options);
  const groups: number[][] = [];
  const groupOf = new Map<string, number>();
  routes.forEach((route, index) => {
    for (const method of route.answered) {
      for (const path of taken(method, route)) {
        const key = `${method} ${path}`;
        let group = groupOf.get(key);
        if (group === undefined) {
          group = groups.push([]) - 1;
          groupOf.set(key, group);
          router.on(method as findMyWay.HTTPMethod, path, { constraints: { [CANDIDATES]: group } }, NOTHING);
        }
        groups[group]!.push(index);
      }
    }
  });
  const isFinal = (group: number): boolean =>
    groups[group]!.some((index) => Object.keys(routes[index]!.constraints).length === 0);
  const visit = (method: string, path: string, last: number): Visited => {
    const visit = new Visit(last, isFinal);
    const found = router.find(method as findMyWay.HTTPMethod, path, { [CANDIDATES]: visit });
    return { nodes: visit.nodes, params: found?.params as FoundRoute['params'] | undefined };
  };
  return (method, path) => {
    const all = visit(method, path, Infinity);
    const claimed = new ClaimedVersions();
    return all.nodes.flatMap((node, position) => {
      const params = position === all.nodes.length - 1 ? all.params : undefined;
      // Of two routes on one path that name the same version, Fastify takes the one that was registered last.
      const left = node
        .flatMap((group) => groups[group]!)
        .reverse()
        .filter((index) => claimed.claim(routes[index]!.versions));
      return foundAt(left, params ?? visit(method, path, position).params ?? {});
    });
  };
}

interface Visited {
  readonly nodes: readonly (readonly number[])[];
  /** Of the path that the search ended at, if it did not go on to the end. */
  readonly params: FoundRoute['params'] | undefined;
}

function foundAt(indexes: readonly number[], params: FoundRoute['params']): FoundRoute[] {
  return indexes.map((index) => ({ index, params }));
}

/** What a search passes by: the entries of each path that matches, most specific first. */
class Visit {
  readonly nodes: (readonly number[])[] = [];

  constructor(
    private readonly last: number,
    private readonly isFinal: (group: number) => boolean,
  ) {}

  /** Notes a path's entries; reports whether the search ends here. */
  take(groups: readonly number[]): boolean {
    this.nodes.push(groups);
    return this.nodes.length > this.last || groups.some(this.isFinal);
  }
}

/** A constraint that every route has and none is refused by: it is asked at each path that matches, and takes notes. */
function candidatesStrategy(): findMyWay.ConstraintStrategy<findMyWay.HTTPVersion.V1> {
  return {
    name: CANDIDATES,
    storage: () => {
      const masks = new Map<number, number>();
      return {
        // Asked with an entry's own value while the router is built, and with a visit when it is searched.
        get: (asked: unknown) => {
          if (!(asked instanceof Visit)) {
            return masks.get(asked as number) as never;
          }
          const all = [...masks.values()].reduce((union, mask) => union | mask, 0);
          return (asked.take([...masks.keys()]) ? all : 0) as never;
        },
        set: (group: unknown, mask: unknown) => void masks.set(group as number, mask as number),
      };
    },
    deriveConstraint: () => undefined as never,
    mustMatchWhenDerived: false,
  };
}
