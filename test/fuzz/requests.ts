import fc from 'fast-check';
import { RARE_METHODS } from './methods.js';
import { baseOf, type FuzzApp, type FuzzRequest, type FuzzVersion } from './plan.js';

const VALUES = [
  'a',
  'b',
  '1',
  '42',
  'A',
  'v1',
  'x.y',
  'a-b',
  '1-a',
  '%61',
  'a%2Fb',
  '%2e%2e',
  '%C3%A9',
  'a%20b',
  'api',
];
const LONG = 'a'.repeat(120);
const METHODS = ['GET', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', ...RARE_METHODS];
const HOSTS = ['one.test', 'sub.one.test', 'two.test', 'two.test:8080', 'ONE.test', '127.0.0.1'];

/** Requests for an app. Their paths match the app's patterns, and some are spelled in unusual ways. */
export function fuzzRequests(app: FuzzApp): fc.Arbitrary<FuzzRequest> {
  const routes = routesOf(app);
  const value = fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...VALUES) }, fc.constant(LONG));
  const hosted = app.modules.some(({ controllers }) => controllers.some(({ hosts }) => hosts.length > 0));
  return fc
    .record({
      route: routes.length === 0 ? fc.constant({ method: 'GET', pattern: '/a' }) : fc.constantFrom(...routes),
      method: fc.option(fc.constantFrom(...METHODS), { freq: 1, nil: null }),
      values: fc.array(value, { minLength: 6, maxLength: 6 }),
      bends: fc.array(fc.tuple(fc.constantFrom(...BENDS), fc.nat(1_000)), { maxLength: 2 }),
      host: hosted ? fc.constantFrom(...HOSTS) : fc.constantFrom('127.0.0.1', 'one.test'),
      // Such a request takes as long as a dozen others.
      eachMethod: fc.constantFrom(true, false, false, false),
      rewritten: app.rewrites === 'none' ? fc.constant(false) : fc.boolean(),
    })
    .map(({ route, method, values, bends, host, eachMethod, rewritten }) => {
      const own = route.method === 'ALL' ? 'GET' : route.method;
      const path = bends.reduce((bent, [bend, at]) => bend(bent, at), fill(route.pattern, values));
      const asked = method ?? own;
      // The answer to a POST that became a HEAD has a length and no body.
      const isRewritten = rewritten && !(app.rewrites === 'method' && asked === 'HEAD');
      return { method: asked, target: path, host, eachMethod: eachMethod && !isRewritten, rewritten: isRewritten };
    })
    .filter(({ target }) => TARGET.test(target));
}

/**
 * Targets that Node's parser accepts, except addresses without a host or a path. Express answers the first without any
 * hook. For the second (`http://host?x/orders`), versions of Fastify's router find different routes.
 */
const TARGET = /^(\/|\*\/|https?:\/\/(user@)?[\w.]+(:\d+)?\/)/i;

interface Pattern {
  readonly method: string;
  readonly pattern: string;
}

/** Methods and path patterns that Nest may register, with and without the prefix, because a route may be excluded. */
function routesOf(app: FuzzApp): readonly Pattern[] {
  const prefixes = app.prefix === null ? [''] : [app.prefix.path, app.prefix.path, ''];
  const routes = app.modules.flatMap(({ path, controllers }) =>
    controllers.flatMap((controller) =>
      [...controller.handlers, ...baseOf(app, controller).handlers].flatMap((handler) =>
        versionPrefixes(app, handler.version ?? controller.version).flatMap((version) =>
          controller.paths.flatMap((outer) =>
            handler.paths.flatMap((inner) =>
              prefixes.map((prefix) => ({
                method: handler.method,
                pattern: join([prefix, version, path ?? '', outer, inner]),
              })),
            ),
          ),
        ),
      ),
    ),
  );
  return [...routes, ...app.raw.map(({ method, path }) => ({ method, pattern: path }))];
}

function versionPrefixes({ versioning }: FuzzApp, version: FuzzVersion | null): string[] {
  const versions = [version ?? versioning?.defaultVersion ?? []].flat();
  if (versioning?.type !== 'uri' || versions.length === 0) {
    return [''];
  }
  const prefix = versioning.prefix === false ? '' : (versioning.prefix ?? 'v');
  return versions.map((each) => (each === 'neutral' ? '' : `${prefix}${each}`));
}

function join(parts: readonly string[]): string {
  const trimmed = parts.map((part) => part.replace(/^\/+/, '')).filter((part) => part !== '');
  return `/${trimmed.join('/').replace(/\/\{/g, '{')}`;
}

/** A path that the pattern may match: a value for each parameter, several segments for a wildcard. */
function fill(pattern: string, values: readonly string[]): string {
  let next = 0;
  const value = (): string => values[next++ % values.length]!;
  const filled = pattern
    .replace(/\{([^}]*)\}/g, (_group, inside: string) => (value() < 'a' ? '' : inside))
    .replace(/::/g, '%3A')
    .replace(/:\w+\?/g, () => (value() < 'a' ? '' : value()))
    .replace(/:\w+(\([^)]*\))?/g, value)
    .replace(/\*\w*/g, () => (value() < 'a' ? value() : `${value()}/${value()}`))
    .replace(/ /g, '%20')
    .replace(/é/g, '%C3%A9');
  return filled;
}

/** Changes the spelling of a path at an index. */
type Bend = (path: string, at: number) => string;

const insert =
  (text: string): Bend =>
  (path, at) =>
    `${path.slice(0, 1 + (at % path.length))}${text}${path.slice(1 + (at % path.length))}`;

const append =
  (text: string): Bend =>
  (path) =>
    path + text;

/** Spellings that browsers, proxies and attackers use. No spelling ends the head of a request. */
const BENDS: readonly Bend[] = [
  (path, at) => flipCase(path, 1 + (at % path.length)),
  (path) => path.toUpperCase(),
  (path) => (path.endsWith('/') ? path.slice(0, -1) || '/' : `${path}/`),
  (path, at) => doubleSlash(path, at),
  (path, at) => encodeAt(path, 1 + (at % path.length)),
  insert('%2F'),
  insert('%ZZ'),
  insert('%'),
  insert('%80'),
  insert('/./'),
  insert('/../'),
  insert('%2e'),
  insert('//'),
  insert(';x=1'),
  insert('?'),
  insert('%25'),
  append('?x=/a'),
  append('?'),
  append('#a'),
  append('//'),
  append(`/${LONG}`),
  append('/.'),
  append('%00'),
  (path) => `/${path}`,
  (path) => `http://one.test${path}`,
  (path) => (path.startsWith('/') ? `HTTPS://user@one.test:99${path}` : path),
  (path) => `http://one.test?x${path}`,
  (path) => `*${path}`,
];

function flipCase(path: string, at: number): string {
  const letter = path.charAt(at);
  const flipped = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  return path.slice(0, at) + flipped + path.slice(at + 1);
}

function doubleSlash(path: string, at: number): string {
  const slashes = [...path].flatMap((character, index) => (character === '/' ? [index] : []));
  const index = slashes[at % Math.max(1, slashes.length)] ?? 0;
  return `${path.slice(0, index)}/${path.slice(index)}`;
}

function encodeAt(path: string, at: number): string {
  if (at >= path.length) {
    return path;
  }
  const code = path.charCodeAt(at).toString(16).padStart(2, '0');
  return `${path.slice(0, at)}%${code}${path.slice(at + 1)}`;
}
