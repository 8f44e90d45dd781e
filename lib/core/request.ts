/**
 * One HTTP request, as the engine reads it. A platform creates it from its native request. Nothing else in the library
 * reads the native one.
 */
export interface CorsRequest {
  /** The method as it was sent: case matters (RFC 9110, 9.1). */
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  /** The address that the router reads the path from: middleware may have rewritten it. */
  readonly target: string;
  /** The path as the platform's router reads it: not decoded, without the query. */
  readonly path: string;
  /** The path up to the query, if the router cuts off more than that: other code reads the whole path. */
  readonly wholePath?: string | undefined;
  /** The host name without its port, as the platform resolves it (`trust proxy` included). */
  readonly hostname: string;
  /** Value of the `Origin` field, byte for byte; `undefined` where there is none. Two fields arrive joined by `, `. */
  readonly origin: string | undefined;
  /** Value of a header field by its lower-case name; several fields arrive joined by `, `. */
  header(name: string): string | undefined;
  /** The lower-case names of all header fields. */
  headerNames(): readonly string[];
  /** The request's own origin (`scheme://host[:port]`), as far as the server can know it. */
  ownOrigin(): string | undefined;
  /** The platform's own request object. */
  readonly native: unknown;
}

/** The route that a decision is about: a method on a path that Nest, or an entry of `routes`, serves. */
export interface CorsRoute {
  /** `OrdersController.update`, `ChatGateway`, or `routes[0]` for an entry of the module's `routes`. */
  readonly name: string;
  /** The methods it answers, in upper case; `'*'` means every method (`@All()`). */
  readonly methods: readonly string[];
  /** The path as the platform registered it, prefix and URI version included. */
  readonly path: string;
  /** Host filters of the controller, where it has any. */
  readonly host?: readonly (string | RegExp)[];
  /** Versions that select the route by header, media type or custom extractor. */
  readonly version?: readonly string[];
  /** Of a WebSocket gateway on a port of its own, that port. */
  readonly port?: number;
  /** Of a WebSocket gateway of socket.io, its namespace: `/admin`, or the text of a regular expression. */
  readonly namespace?: string;
}

/**
 * The data that an origin function or an allowlist gets when it is called. A preflight carries neither cookies nor
 * `Authorization` (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0): a tenant must follow from the URL, the host
 * or the origin.
 *
 * @example
 * isAllowed(origin: string, { hostname, params }: CorsContext) {
 *   return origin === `https://${params.tenant}.${hostname}`;
 * }
 */
export interface CorsContext {
  /** The request's origin: well-formed and at most 512 bytes, never `null`. */
  readonly origin: string;
  /** The requested method: of a preflight, its `Access-Control-Request-Method`. */
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly hostname: string;
  /** Parameters of the route's path, as the platform decodes them; empty where no route matched. */
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** The route of the policy; `undefined` if no route serves the request. */
  readonly route: CorsRoute | undefined;
  /** True if the request is a preflight. */
  readonly preflight: boolean;
  /** The platform's own request object. */
  readonly request: unknown;
}
