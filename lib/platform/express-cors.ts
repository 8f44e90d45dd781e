import type { SecondCorsLayer } from './platform.js';

const LINES =
  '`app.enableCors(…)`, the `cors` option of `NestFactory.create(…)`, or `app.use(cors(…))`, whichever the app has';

/** An origin that nobody lists: no name under `.invalid` exists (RFC 6761). */
const STRANGER = 'https://stranger.invalid';

type Middleware = (request: object, response: object, next: () => void) => void;

/**
 * Describes a middleware of the `cors` package. Its options are out of reach, so it is asked by a preflight of an
 * unknown origin that never leaves this function, and the answer is put in the words of a policy.
 */
export function describeCorsMiddleware(middleware: object): SecondCorsLayer {
  return { lines: LINES, samePolicy: samePolicy(probe(middleware as Middleware)) };
}

function probe(middleware: Middleware): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const response = {
    statusCode: 200,
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    setHeader: (name: string, value: unknown) => headers.set(name.toLowerCase(), String(value)),
    end: () => undefined,
  };
  const asked = {
    origin: STRANGER,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'x-probe',
  };
  try {
    middleware({ method: 'OPTIONS', url: '/', headers: asked }, response, () => undefined);
  } catch {
    // An origin function of the app that cannot live without a real request: the rest is left to its author.
  }
  return headers;
}

function samePolicy(headers: ReadonlyMap<string, string>): string {
  const credentials = headers.get('access-control-allow-credentials') === 'true';
  const fields = [`origin: ${originOf(headers.get('access-control-allow-origin'), credentials)}`];
  if (credentials) {
    fields.push('credentials: true');
  }
  const allowed = headers.get('access-control-allow-headers');
  if (allowed !== undefined && allowed !== 'x-probe') {
    fields.push(`allowedHeaders: '${allowed}'`);
  }
  const exposed = headers.get('access-control-expose-headers');
  if (exposed !== undefined) {
    fields.push(`exposedHeaders: '${exposed}'`);
  }
  const maxAge = headers.get('access-control-max-age');
  if (maxAge !== undefined) {
    fields.push(`maxAge: ${maxAge}`);
  }
  const methods = headers.get('access-control-allow-methods');
  if (methods !== undefined && methods !== 'GET,HEAD,PUT,PATCH,POST,DELETE') {
    fields.push(`methods: '${methods}'`);
  }
  return `defaultPolicy: { ${fields.join(', ')} } says the same`;
}

function originOf(allowed: string | undefined, credentials: boolean): string {
  if (allowed === '*' || (allowed === STRANGER && !credentials)) {
    return "'*'";
  }
  if (allowed === undefined || allowed === STRANGER) {
    return "['https://…'] /* your list of origins */";
  }
  return `'${allowed}'`;
}
