/** An origin that no app lists: no name under `.invalid` exists (https://www.rfc-editor.org/rfc/rfc6761#section-6.4). */
const STRANGERS = ['https://stranger.invalid', 'http://other-stranger.invalid:8080'] as const;

type Middleware = (request: object, response: object, next: () => void) => void;

/** The fields that a CORS layer sends, by the names of a policy; lists as they are sent. */
export interface SentFields {
  /** `undefined`: it depends on the request's origin. */
  readonly origin: string | undefined;
  readonly credentials?: true;
  readonly methods?: string;
  readonly allowedHeaders?: string;
  readonly exposedHeaders?: string;
  readonly maxAge?: number;
}

/**
 * Recognizes the middleware of the `cors` package by its name, or by its source, because a minifier renames functions.
 *
 * @param sample a middleware of the same package, if there is one
 */
export function corsMiddlewareTest(sample?: unknown): (handle: unknown, name?: string) => boolean {
  const source = typeof sample === 'function' ? sample.toString() : undefined;
  return (handle, name) =>
    typeof handle === 'function' &&
    (name === 'corsMiddleware' ||
      handle.name === 'corsMiddleware' ||
      (source !== undefined && handle.length === 3 && handle.toString() === source));
}

/**
 * Finds out what a middleware of the `cors` package sends. Its options cannot be read, so it gets preflights of unknown
 * origins that never leave this function.
 *
 * @returns `undefined` if it sends nothing to them
 */
export function askCorsMiddleware(middleware: object): SentFields | undefined {
  const [first, second] = STRANGERS.map((origin) => answerTo(origin, middleware as Middleware));
  const allowed = first!.get('access-control-allow-origin');
  if (allowed === undefined) {
    return undefined;
  }
  const maxAge = first!.get('access-control-max-age');
  const fields = {
    methods: first!.get('access-control-allow-methods'),
    allowedHeaders: first!.get('access-control-allow-headers'),
    exposedHeaders: first!.get('access-control-expose-headers'),
    credentials: first!.get('access-control-allow-credentials') === 'true' ? true : undefined,
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
  };
  return {
    origin: allowed === second!.get('access-control-allow-origin') ? allowed : undefined,
    ...(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<SentFields>),
  };
}

function answerTo(origin: string, middleware: Middleware): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const response = {
    statusCode: 200,
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    setHeader: (name: string, value: unknown) => headers.set(name.toLowerCase(), String(value)),
    end: () => undefined,
  };
  // The preflight asks for no header, so a list in the answer is the layer's own.
  const asked = { origin, 'access-control-request-method': 'PUT' };
  try {
    middleware({ method: 'OPTIONS', url: '/', headers: asked }, response, () => undefined);
  } catch {
    // An origin function of the app that needs a real request.
  }
  return headers;
}
