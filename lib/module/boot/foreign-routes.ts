import type { HttpAdapterHost } from '@nestjs/core';
import type { CorsPlan } from '../configuration/plan.js';
import { layersBeforeHook, type RouterLayer } from './nest-internals.js';
import { type CatalogRoute, isHandlerRoute } from './route-catalog.js';
import type { RunningCors } from './running.js';

type Adapter = HttpAdapterHost['httpAdapter'];

/** How many routes one line names. */
const NAMED = 5;

/** What stands in the way of routes that the app registered by itself, past Nest; a line each, for the boot log. */
export function foreignRouteWarnings(
  { platform, routes }: Pick<RunningCors, 'platform' | 'routes'>,
  plan: CorsPlan,
  adapter: Adapter,
): readonly string[] {
  const unseen = platform.unseenRoutes();
  return [
    ...(unseen === undefined ? [] : [unseen]),
    ...(platform.search() === undefined ? [...shadowed(routes), ...unreached(routes, plan, adapter)] : []),
  ];
}

/**
 * Where routes are tried in order, one that the app registered before Nest's takes their requests, unless it only passes
 * them on; which of the two it does, nobody can see. A pattern is its own example: see `effectiveAt`.
 */
function shadowed(routes: readonly CatalogRoute[]): readonly string[] {
  return routes.flatMap((foreign, order) => {
    if (isHandlerRoute(foreign) || !foreign.earlier) {
      return [];
    }
    const behind = routes
      .slice(order + 1)
      .filter(isHandlerRoute)
      .filter(({ info, target }) => target.policy !== undefined && covers(foreign, info));
    return behind.length === 0
      ? []
      : [
          `${described(foreign)} was registered on the Express instance before the app's routes, and covers ` +
            `${named(behind.map(({ target }) => target.name))}: preflights there are answered for it, as it may serve the ` +
            'request. If it only passes requests on, register it by app.use() instead.',
        ];
  });
}

/** Routes that an Express instance had before the adapter was made answer before its hook runs. */
function unreached(routes: readonly CatalogRoute[], plan: CorsPlan, adapter: Adapter): readonly string[] {
  const { router } = adapter.getInstance<{ router: { stack: readonly RouterLayer[] } }>();
  const count = layersBeforeHook(router.stack).filter(({ route }) => route !== undefined).length;
  const governed = routes
    .slice(0, count)
    .filter(
      ({ info }) => plan.fallback !== undefined || plan.rules.some((rule) => rule.match(info.path) !== undefined),
    );
  return governed.length === 0
    ? []
    : [
        `${named(governed.map(described))}: on the Express instance before Nest's adapter was made, and so answered before ` +
          'this library runs: responses get no CORS headers. Register what other origins use after NestFactory.create().',
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
