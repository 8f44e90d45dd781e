import type { Platform, OtherCorsLayer } from '../../platform/adapter.js';
import type { AdapterCall } from '../adapter-calls.js';

/** A CORS layer that this library did not add, and what is known about it. */
export interface FoundLayer extends OtherCorsLayer {
  /** The call that has added it. */
  readonly call: AdapterCall | undefined;
  /** Its whole path; empty: the whole app; `undefined`: not known as text. */
  readonly path: string | undefined;
}

/** Every other CORS layer: those of the platform now, and those that plugins will add when they are loaded. */
export function layersOf(platform: Platform, calls: readonly AdapterCall[]): readonly FoundLayer[] {
  const exchange = platform.otherCorsLayers();
  const seen = new Set(exchange.flatMap(({ steps }) => steps.map(({ handle }) => handle)));
  const isHeld = (call: AdapterCall): boolean =>
    addsPlugin(call)
      ? exchange.some(({ kind, steps }) => kind === 'plugin' && steps[0]?.path === '')
      : functionsOf(call).some((handle) => seen.has(handle));
  // A plugin is loaded later than it is registered, and Nest wraps middleware on Fastify.
  const pending = calls
    .filter((call) => !isHeld(call))
    .flatMap((call): readonly OtherCorsLayer[] => {
      const middleware = functionsOf(call).filter((handle) => platform.isCorsMiddleware(handle));
      const path = call.method === 'use' || call.method === 'apply' ? pathOfCall(call) : '';
      return call.method === 'enableCors' || addsPlugin(call)
        ? [pendingLayer('plugin', undefined, '')]
        : middleware.map((handle) => pendingLayer('middleware', handle, path));
    });
  return [...exchange, ...pending].map((layer) => {
    const call = calls.find((each) => hasAdded(each, layer));
    const paths = layer.steps.map(({ handle, path }) => path ?? pathOfStep(handle, calls));
    const path = paths.includes(undefined) ? undefined : paths.join('').replace(/\/$/, '');
    return { ...layer, call, path: path === undefined && isOnAll(layer) ? '' : path };
  });
}

function pendingLayer(
  kind: OtherCorsLayer['kind'],
  handle: object | undefined,
  path: string | undefined,
): OtherCorsLayer {
  const covers = (requested: string): boolean =>
    path !== undefined && (requested === path || requested.startsWith(`${path}/`));
  return { kind, steps: [{ handle, path }], isOnRoute: false, covers };
}

function hasAdded(call: AdapterCall, { kind, steps }: OtherCorsLayer): boolean {
  if (kind === 'plugin') {
    return steps[0]?.path === '' && (call.method === 'enableCors' || addsPlugin(call));
  }
  const added = functionsOf(call);
  return steps.some(({ handle }) => handle !== undefined && added.includes(handle));
}

function functionsOf({ args, inner }: AdapterCall): readonly object[] {
  const given = args.flat(Infinity).filter((each): each is object => typeof each === 'function');
  return [...given, ...inner.flatMap(functionsOf)];
}

/** Reports whether the call registers `@fastify/cors`. */
export function addsPlugin({ method, args: [plugin] }: AdapterCall): boolean {
  if (method !== 'register' || (typeof plugin !== 'function' && typeof plugin !== 'object') || plugin === null) {
    return false;
  }
  const given = ('default' in plugin ? plugin.default : plugin) as { [META]?: { readonly name?: unknown } } | undefined;
  return given?.[META]?.name === '@fastify/cors';
}

/** The symbol under which `fastify-plugin` keeps the name of a plugin. */
const META = Symbol.for('plugin-meta');

function pathOfStep(handle: object | undefined, calls: readonly AdapterCall[]): string | undefined {
  const call = calls.find((each) => handle !== undefined && functionsOf(each).includes(handle));
  return call === undefined || call.method !== 'use' ? undefined : pathOfCall(call);
}

/** The path of an `app.use()` or of a `consumer.apply()`; `undefined` if it is not a string. */
export function pathOfCall({ method, path, args: [first] }: AdapterCall): string | undefined {
  if (method === 'apply') {
    return path;
  }
  if (typeof first === 'function') {
    return '';
  }
  return typeof first === 'string' ? (first === '/' ? '' : first) : undefined;
}

/** Paths that only a pattern for everything matches. */
export const ANY_PATHS = ['/', '/no-path-of-any-app', '/no-path-of-any-app/below'];

/** Reports whether it runs for every path. */
export function isOnAll({ covers }: OtherCorsLayer): boolean {
  return ANY_PATHS.every(covers);
}

/** A path that a pattern matches: its names as values. */
export function sampleOf(pattern: string): string {
  return pattern.replace(/[{}:*]/g, '');
}
