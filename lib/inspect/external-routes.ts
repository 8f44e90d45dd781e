import type { Configuration } from '../config/read-options.js';
import type { HttpAdapter } from '../discovery/platforms.js';
import { layersBeforeAdapter } from '../discovery/nest-internals.js';
import { type CatalogRoute, isHandlerRoute } from '../discovery/route-catalog.js';
import type { Platform } from '../platform/adapter.js';

/** Most routes that a line lists. */
const NAMED = 5;

/** Warnings about external routes, a line each, for the log. */
export function externalRouteWarnings(
  { platform, routes }: { readonly platform: Platform; readonly routes: readonly CatalogRoute[] },
  plan: Configuration,
  adapter: HttpAdapter,
): readonly string[] {
  const unseen = platform.unseenRoutes();
  return [
    ...(unseen === undefined ? [] : [unseen]),
    ...(platform.search() === undefined ? [...shadowed(routes), ...unreached(routes, plan, adapter)] : []),
  ];
}

/**
 * Finds external routes that take requests from handlers. If routes are tried in order, a route that the app registered
 * before Nest's gets their requests. Whether it only passes them on cannot be seen. A pattern is its own example: see
 * `effectiveAt`.
 */
function shadowed(routes: readonly CatalogRoute[]): readonly string[] {
  return routes.flatMap((external, order) => {
    if (isHandlerRoute(external) || !external.earlier) {
      return [];
    }
    const behind = routes
      .slice(order + 1)
      .filter(isHandlerRoute)
      .filter(({ info, target }) => target.policy !== undefined && covers(external, info));
    return behind.length === 0
      ? []
      : [
          `${described(external)} was registered on the Express instance before the app's routes, and covers ` +
            `${named(behind.map(({ target }) => target.name))}: preflights there are answered for it, as it may serve the ` +
            'request. If it only passes requests on, register it with app.use() instead.',
        ];
  });
}

/** Routes that an Express instance had before the adapter was made answer before its hook runs. */
function unreached(routes: readonly CatalogRoute[], plan: Configuration, adapter: HttpAdapter): readonly string[] {
  const count = layersBeforeAdapter(adapter).filter(({ route }) => route !== undefined).length;
  const governed = routes
    .slice(0, count)
    .filter(
      ({ info }) => plan.defaultPolicy !== undefined || plan.rules.some((rule) => rule.match(info.path) !== undefined),
    );
  return governed.length === 0
    ? []
    : [
        `${named(governed.map(described))}: registered on the Express instance before Nest's adapter was created, and so answered before ` +
          'this library runs: responses get no CORS headers. Register routes for other origins after NestFactory.create().',
      ];
}

function covers({ answers, match }: CatalogRoute, { methods, path }: CatalogRoute['info']): boolean {
  return methods.some((method) => answers(method === '*' ? 'GET' : method)) && match(path) !== undefined;
}

function described({ info }: CatalogRoute): string {
  return `${info.methods.includes('*') ? 'ALL' : info.methods.join(', ')} ${info.path}`;
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}
