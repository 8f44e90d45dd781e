import type { CorsContext, CorsRequest } from '../core/requests/request.js';
import type { RouteSearch } from '../core/requests/route-search.js';
import type { MaybePromise } from '../core/origins/admission.js';
import type { Decided, Postponed } from './decided.js';

/**
 * Called when the router has led a request to a handler, before anything that Nest does for it.
 *
 * @returns what the request is refused with; `undefined`: it goes on
 */
export type HandlerCheck = (request: object, response: object) => MaybePromise<Error | undefined>;

/** A route as the platform's router holds it. */
export interface NativeRoute {
  readonly path: string;
  /** The path as it was registered: a string, a regular expression, or a list of them. */
  readonly pattern: unknown;
  /** The methods it was registered for, in upper case; `'*'` for all of them. */
  readonly methods: readonly string[];
  /** Whether the platform added it by itself: Fastify's `HEAD` beside a `GET`. */
  readonly implied: boolean;
  /** What was configured for it by the handler's metadata, where the platform has such a thing. */
  readonly config?: Readonly<Record<PropertyKey, unknown>> | undefined;
  /** The functions it runs. Nest copies a handler's metadata to the one that it registers. */
  readonly handlers: readonly object[];
  answers(method: string): boolean;
  /** The platform's own match: parameters, or `undefined`. */
  match(path: string): CorsContext['params'] | undefined;
  /** Has a check stand before the handler, and before all that Nest does once the route is reached. */
  precede(check: HandlerCheck): void;
}

/** Another CORS layer that was found on the same app. */
export interface SecondCorsLayer {
  /** The lines that may have put it there. */
  readonly lines: string;
  /** Which `defaultPolicy` says the same, as far as it can be seen from outside. */
  readonly samePolicy: string;
}

/** A request that nobody has sent, as data: what `CorsInspector.explain()` asks about. */
export interface ImaginedRequest {
  readonly method: string;
  /** Path and query, as they would stand on the wire. */
  readonly url: string;
  /** By lower-case name; `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it comes over TLS. */
  readonly secure: boolean;
}

/** Everything that the library does with a web framework; one implementation for each. */
export interface Platform<Request extends object = object, Response extends object = object> {
  readonly name: string;
  /**
   * The native request as the engine reads it.
   *
   * @param sent the same as it was before anything else ran: its origin stays, whatever middleware makes of the headers
   */
  request(native: Request, sent?: CorsRequest): CorsRequest;
  /**
   * A native request that was never sent, for `request()` and for the providers and version extractors of the app to
   * read. Nothing runs on it, nothing answers it. `undefined`: the framework itself refuses such an address, before any
   * hook runs.
   */
  imagine(parts: ImaginedRequest): Request | undefined;
  /** Whether a request still asks for what it asked for then: middleware may have rewritten its method or its path. */
  isUnchanged(native: Request, then: CorsRequest): boolean;
  /** What was decided about a request in flight; what was postponed is decided now. */
  decidedOf(native: Request): Decided | undefined;
  /** What is still to be decided about a request in flight. */
  postponedOf?(native: Request): Postponed | undefined;
  /**
   * Keeps what was decided about a request, and has its response, which the app will complete, carry the decision's
   * fields, in place of what was decided before; what the app itself has set by the time the head is written stays.
   */
  carry(native: Request, response: Response, decided: Decided): void;
  /**
   * The same of a decision that can wait until the head is written. Only where the platform finds the route late:
   * elsewhere there is nothing to wait for.
   */
  postpone?(native: Request, response: Response, postponed: Postponed): void;
  /**
   * Calls back once, when the head of the response to a decided request is settled: what was decided by then is what the
   * client is told.
   */
  onHead(native: Request, response: Response, settled: () => void): void;
  /** Completes a response without a body: the answer to a preflight. */
  answer(native: Request, response: Response, decided: Decided): void;
  /** The registered routes, in the order in which the platform tries them. */
  routes(): readonly NativeRoute[];
  /** What to tell the user where the platform may hold routes that `routes()` lacks. */
  unseenRoutes(): string | undefined;
  /** The platform's own search over `routes()`; `undefined` where it tries them in order. */
  search(): RouteSearch | undefined;
  /** Compiles a path pattern as the platform compiles its own; throws where it would. */
  compilePath(pattern: string): NativeRoute['match'];
  /** Compiles a host pattern as Nest does; throws where it would. */
  compileHost(pattern: string): (hostname: string) => boolean;
  secondCorsLayer(): SecondCorsLayer | undefined;
}
