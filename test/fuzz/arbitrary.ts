import fc from 'fast-check';
import { RARE_METHODS } from './methods.js';
import type { FuzzApp, FuzzController, FuzzHandler, FuzzMark, FuzzRaw, FuzzVersion, FuzzVersioning } from './plan.js';

type Platform = FuzzApp['platform'];

const COMMON_METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'ALL', 'HEAD', 'OPTIONS', 'PATCH'];
const LITERALS = ['a', 'b', 'A', 'v1', '1', 'x.y', 'a-b', 'api'];

/** Patterns of one segment; few names, so that routes overlap. */
const SEGMENTS: Readonly<Record<Platform, readonly string[]>> = {
  express: [...LITERALS, ':p', ':q', 'a:p', ':p.y', ':p-:q', ':p.:q', 'é', 'a%20b'],
  fastify: [
    ...LITERALS,
    ':p',
    ':q',
    'a:p',
    ':p.y',
    ':p-:q',
    ':p(\\d+)',
    ':p(^[a-b]+$)',
    'é',
    'a b',
    'a::b',
    ':p(\\d+)-:q',
  ],
};

/** Possible ends of a path. */
const ENDINGS: Readonly<Record<Platform, readonly string[]>> = {
  express: ['{/:r}', '{/a}', '/*w', '{/*w}', '/x*w', '/'],
  fastify: ['/*', '/:r?', '/a*', '/'],
};

const mark: fc.Arbitrary<FuzzMark> = fc.constantFrom(
  ...(['own', 'own', 'own', 'none', 'none', 'no-cors', 'cookies', 'closed', 'enforced', 'released', 'sealed'] as const),
);

function version(): fc.Arbitrary<FuzzVersion> {
  const one = fc.constantFrom('1', '2', '3', 'neutral');
  return fc.oneof({ weight: 3, arbitrary: one }, fc.uniqueArray(one, { minLength: 1, maxLength: 3 }));
}

function versioning(): fc.Arbitrary<FuzzVersioning> {
  return fc.record({
    type: fc.constantFrom('uri', 'header', 'media', 'custom'),
    prefix: fc.constantFrom<FuzzVersioning['prefix']>(null, null, 'ver', false),
    defaultVersion: fc.option(version(), { freq: 2 }),
  });
}

/**
 * Segments of a part of a path. On Fastify no two parameters of a path have the same name. With the same name, Nest 12
 * answers 404 inside the route if the first parameter is empty, and that 404 has the headers of the route.
 */
function segmentsOf(platform: Platform, part: string, length: fc.ArrayConstraints): fc.Arbitrary<string[]> {
  const segments = fc.array(fc.constantFrom(...SEGMENTS[platform]), length);
  return platform === 'express'
    ? segments
    : segments.map((list) => list.map((each, at) => each.replace(/(?<!:):([a-z])/g, `:${part}$1${at}`)));
}

function path(platform: Platform, maxLength: number): fc.Arbitrary<string> {
  const segments = segmentsOf(platform, 'h', { maxLength });
  const ending = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, fc.constantFrom(...ENDINGS[platform]));
  const slash = fc.constantFrom('', '/');
  return fc
    .tuple(slash, segments, ending)
    .map(([start, parts, end]) => (parts.length === 0 ? end : `${start}${parts.join('/')}${end}`));
}

function plainPath(platform: Platform, part: string): fc.Arbitrary<string> {
  const segments = segmentsOf(platform, part, { minLength: 1, maxLength: 2 });
  return segments.map((parts) => parts.join('/'));
}

function paths(platform: Platform, maxSegments: number): fc.Arbitrary<string[]> {
  const one = path(platform, maxSegments);
  return fc.oneof(
    { weight: 4, arbitrary: one.map((each) => [each]) },
    fc.uniqueArray(one, { minLength: 1, maxLength: 3 }),
  );
}

function controllerPaths(platform: Platform): fc.Arbitrary<string[]> {
  const one = fc.oneof(fc.constant(''), plainPath(platform, 'c'));
  return fc.oneof(
    { weight: 4, arbitrary: one.map((each) => [each]) },
    fc.uniqueArray(one, { minLength: 1, maxLength: 2 }),
  );
}

function handler(platform: Platform): fc.Arbitrary<FuzzHandler> {
  return fc.record({
    method: fc.constantFrom(...COMMON_METHODS, ...COMMON_METHODS, ...RARE_METHODS),
    paths: paths(platform, 2),
    version: fc.option(version(), { freq: 3 }),
    mark,
  });
}

function controller(platform: Platform): fc.Arbitrary<FuzzController> {
  const host = fc.constantFrom('one.test', ':sub.one.test', ':sub.test', 'TWO.test');
  return fc.record({
    paths: controllerPaths(platform),
    hosts: fc.oneof(
      { weight: 4, arbitrary: fc.constant<string[]>([]) },
      fc.uniqueArray(host, { minLength: 1, maxLength: 2 }),
    ),
    version: fc.option(version(), { freq: 2 }),
    requestScoped: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    mark,
    base: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.nat(1)),
    handlers: fc.array(handler(platform), { maxLength: 4 }),
  });
}

/**
 * Raw routes have a literal segment that no other route has. So only wildcards and parameters of handlers match them,
 * and no two entries of `routes` cover one path.
 */
function rawPath(platform: Platform): fc.Arbitrary<string> {
  const wildcard = platform === 'express' ? '/raw#/*w' : '/raw#/*';
  return fc.constantFrom('/raw#', '/raw#/:p', '/a/raw#', '/raw#/:p/b', wildcard);
}

/** Routes that only pass requests on; those without an entry come before the handlers. */
function passing(): fc.Arbitrary<FuzzRaw> {
  const where = fc.oneof(
    fc.record({
      path: fc.constantFrom('/*w', '/:p', '/:p/:q', '/a', '/a/*w', '/api/*w', '{/*w}'),
      entry: fc.constant<FuzzRaw['entry']>('none'),
      entryMark: fc.constant<FuzzRaw['entryMark']>('own'),
    }),
    fc.record({ path: rawPath('express'), entry: entry(), entryMark }),
  );
  return fc
    .record({
      where,
      method: fc.constantFrom('GET', 'POST', 'PUT', 'ALL', 'ALL'),
    })
    .map(({ where, method }) => ({ when: 'before init', method, passes: true, ...where }));
}

const entryMark: fc.Arbitrary<FuzzRaw['entryMark']> = fc.constantFrom(
  ...(['own', 'own', 'cookies', 'closed', 'enforced', 'released', 'unmanaged'] as const),
);

function entry(): fc.Arbitrary<FuzzRaw['entry']> {
  return fc.constantFrom('none', 'all methods', 'own method');
}

function raws(platform: Platform): fc.Arbitrary<FuzzRaw[]> {
  const serving = fc.record({
    when: fc.constantFrom<FuzzRaw['when']>('before init', 'after init'),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'ALL'),
    path: rawPath(platform),
    passes: fc.constant(false),
    entry: entry(),
    entryMark,
  });
  const raw = platform === 'express' ? fc.oneof({ weight: 3, arbitrary: serving }, passing()) : serving;
  return fc
    .array(raw, { maxLength: 3 })
    .map((list) => list.map((each, at) => ({ ...each, path: each.path.replace('#', String(at)) })));
}

/** Random apps of one platform. Some declare a route twice and do not start; they are skipped. */
export function fuzzApps(platform: Platform): fc.Arbitrary<FuzzApp> {
  const rarely = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true));
  const onFastify = platform === 'fastify' ? rarely : fc.constant(false);
  const excluded = fc.oneof(plainPath('express', 'e'), fc.constantFrom('a', 'b/:p', 'a/*w'));
  const apps: fc.Arbitrary<FuzzApp> = fc.record({
    platform: fc.constant(platform),
    settings: fc.record({
      caseSensitive: fc.boolean(),
      strict: fc.boolean(),
      specificity: platform === 'express' ? fc.boolean() : fc.constant(false),
      ignoreDuplicateSlashes: onFastify,
      useSemicolonDelimiter: onFastify,
      maxParamLength: platform === 'fastify' ? fc.option(fc.constantFrom(10, 500), { freq: 2 }) : fc.constant(null),
    }),
    prefix: fc.option(
      fc.record({
        path: fc.constantFrom('api', '/api', 'api/a', 'a'),
        exclude: fc.array(excluded, { maxLength: 2 }),
      }),
      { freq: 1 },
    ),
    versioning: fc.option(versioning(), { freq: 2 }),
    defaultPolicy: fc.constantFrom('none', 'none', 'own', 'own', 'cookies', 'closed', 'enforced'),
    bases: fc.array(fc.array(handler(platform), { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
    modules: fc.array(
      fc.record({
        path: fc.option(plainPath(platform, 'm'), { freq: 1 }),
        controllers: fc.array(controller(platform), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    raw: raws(platform),
    counted: fc.boolean(),
    rewrites:
      platform === 'express'
        ? fc.constantFrom<FuzzApp['rewrites']>('none', 'none', 'none', 'prefix', 'method', 'host')
        : fc.constant<FuzzApp['rewrites']>('none'),
  });
  // If the app's own code reads the version, the library refuses in the handler. Without a handler it never refuses.
  return apps.map((app) =>
    app.versioning?.type === 'custom' && app.defaultPolicy === 'enforced' ? { ...app, defaultPolicy: 'closed' } : app,
  );
}
