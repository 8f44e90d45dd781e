import { findingOf } from './audit.js';
import type { AuditFinding } from './finding.js';
import { passesOn } from '../discovery/nest-internals.js';
import { type CatalogRoute, type HandlerTarget, isHandlerRoute } from '../discovery/route-catalog.js';

/** Decorated handlers that no request reaches, because another one has their method and path (rule 3.7). */
export function hiddenHandlers(
  targets: readonly HandlerTarget[],
  routes: readonly CatalogRoute[],
): readonly AuditFinding[] {
  const takers = new Map<string, CatalogRoute>();
  const reached = new Set<HandlerTarget>();
  const registered = new Set<HandlerTarget>();
  const hiders = new Map<HandlerTarget, string>();
  for (const route of routes) {
    if (!isHandlerRoute(route) || route.earlier) {
      continue;
    }
    const { target, info } = route;
    registered.add(target);
    const hider = takers.get(keyOf(route));
    if (hider === undefined) {
      reached.add(target);
    } else {
      hiders.set(target, `${info.methods.join(', ')} ${info.path} is ${hider.info.name}`);
    }
    if (hider === undefined && isFinal(route)) {
      takers.set(keyOf(route), route);
    }
  }
  return targets
    .filter((target) => target.explicit && !reached.has(target))
    .map((target) => findingOf('hidden-handler', target.name, registered.has(target) ? hiders.get(target) : undefined));
}

/** One shape of a path for all names of its parameters. */
function keyOf({ info: { methods, path } }: CatalogRoute): string {
  return `${methods.join()} ${path.replace(/:\w+/g, ':')}`;
}

/**
 * Reports whether every request for a route ends there: hosts, versions and constraints pass requests on, and so may a
 * handler that takes `next`.
 */
function isFinal({ target, matchesHost, matchesVersion, isConstrained }: CatalogRoute): boolean {
  const { controller, name } = (target as HandlerTarget).source;
  // Not the name of the function: a decorator may have put another one in its place.
  const method = name.slice(controller.name.length + 1);
  const isSelected = matchesHost !== undefined || matchesVersion !== undefined || isConstrained === true;
  return !isSelected && !passesOn(controller.type, method);
}
