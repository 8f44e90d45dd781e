import type { CorsContext } from '../../core/request.js';
import { originalOf } from '../replaced-handlers.js';

/** The part of an Express 5 app and of its router that is read; both have been stable since Express 5.0. */
export interface ExpressApp {
  readonly router: ExpressRouter;
  /** The prototype that Express gives to each request. */
  readonly request: object;
  /** The prototype that Express gives to each response. */
  readonly response: { readonly writeHead: unknown };
}

export interface ExpressRouter {
  readonly stack: readonly ExpressLayer[];
  readonly caseSensitive: boolean | undefined;
  readonly strict: boolean | undefined;
}

export interface ExpressLayer {
  readonly name: string;
  readonly params?: LayerMatch['params'] | undefined;
  readonly path?: string | undefined;
  /** True if it is on every path. */
  readonly slash?: boolean;
  handle: object & { stack?: readonly ExpressLayer[] };
  readonly route?: ExpressRoute;
  match(path: string): LayerMatch | boolean;
}

export interface ExpressRoute {
  readonly path: unknown;
  readonly methods: Readonly<Record<string, boolean>>;
  readonly stack: readonly ExpressLayer[];
}

/** The match of a layer. Express's router before 2.3 notes it on the layer, later ones return it. */
interface LayerMatch {
  readonly params: Record<string, string | string[]>;
  /** The part of the path that was matched. */
  readonly path: string;
}

type LayerConstructor = new (path: string, options: object, handle: () => void) => ExpressLayer;

/** Express registers some 35 methods one by one for `all()`; an app does not list so many by hand. */
const ALL_METHODS = 20;

/** The methods of a route, in upper case; `undefined`: all of them. */
export function methodsOf({ methods }: ExpressRoute): readonly string[] | undefined {
  const names = Object.keys(methods).map((method) => method.toUpperCase());
  return names.includes('_ALL') || names.length > ALL_METHODS ? undefined : names;
}

/** The function of the app behind the checks that replace it. */
export function handleOf({ handle }: ExpressLayer): ExpressLayer['handle'] {
  return originalOf(handle);
}

export function matchOf(layer: ExpressLayer, path: string): LayerMatch | undefined {
  try {
    const match = layer.match(path);
    return match === true ? { params: layer.params ?? {}, path: layer.path ?? '' } : match || undefined;
  } catch {
    // A parameter that cannot be decoded: Express has found the route and answers 400 for it.
    return { params: {}, path };
  }
}

export function paramsOf(layer: ExpressLayer, path: string): CorsContext['params'] | undefined {
  return matchOf(layer, path)?.params;
}

/**
 * Compiles a pattern with the router's own class of layers.
 *
 * @returns the parameters of a text that matches
 */
export function compilePattern(
  { stack }: ExpressRouter,
  pattern: string,
  options: { readonly sensitive: boolean | undefined; readonly strict: boolean | undefined },
): (text: string) => CorsContext['params'] | undefined {
  const Layer = stack[0]!.constructor as LayerConstructor;
  const layer = new Layer(pattern, { ...options, end: true }, () => undefined);
  return (text) => paramsOf(layer, text);
}
