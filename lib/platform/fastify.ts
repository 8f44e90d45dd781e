import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Decision } from '../core/decisions/decision.js';
import type { CorsContext, CorsRequest } from '../core/requests/request.js';
import type { RouteSearch } from '../core/requests/route-search.js';
import { type FindMyWay, hasEmptyParameter, type SearchableRoute, searchRoutes } from './fastify-search.js';
import type { NativeRoute, Platform, SecondCorsLayer } from './platform.js';
import { ownOriginOf } from './own-origin.js';
import { correctHeaders, writeHeaders } from './response-headers.js';

/** What is read of a Fastify 5 instance. */
export interface FastifyApp {
  readonly initialConfig: { readonly routerOptions?: object };
  readonly supportedMethods: readonly string[];
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): unknown;
  hasRequestDecorator(name: string): boolean;
}

interface FastifyRoute {
  readonly method: string | readonly string[];
  readonly url: string;
  readonly handler: object;
  readonly constraints?: object;
  config?: Config;
}

type Config = Readonly<Record<PropertyKey, unknown>>;

interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly originalUrl: string;
  readonly hostname: string | undefined;
  readonly host: string | undefined;
  readonly protocol: string;
  readonly headers: IncomingMessage['headers'];
  readonly params: CorsContext['params'] | undefined;
  readonly is404: boolean;
  readonly routeOptions: { readonly config: Config };
}

interface FastifyReply {
  readonly raw: ServerResponse;
  code(status: number): { send(): void };
}

/** The libraries that Nest's Fastify adapter itself is made of; imported once, where Fastify is used. */
export interface FastifyParts {
  readonly findMyWay: FindMyWay;
  readonly matchHost: (pattern: string) => (hostname: string) => unknown;
}

/** Under which a route's config names its place among the routes. */
const INDEX = Symbol.for('nestjs-cors-policy:route');

/** A query that stands before any slash ends the authority: a slash in it begins no path. */
const WHOLE_ADDRESS = /^https?:\/\/[^/?]+(?:\/|\?[^/]*$|$)/i;

/** Fastify 5. */
export class FastifyPlatform implements Platform<FastifyRequest, FastifyReply> {
  readonly name = 'fastify';
  private readonly registered: SearchableRoute[] = [];

  /**
   * Precondition: Nest has registered no route yet, as Fastify tells of a route only while it is registered.
   */
  constructor(
    private readonly app: FastifyApp,
    private readonly parts: FastifyParts,
  ) {
    app.addHook('onRoute', (route) => {
      route.config = { ...route.config, [INDEX]: this.registered.length };
      this.registered.push(nativeRoute(route, this.registered, app.supportedMethods.length));
    });
  }

  request(native: FastifyRequest): CorsRequest {
    return new FastifyCorsRequest(native);
  }

  /** Middleware is handed the raw request, everything else Fastify's. */
  identity(native: FastifyRequest | IncomingMessage): object {
    return 'raw' in native ? native.raw : native;
  }

  write(reply: FastifyReply, decision: Decision): void {
    if (decision.headers.length > 0 || decision.vary.length > 0) {
      writeHeaders(reply.raw, decision);
    }
  }

  correct(reply: FastifyReply, earlier: Decision, later: Decision): void {
    correctHeaders(reply.raw, earlier, later);
  }

  answer(reply: FastifyReply, decision: Decision): void {
    this.write(reply, decision);
    reply.code(decision.status ?? 204).send();
  }

  routes(): readonly NativeRoute[] {
    return this.registered;
  }

  search(): RouteSearch {
    const { findMyWay } = this.parts;
    return searchRoutes(this.registered, chosenRoute, findMyWay, this.routerOptions());
  }

  compilePath(pattern: string): NativeRoute['match'] {
    return this.matcher(pattern);
  }

  compileHost(pattern: string): (hostname: string) => boolean {
    const match = this.parts.matchHost(pattern);
    return (hostname) => match(hostname) !== false;
  }

  secondCorsLayer(): SecondCorsLayer | undefined {
    return this.app.hasRequestDecorator('corsPreflightEnabled')
      ? {
          lines:
            '`app.enableCors(…)`, the `cors` option of `NestFactory.create(…)`, or `register(fastifyCors, …)`, whichever the app has',
          samePolicy:
            "defaultPolicy: { … } with the same options says the same; an origin that was left out or `true` is origin: '*'",
        }
      : undefined;
  }

  private routerOptions(): Parameters<typeof searchRoutes>[3] {
    const { constraints: _, ...options } = (this.app.initialConfig.routerOptions ?? {}) as Record<string, unknown>;
    return options;
  }

  private matcher(pattern: string): NativeRoute['match'] {
    const router = this.parts.findMyWay(this.routerOptions());
    // A wildcard has no name in Fastify's syntax; with one it is Express's and Nest's.
    router.on('GET', pattern.replace(/\*\w+$/, '*'), () => undefined);
    return (path) => router.find('GET', path)?.params as CorsContext['params'] | undefined;
  }
}

function nativeRoute(route: FastifyRoute, before: readonly SearchableRoute[], allMethods: number): SearchableRoute {
  const methods = [route.method].flat();
  const constraints = (route.constraints ?? {}) as Readonly<Record<string, unknown>>;
  const onlyVersion = Object.keys(constraints).join() === 'version';
  const all = methods.length >= allMethods;
  const twin =
    methods.length === 1 &&
    methods[0] === 'HEAD' &&
    before.some((other) => other.path === route.url && other.methods.includes('GET'));
  return {
    path: route.url,
    pattern: route.url,
    methods: all ? ['*'] : methods,
    answered: methods,
    implied: twin,
    handlers: [route.handler],
    config: route.config,
    constraints,
    versions: onlyVersion ? [constraints.version].flat() : undefined,
    answers: (method) => methods.includes(method),
    match: () => undefined,
  };
}

function chosenRoute(native: object): ReturnType<RouteSearch['chosen']> {
  const { raw, routeOptions, params = {} } = native as FastifyRequest;
  const index = routeOptions.config[INDEX];
  return typeof index !== 'number' || hasEmptyParameter(params) || !isRoutable(raw.url ?? '')
    ? undefined
    : { index, params };
}

/** A path, or a whole address: `*orders` and `http://host?x/orders` Fastify routes too, and Nest answers 404 to them. */
function isRoutable(target: string): boolean {
  return target.startsWith('/') || (WHOLE_ADDRESS.test(target) && URL.canParse(target));
}

class FastifyCorsRequest implements CorsRequest {
  constructor(readonly native: FastifyRequest) {}

  get method(): string {
    return this.raw.method ?? '';
  }

  get url(): string {
    return this.native.originalUrl;
  }

  get path(): string {
    const url = this.raw.url ?? '';
    const query = url.indexOf('?');
    return query === -1 ? url : url.slice(0, query);
  }

  get hostname(): string {
    return this.native.hostname ?? '';
  }

  get origin(): string | undefined {
    return this.native.headers.origin;
  }

  header(name: string): string | undefined {
    const value = this.native.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  headerNames(): readonly string[] {
    // HTTP/2 keeps its pseudo-header fields among the others.
    return Object.keys(this.native.headers).filter((name) => !name.startsWith(':'));
  }

  ownOrigin(): string | undefined {
    return ownOriginOf(this.native.protocol, this.native.host);
  }

  /** Middleware is handed the raw request, and may ask about it. */
  private get raw(): IncomingMessage {
    return (this.native as Partial<FastifyRequest>).raw ?? (this.native as unknown as IncomingMessage);
  }
}
