import type { HandlerCheck } from '../adapter.js';
import { goOn, noteReplaced, originalOf } from '../replaced-handlers.js';
import type { SearchableRoute } from './route-search.js';

/** The part of a Fastify 5 instance that is read to know its routes. */
export interface RecordedApp {
  readonly supportedMethods: readonly string[];
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): unknown;
  addHook(name: 'onRegister', hook: (context: FastifyContext) => void): unknown;
  printRoutes(): string;
}

/** The part of a plugin's context that is read. */
export interface FastifyContext {
  readonly prefix: string;
  hasRequestDecorator(name: string): boolean;
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

/** The key of a route's index in its config. */
const INDEX = Symbol.for('nestjs-cors-policy:route');

/** The text that Fastify prints where it has no route. */
const NO_ROUTES = '(empty tree)';

/**
 * The routes of a Fastify instance. Fastify shows a route only while it is registered, so this has to be created early,
 * before Nest registers any.
 */
export class FastifyRoutes {
  /** True if some had been registered before. */
  readonly missedSome: boolean;
  /** The contexts of plugins, in the order in which they were made. */
  readonly contexts: FastifyContext[] = [];
  private readonly registered: SearchableRoute[] = [];
  /** The paths that a `GET` was registered for. */
  private readonly readable = new Set<string>();

  constructor(app: RecordedApp) {
    this.missedSome = app.printRoutes().trim() !== NO_ROUTES;
    app.addHook('onRegister', (context) => {
      this.contexts.push(context);
    });
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

/** The config that marks the route at this index. */
export function configAt(index: number): RouteConfig {
  return { [INDEX]: index };
}

/** The place among the routes of the one with this config; `undefined` of one that was not seen. */
export function indexOf(config: RouteConfig): number | undefined {
  const index = config[INDEX];
  return typeof index === 'number' ? index : undefined;
}

/** Fastify reads a handler once: it can be found out later whether something runs before it. */
function leavePlace(route: FastifyRoute): (check: HandlerCheck) => void {
  const { handler } = route;
  let check: HandlerCheck | undefined;
  route.handler = function checked(request, reply) {
    const result = check?.(request, reply);
    return result === undefined ? handler.call(this, request, reply) : goOnAt(handler, result, this, request, reply);
  };
  Object.defineProperty(route.handler, 'name', { value: handler.name, configurable: true });
  // The HEAD that comes with a GET is registered with the wrapper that already replaces its handler.
  noteReplaced(handler, route.handler);
  return (given) => {
    check = given;
  };
}

/** A separate function: a closure in a function slows down each of its calls, even those that do not wait. */
function goOnAt(
  handler: FastifyHandler,
  result: ReturnType<HandlerCheck>,
  app: unknown,
  request: object,
  reply: object,
): Promise<unknown> {
  return goOn(result, () => handler.call(app, request, reply), fail);
}

function fail(error: Error): never {
  throw error;
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
    isConstrained: Object.keys(constraints).length > 0,
    handlers: [originalOf(route.handler)],
    config: route.config,
    constraints,
    versions: onlyVersion ? [constraints.version].flat() : undefined,
    answers: (method) => methods.includes(method),
    match: () => undefined,
    precede: leavePlace(route),
  };
}
