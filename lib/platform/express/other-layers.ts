import type { OtherCorsLayer } from '../adapter.js';
import { type ExpressLayer, handleOf, matchOf, methodsOf } from './router.js';

/** The CORS layers in a router, and in the routers that are mounted in it. */
export function corsLayersIn(
  stack: readonly ExpressLayer[],
  isCors: (handle: unknown, name?: string) => boolean,
): readonly OtherCorsLayer[] {
  return waysTo((layer) => isCors(handleOf(layer), layer.name), stack).map(corsLayer);
}

/** The layers that lead to each one that passes the test, outermost first. */
function waysTo(
  test: (layer: ExpressLayer) => boolean,
  stack: readonly ExpressLayer[],
  outer: readonly ExpressLayer[] = [],
): readonly (readonly ExpressLayer[])[] {
  return stack.flatMap((layer) => {
    const way = [...outer, layer];
    const inside = outer.includes(layer) ? undefined : (layer.route?.stack ?? handleOf(layer).stack);
    return test(layer) ? [way] : inside === undefined ? [] : waysTo(test, inside, way);
  });
}

function corsLayer(way: readonly ExpressLayer[]): OtherCorsLayer {
  const { route } = way.find((layer) => layer.route !== undefined) ?? {};
  const methods = route && methodsOf(route);
  return {
    kind: 'middleware',
    steps: way.map((layer, depth) => ({ handle: handleOf(layer), path: pathOfLayer(layer, way[depth - 1]) })),
    ...(methods === undefined ? {} : { methods }),
    isOnRoute: route !== undefined,
    covers: (path) => covers(way, path),
  };
}

/** Express keeps the path of a route, not that of middleware. */
function pathOfLayer({ route, slash }: ExpressLayer, outer: ExpressLayer | undefined): string | undefined {
  if (slash === true || outer?.route !== undefined) {
    return '';
  }
  return typeof route?.path === 'string' ? route.path : undefined;
}

function covers([layer, ...inner]: readonly ExpressLayer[], path: string): boolean {
  if (layer === undefined) {
    return true;
  }
  const match = matchOf(layer, path);
  return match !== undefined && (layer.route !== undefined || covers(inner, path.slice(match.path.length) || '/'));
}
