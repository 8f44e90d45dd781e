import type { OtherCorsLayer } from '../adapter.js';
import { symbolProperty } from './fastify-app.js';
import type { FastifyContext } from './route-log.js';

/**
 * The CORS layers of an app and of its plugins.
 *
 * @param contexts those of its plugins, in the order in which they were made
 */
export function corsLayersIn(
  app: Pick<FastifyContext, 'hasRequestDecorator'>,
  contexts: readonly FastifyContext[],
  isCors: (handle: unknown) => boolean,
): readonly OtherCorsLayer[] {
  const plugins = isCorsContext(app) ? [''] : outermost(contexts.filter(isCorsContext)).map(pathOfContext);
  const entries = [
    ...middlewareOf(app, ''),
    ...contexts.flatMap((context) => middlewareOf(context, pathOfContext(context))),
  ];
  // A context has what the one around it had when it was made.
  const middleware = new Map(entries.toReversed().filter(([handle]) => isCors(handle)));
  return [
    ...plugins.map((path) => corsLayer('plugin', undefined, path)),
    ...[...middleware].map(([handle, path]) => corsLayer('middleware', handle, path)),
  ];
}

/** The property that @fastify/cors adds to the requests of its context, and of those inside it. */
function isCorsContext(context: Pick<FastifyContext, 'hasRequestDecorator'>): boolean {
  return context.hasRequestDecorator('corsPreflightEnabled');
}

/** Contexts that are inside another of the list inherit what that one has. */
function outermost(contexts: readonly FastifyContext[]): readonly FastifyContext[] {
  return contexts.filter(
    (context) => !contexts.some((other) => other !== context && Object.prototype.isPrototypeOf.call(other, context)),
  );
}

/** A plugin without a prefix has its routes anywhere. */
function pathOfContext({ prefix }: FastifyContext): string | undefined {
  return prefix === '' ? undefined : prefix;
}

/** The middleware that @fastify/middie keeps: functions, and the path of each. */
function middlewareOf(context: object, prefix: string | undefined): readonly [object, string | undefined][] {
  const entries = (symbolProperty(context, 'fastify-middie-middlewares') ?? []) as readonly [unknown, unknown][];
  return entries.flatMap(([first, second]) => {
    const path = second === undefined || first === '/' ? prefix : typeof first === 'string' ? first : undefined;
    return ([second ?? first].flat() as object[]).map((handle): [object, string | undefined] => [handle, path]);
  });
}

function corsLayer(kind: OtherCorsLayer['kind'], handle: object | undefined, path: string | undefined): OtherCorsLayer {
  return {
    kind,
    steps: [{ handle, path }],
    isOnRoute: false,
    // A path that is not known may be any.
    covers: (requested) => path === undefined || requested === path || requested.startsWith(`${path}/`),
  };
}
