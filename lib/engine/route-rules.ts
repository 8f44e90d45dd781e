import { enforces } from '../core/decide/enforcement.js';
import { indexesOf, pathReadings } from '../routing/path-readings.js';
import { OrderedRoutes } from '../routing/ordered-routes.js';
import { PathCache } from '../routing/path-cache.js';
import type { RouteSet, Whereabouts } from '../routing/route.js';
import type { RouteTarget, TargetRoute } from './request-decision.js';

/** The entries of `routes` on one path. */
export interface RulesAt {
  /** By the path as it was sent, which is how Nest's own routes read it. */
  readonly sent: RouteSet<RouteTarget>;
  /** By each way to read the path: one for nearly all paths. Different ways are listed once. */
  readonly readings: readonly RulesOnReading[];
  /** True if other paths share this object. */
  readonly isShared: boolean;
}

/** The entries on one reading of a path. */
export interface RulesOnReading {
  readonly on: RouteSet<RouteTarget>;
  /**
   * The enforced entries of the paths above, the nearest first. Middleware that is mounted at a path serves all paths below it, so
   * its enforcement reaches what no entry and no route covers.
   */
  readonly above: readonly RouteSet<RouteTarget>[];
}

/** One way to compare a path with those of the entries. */
interface Lookup {
  readonly routes: OrderedRoutes<RouteTarget>;
  readonly enforced: OrderedRoutes<RouteTarget>;
  /** True if case makes no difference. */
  readonly folds: boolean;
}

function foldedLookup(rules: readonly TargetRoute[]): Lookup {
  return { routes: new OrderedRoutes(rules), enforced: new OrderedRoutes(rules.filter(isEnforced)), folds: true };
}

function isEnforced({ target }: TargetRoute): boolean {
  return enforces(target.policy);
}

/** Readings that a path of a page has at most: capitals, an escaped character, a directory. */
const USUAL_READINGS = 16;
/**
 * Most trials of entries for one path. Beyond them the path may lead to any entry, so only the common part of all is
 * granted.
 */
const MOST_TRIALS = 1_024;

/** Finds the entries of `routes` on a path, for every way in which the code behind may read the path (rule 3.3). */
export class RouteRulesIndex {
  /** True if an entry enforces: its enforcement then reaches decorated handlers on its path too. */
  readonly enforce: boolean;
  private readonly routes: OrderedRoutes<RouteTarget>;
  private readonly lookups: readonly Lookup[];
  private readonly recent = new PathCache<RulesAt>((where) => this.find(where), false);
  private readonly shared = new WeakMap<RouteSet<RouteTarget>, RulesAt>();
  /** Most segments of the path of an enforced entry. */
  private readonly depth: number;

  /**
   * @param folded the entries with their paths in lower case, if the router is case-sensitive: middleware may ignore
   *   case
   */
  constructor(
    private readonly rules: readonly TargetRoute[],
    folded?: readonly TargetRoute[],
  ) {
    const enforced = rules.filter(isEnforced);
    this.routes = new OrderedRoutes(rules);
    const asWritten = { routes: this.routes, enforced: new OrderedRoutes(enforced), folds: false };
    this.lookups = folded === undefined ? [asWritten] : [asWritten, foldedLookup(folded)];
    this.enforce = enforced.length > 0;
    this.depth = Math.max(0, ...enforced.map(({ info }) => info.path.split('/').length));
  }

  at(where: Whereabouts): RulesAt {
    return this.recent.at(where);
  }

  private find({ path, hostname }: Whereabouts): RulesAt {
    const sent = this.routes.at({ path, hostname });
    const paths = pathReadings(path);
    if (paths === undefined || this.isTooMuch(paths.length)) {
      const readings = [{ on: sent, above: [] }, NOWHERE, ...this.rules.map(alone)];
      return { sent, readings, isShared: false };
    }
    const readings = new Map<string, RulesOnReading>();
    const ids = new Map<object, number>();
    // All sets without an entry are alike, in whichever lookup.
    const idOf = (each: RouteSet<RouteTarget>): number => {
      if (each.methods.length === 0) {
        return -1;
      }
      const id = ids.get(each) ?? ids.size;
      ids.set(each, id);
      return id;
    };
    const add = (on: RouteSet<RouteTarget>, above: readonly RouteSet<RouteTarget>[]): void => {
      readings.set([on, ...above].map(idOf).join(), { on, above });
    };
    const indexes = indexesOf(paths);
    for (const lookup of this.lookups) {
      const inCase = (all: readonly string[]): Iterable<string> =>
        lookup.folds ? new Set(all.map((each) => each.toLowerCase())) : all;
      for (const each of inCase(paths)) {
        add(lookup.routes.at({ path: each, hostname }), this.aboveOf(each, hostname, lookup));
      }
      for (const each of inCase(indexes)) {
        const on = lookup.routes.at({ path: each, hostname });
        // An entry for a path also applies to that path with a slash: its index file needs no entry of its own.
        if (on.methods.length > 0) {
          add(on, []);
        }
      }
    }
    const [first, ...others] = [...readings.values()];
    if (others.length > 0 || first!.above.length > 0) {
      return { sent, readings: [...readings.values()], isShared: false };
    }
    const shared = this.shared.get(sent) ?? { sent, readings: [first!], isShared: true };
    this.shared.set(sent, shared);
    return shared;
  }

  /**
   * Each entry is tried for each reading. Paths that people write have a few readings, whatever the number of entries.
   */
  private isTooMuch(readings: number): boolean {
    return readings > USUAL_READINGS && readings * this.rules.length * this.lookups.length > MOST_TRIALS;
  }

  /** The root is above everything, and is more often the path of one page than of middleware. */
  private aboveOf(path: string, hostname: string, { enforced }: Lookup): readonly RouteSet<RouteTarget>[] {
    const segments = path.split('/', this.depth + 1);
    const above: RouteSet<RouteTarget>[] = [];
    for (let length = Math.min(segments.length - 1, this.depth); length > 1; length--) {
      const found = enforced.at({ path: segments.slice(0, length).join('/'), hostname });
      if (found.methods.length > 0) {
        above.push(found);
      }
    }
    return above;
  }
}

/** A reading that no entry covers. */
const NOWHERE: RulesOnReading = Object.freeze({
  on: Object.freeze({ methods: Object.freeze([]), reachable: () => [] }),
  above: Object.freeze([]),
});

/** An entry as if its path were the only reading. */
function alone(rule: TargetRoute): RulesOnReading {
  const on = { methods: rule.info.methods, reachable: (method: string) => (rule.answers(method) ? [rule] : []) };
  return { on, above: [] };
}
