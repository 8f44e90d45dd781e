import type { SearchableRoute } from './fastify-search.js';
import type { HandlerCheck } from './platform.js';

/** What is read of a Fastify 5 instance to know its routes. */
export interface RecordedApp {
  readonly supportedMethods: readonly string[];
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): unknown;
  printRoutes(): string;
}

interface FastifyRoute {
  readonly method: string | readonly string[];
  readonly url: string;
  handler: FastifyHandler;
  readonly constraints?: object;
  config?: RouteConfig;
}

type FastifyHandler = (this: unknown, request: object, reply: object) => unknown;

export type RouteConfig = Readonly<Record<PropertyKey, unknown>>;

/** Under which a route's config names its place among the routes. */
const INDEX = Symbol.for('nestjs-cors-policy:route');

/** What Fastify prints where it has no route. */
const NO_ROUTES = '(empty tree)';

/**
 * The routes of a Fastify instance. Fastify tells of a route only while it is registered: the sooner this is made, the
 * more it knows, and Nest must not have registered any.
 */
export class FastifyRoutes {
  /** Whether some had been registered before. */
  readonly missedSome: boolean;
  private readonly registered: SearchableRoute[] = [];
  /** The paths that a `GET` was registered for. */
  private readonly readable = new Set<string>();

  constructor(app: RecordedApp) {
    this.missedSome = app.printRoutes().trim() !== NO_ROUTES;
    app.addHook('onRoute', (route) => {
      route.config = { ...route.config, [INDEX]: this.registered.length };
      const searchable = searchableRoute(route, this.readable, app);
      this.registered.push(searchable);
      if (searchable.methods.includes('GET')) {
        this.readable.add(route.url);
      }
    });
  }

  /** In the order of their registration; grows until Fastify listens. */
  get routes(): readonly SearchableRoute[] {
    return this.registered;
  }
}

/** What the config of the route at this place among the routes says of it. */
export function configAt(index: number): RouteConfig {
  return { [INDEX]: index };
}

/** The place among the routes of the one with this config; `undefined` of one that was not seen. */
export function indexOf(config: RouteConfig): number | undefined {
  const index = config[INDEX];
  return typeof index === 'number' ? index : undefined;
}

/** What stands behind a place for a check, by what stands in its place. */
const preceded = new WeakMap<object, FastifyHandler>();

/** Fastify takes a handler once: whether something stands before it can be told later. */
function leavePlace(route: FastifyRoute): (check: HandlerCheck) => void {
  const { handler } = route;
  let check: HandlerCheck | undefined;
  route.handler = function checked(request, reply) {
    const refusal = check?.(request, reply);
    return refusal === undefined ? handler.call(this, request, reply) : refuse(refusal, handler, this, request, reply);
  };
  Object.defineProperty(route.handler, 'name', { value: handler.name, configurable: true });
  // The HEAD that comes with a GET is registered with what already stands in the place of its handler.
  preceded.set(route.handler, preceded.get(handler) ?? handler);
  return (given) => {
    check = given;
  };
}

async function refuse(
  refusal: ReturnType<HandlerCheck>,
  handler: FastifyHandler,
  app: unknown,
  request: object,
  reply: object,
): Promise<unknown> {
  const error = await refusal;
  if (error !== undefined) {
    throw error;
  }
  return handler.call(app, request, reply);
}

const NO_CONSTRAINTS = Object.freeze({});

function searchableRoute(route: FastifyRoute, readable: ReadonlySet<string>, app: RecordedApp): SearchableRoute {
  const methods = typeof route.method === 'string' ? [route.method] : [...route.method];
  const constraints = (route.constraints ?? NO_CONSTRAINTS) as Readonly<Record<string, unknown>>;
  const onlyVersion = 'version' in constraints && Object.keys(constraints).length === 1;
  const all = methods.length > 1 && methods.length >= app.supportedMethods.length;
  const twin = methods.length === 1 && methods[0] === 'HEAD' && readable.has(route.url);
  return {
    path: route.url,
    pattern: route.url,
    methods: all ? ['*'] : methods,
    answered: methods,
    implied: twin,
    handlers: [preceded.get(route.handler) ?? route.handler],
    config: route.config,
    constraints,
    versions: onlyVersion ? [constraints.version].flat() : undefined,
    answers: (method) => methods.includes(method),
    match: () => undefined,
    precede: leavePlace(route),
  };
}
