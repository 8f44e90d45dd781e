/**
 * What the engine reads of one HTTP request. A platform makes one from its native request; nothing else in
 * the library looks at the native one.
 */
export interface CorsRequest {
  /** The method as it was sent: case matters (RFC 9110, 9.1). */
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  /** What the router is given to read the path of: middleware may have rewritten it. */
  readonly target: string;
  /** The path as the platform's router reads it: not decoded, without the query. */
  readonly path: string;
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
  /** `OrdersController.update`, or `routes[0]` for an entry of the module's `routes`. */
  readonly name: string;
  /** The methods it answers, in upper case; `'*'` stands for every method (`@All()`). */
  readonly methods: readonly string[];
  /** The path as the platform registered it, prefix and URI version included. */
  readonly path: string;
  /** Host filters of the controller, where it has any. */
  readonly host?: readonly (string | RegExp)[];
  /** Versions that select the route by header, media type or custom extractor. */
  readonly version?: readonly string[];
}

/**
 * What an origin function or an allowlist may know when it is asked. A preflight carries neither cookies nor
 * `Authorization` (Fetch, 4.8): a tenant must follow from the URL, the host or the origin.
 */
export interface CorsContext {
  /** The request's origin: well-formed and at most 512 bytes, never `null`. */
  readonly origin: string;
  /** The method asked for: of a preflight, its `Access-Control-Request-Method`. */
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly hostname: string;
  /** Parameters of the route's path, as the platform decodes them; empty where no route matched. */
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** The route that the policy is asked for; `undefined` where no route serves the request. */
  readonly route: CorsRoute | undefined;
  /** Whether the request at hand is a preflight. */
  readonly preflight: boolean;
  /** The platform's own request object. */
  readonly request: unknown;
}
