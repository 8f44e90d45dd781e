import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CorsContext, CorsRequest } from '../core/request.js';
import type { RouteSearch } from '../routing/route-search.js';
import type { MaybePromise } from '../core/policy/origin-provider.js';
import type { RequestDecision } from '../engine/request-decision.js';
import type { Decider } from './exchange.js';

/** The reason why a request goes no further: the error that it is refused with, or the answer that it has been given. */
export type Stop = Error | 'answered';

/**
 * Called when a request has reached a handler, before Nest does anything for it.
 *
 * @returns the error that the request is refused with; `undefined`: it goes on
 */
export type HandlerCheck = (request: object, response: object) => MaybePromise<Error | undefined>;

/**
 * Called before code that the app itself has put into the router, where middleware has changed the method or the address
 * of a request since the last decision.
 *
 * @param target the address from which the router reads the path now
 * @returns `undefined`: the request goes on
 */
export type RewriteCheck = (request: object, response: object, target: string) => MaybePromise<Stop | undefined>;

/** The hook of a platform's adapter that runs before everything else. */
export type RequestHook = (request: object, response: object, done: (error?: Error) => void) => void;

/** A route of the platform's router. */
export interface NativeRoute {
  readonly path: string;
  /** The path as it was registered: a string, a regular expression, or a list of them. */
  readonly pattern: unknown;
  /** The methods it was registered for, in upper case; `'*'` for all of them. */
  readonly methods: readonly string[];
  /** True if the platform added it by itself: Fastify's `HEAD` beside a `GET`. */
  readonly implied: boolean;
  /** True if more than method and path select it: a version or another constraint of Fastify. */
  readonly isConstrained?: boolean;
  /** The configuration from the handler's metadata, if the platform has such a thing. */
  readonly config?: Readonly<Record<PropertyKey, unknown>> | undefined;
  /** The functions it runs. Nest copies a handler's metadata to the one that it registers. */
  readonly handlers: readonly object[];
  answers(method: string): boolean;
  /** The platform's own match: parameters, or `undefined`. */
  match(path: string): CorsContext['params'] | undefined;
  /** Registers a check that runs before the handler, and before everything that Nest does for a reached route. */
  precede(check: HandlerCheck): void;
}

/** A CORS layer on the same app that this library did not add. */
export interface OtherCorsLayer {
  /** Middleware of the `cors` package, or the plugin `@fastify/cors`. */
  readonly kind: 'middleware' | 'plugin';
  /** The way to it, outermost first: routers, and the middleware itself. */
  readonly steps: readonly LayerStep[];
  /** The methods that it is limited to, in upper case; `undefined`: it runs for all methods. */
  readonly methods?: readonly string[];
  /** True if it is on one route, so that it runs for that path only, and not for paths below. */
  readonly isOnRoute: boolean;
  /** Reports whether it runs for requests of this path. */
  covers(path: string): boolean;
}

/** One step on the way to a layer. */
export interface LayerStep {
  /** `undefined` of a plugin. */
  readonly handle: object | undefined;
  /** The path that it is on; empty: the path of the step before. `undefined`: the platform does not keep it as text. */
  readonly path: string | undefined;
}

/** A request that was not sent, as data: the question of `CorsInspector.explain()`. */
export interface ImaginedRequest {
  readonly method: string;
  /** Path and query, as they would be on the wire. */
  readonly url: string;
  /** By lower-case name; `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** True if it comes over TLS. */
  readonly secure: boolean;
}

/** The address that a request was sent to. */
export interface RequestAddress {
  /** The host name without its port. */
  readonly hostname: string;
  /** `scheme://host[:port]`, as browsers write it; `undefined`: not known. */
  readonly origin: string | undefined;
}

/** Everything that the library does with a web framework; one implementation for each. */
export interface Platform<Request extends object = object, Response extends object = object> {
  readonly name: string;
  /**
   * The native request as the engine reads it.
   *
   * @param sent the same as it was before anything else ran: its origin stays, even if middleware changes the headers
   * @param target what the router reads the path of, where a mount has cut a part of it off
   */
  request(native: Request, sent?: CorsRequest, target?: string): CorsRequest;
  /**
   * A native request that was never sent, for `request()` and for the providers and version extractors of the app to
   * read. Nothing runs on it, nothing answers it. `undefined`: the framework itself refuses such an address, before any
   * hook runs.
   */
  imagine(parts: ImaginedRequest): Request | undefined;
  /**
   * The address that a request was sent to, as far as the platform trusts a proxy in front of it. For requests that it
   * never sees: WebSocket handshakes, and those that socket.io answers.
   */
  addressOf(message: IncomingMessage): RequestAddress;
  /**
   * Prepares each request before the platform changes it. Only where that makes requests faster.
   *
   * @returns a function that stops this
   */
  prepareRequests?(server: EventEmitter): () => void;
  /** Reports whether a request still has its earlier method, path and host: middleware may have rewritten them. */
  isUnchanged(native: Request, then: CorsRequest): boolean;
  /** Node's request behind a native one. */
  messageOf(native: Request): IncomingMessage;
  /** Node's response behind a native one. */
  responseOf(response: Response): ServerResponse;
  /** Answers a preflight: sends the fields of its decision, and no body. */
  answer(native: Request, response: Response, decision: RequestDecision, decider: Decider): void;
  /** The registered routes, in the order in which the platform tries them. */
  routes(): readonly NativeRoute[];
  /**
   * Registers a check for requests that middleware has rewritten and that no handler serves. Only on a platform that
   * finds the route late: otherwise it is known before anything runs.
   *
   * @param from how many entries of the router run before the request hook has decided
   */
  watchRewrites?(check: RewriteCheck, from: number): void;
  /** A warning for the user where the platform may have routes that `routes()` lacks. */
  unseenRoutes(): string | undefined;
  /** The platform's own search over `routes()`; `undefined` where it tries them in order. */
  search(): RouteSearch | undefined;
  /** Compiles a path pattern as the platform compiles its own; throws where it would. */
  compilePath(pattern: string): NativeRoute['match'];
  /** Compiles a host pattern as Nest does; throws where it would. */
  compileHost(pattern: string): (hostname: string) => boolean;
  /** The CORS layers that the platform has now. */
  otherCorsLayers(): readonly OtherCorsLayer[];
  /** Reports whether a function is middleware of the `cors` package. */
  isCorsMiddleware(handle: unknown): boolean;
  /** Runs a check when all plugins are loaded, before the app listens; what it throws rejects `app.listen()`. */
  onPluginsLoaded?(check: () => void): void;
}
