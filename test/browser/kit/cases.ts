import {
  type Case,
  type CaseInit,
  type Fields,
  type RawAnswer,
  type RawAnswers,
  CREDENTIALS,
  EXPOSE,
  granted,
  HEADERS,
  include,
  MAX_AGE,
  METHODS,
  ok,
  ORIGIN,
  put,
  raw,
  trusted,
} from './case.js';
import { differences } from './differences.js';
import { fieldCases } from './field-cases.js';
import { initCases } from './init-cases.js';

/** Policies of the library, each on its own path (see app.ts). */
const policies = [
  ...['public', 'listed', 'session', 'exposing', 'narrow', 'any-header', 'no-patch', 'closed', 'none', 'asked'],
  ...['pattern', 'nullable', 'enforced', 'guarded', 'failing', 'moved', 'missing'],
];

const json = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };

/** The usual requests of a page: a short name, and the options of `fetch()`. */
const usual: Record<string, CaseInit> = {
  GET: {},
  'GET, include': { credentials: 'include' },
  'GET, X-Trace': { headers: { 'X-Trace': '1' } },
  'GET, Authorization, include': { headers: { Authorization: 'Bearer x' }, credentials: 'include' },
  'POST a form': { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'a=b' },
  'POST JSON': json,
  'PUT JSON, X-Trace, include': {
    ...json,
    method: 'PUT',
    headers: { ...json.headers, 'X-Trace': '1' },
    credentials: 'include',
  },
  PATCH: { method: 'PATCH' },
  'DELETE, include': { method: 'DELETE', credentials: 'include' },
  HEAD: { method: 'HEAD' },
};

const matrix = policies.flatMap((policy) =>
  Object.entries(usual).flatMap(([name, init]) =>
    (['app', 'evil'] as const).map((page): Case => ({
      title: `${name} to ${policy} from ${page}`,
      page,
      path: `/${policy}`,
      init,
    })),
  ),
);

const otherPages = (['sub', 'local', 'home', 'opaque'] as const).flatMap((page) =>
  ['public', 'session', 'pattern', 'nullable', 'closed'].flatMap((policy) =>
    ['GET', 'GET, include', 'PUT JSON, X-Trace, include'].map((name): Case => ({
      title: `${name} to ${policy} from ${page}`,
      page,
      path: `/${policy}`,
      init: usual[name]!,
    })),
  ),
);

const CACHE_CONTROL = 'Chromium adds Cache-Control to conditional requests; the kit has no HTTP cache';

const originFields: readonly (readonly [title: string, headers: Fields])[] = [
  ['nothing', {}],
  ['the origin', granted],
  ['*', { [ORIGIN]: '*' }],
  ['an empty value', { [ORIGIN]: '' }],
  ['null', { [ORIGIN]: 'null' }],
  ['no URL', { [ORIGIN]: 'app.example' }],
  ['another origin', { [ORIGIN]: 'https://x.example' }],
  ['another port', { [ORIGIN]: 'http://app.example:1' }],
  ['a slash at its end', { [ORIGIN]: '$ORIGIN/' }],
  ['upper case', { [ORIGIN]: 'HTTP://APP.EXAMPLE' }],
  ['two in one field', { [ORIGIN]: '$ORIGIN, $ORIGIN' }],
  ['two by a blank', { [ORIGIN]: '$ORIGIN https://x.example' }],
  ['two fields', { [ORIGIN]: ['$ORIGIN', '$ORIGIN'] }],
  ['* twice', { [ORIGIN]: ['*', '*'] }],
  ['blanks around it', { [ORIGIN]: '  $ORIGIN  ' }],
  ['a pattern', { [ORIGIN]: 'http://*.example' }],
  ['the origin, credentials true', trusted],
  ['the origin, credentials TRUE', { ...granted, [CREDENTIALS]: 'TRUE' }],
  ['the origin, credentials false', { ...granted, [CREDENTIALS]: 'false' }],
  ['the origin, credentials twice', { ...granted, [CREDENTIALS]: ['true', 'true'] }],
  ['*, credentials true', { [ORIGIN]: '*', [CREDENTIALS]: 'true' }],
];

const originChecks = originFields.flatMap(([title, headers]) => [
  raw(`allowed: ${title}`, {}, { answer: [200, headers] }),
  raw(`allowed: ${title}, include`, include, { answer: [200, headers] }),
  raw(`allowed by the preflight: ${title}`, put, { preflight: [204, { ...headers, [METHODS]: 'PUT' }], answer: ok }),
  raw(`allowed: ${title}, opaque`, {}, { answer: [200, headers] }, { page: 'opaque' }),
]);

const statuses = [200, 201, 204, 206, 299, 300, 304, 400, 401, 403, 404, 405, 500, 503].flatMap((status) => [
  raw(`a preflight with status ${status}`, put, { preflight: [status, { ...granted, [METHODS]: 'PUT' }], answer: ok }),
  raw(`an answer with status ${status}`, {}, { answer: [status, granted] }),
]);

const grantFields: readonly (readonly [title: string, init: CaseInit, headers: Fields])[] = [
  ['no methods', put, {}],
  ['the method', put, { [METHODS]: 'PUT' }],
  ['the method in lower case', put, { [METHODS]: 'put' }],
  ['a list with gaps', put, { [METHODS]: ',GET ,\tPUT,,' }],
  ['two fields', put, { [METHODS]: ['GET', 'PUT'] }],
  ['methods that are no tokens', put, { [METHODS]: 'GET; PUT' }],
  ['methods in quotes', put, { [METHODS]: '"PUT"' }],
  ['methods *', put, { [METHODS]: '*' }],
  ['methods *, include', { ...put, ...include }, { ...trusted, [METHODS]: '*' }],
  ['methods * and PUT, include', { ...put, ...include }, { ...trusted, [METHODS]: '*, PUT' }],
  ['patch by PATCH', { method: 'patch' }, { [METHODS]: 'PATCH' }],
  ['PATCH by patch', { method: 'PATCH' }, { [METHODS]: 'patch' }],
  ['OPTIONS', { method: 'OPTIONS' }, {}],
  ['OPTIONS, granted', { method: 'options' }, { [METHODS]: 'OPTIONS' }],
  ['a safelisted method that is not named', { headers: { 'X-A': '1' } }, { [METHODS]: 'PUT', [HEADERS]: 'x-a' }],
  ['no headers', { headers: { 'X-A': '1' } }, {}],
  ['the header in another case', { headers: { 'X-A': '1' } }, { [HEADERS]: 'x-A' }],
  ['one of two headers', { headers: { 'X-A': '1', 'X-B': '1' } }, { [HEADERS]: 'x-b' }],
  ['headers in two fields', { headers: { 'X-A': '1', 'X-B': '1' } }, { [HEADERS]: ['x-b', 'x-a'] }],
  ['headers that are no tokens', { headers: { 'X-A': '1' } }, { [HEADERS]: 'x a' }],
  ['headers *', { headers: { 'X-A': '1', 'Content-Type': 'application/json' } }, { [HEADERS]: '*' }],
  ['headers *, include', { headers: { 'X-A': '1' }, ...include }, { ...trusted, [HEADERS]: '*' }],
  ['headers * and authorization', { headers: { Authorization: 'x' } }, { [HEADERS]: '*, Authorization' }],
  ['authorization', { headers: { Authorization: 'x' } }, { [HEADERS]: 'authorization' }],
  ['neither method nor header', { ...put, headers: { 'X-A': '1' } }, {}],
];

const grants = grantFields.map(([title, init, headers]) =>
  raw(`granted: ${title}`, init, { preflight: [204, { ...granted, ...headers }], answer: [200, trusted] }),
);

const preflightRedirects = [301, 302, 303, 307, 308].map((status) =>
  raw(`a preflight that redirects with ${status}`, put, { preflight: [status, { ...granted, Location: '$NEXT' }] }),
);

const requestHeaders = (
  [
    ...['*/*', 'text/html;q=0.9', 'a"b', 'a'.repeat(128), 'a'.repeat(129), ''].map(
      (value) => ['Accept', value] as const,
    ),
    ...['en-US, de;q=0.5', 'en_US', '*'].map((value) => ['Accept-Language', value] as const),
    ...['de', 'de/at'].map((value) => ['Content-Language', value] as const),
    ...['text/plain', 'TEXT/PLAIN;charset=utf-8', 'text/plain; charset="utf-8"', 'text/plain, x', 'text', ''].map(
      (value) => ['Content-Type', value] as const,
    ),
    ...['multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'application/json', 'text/xml'].map(
      (value) => ['Content-Type', value] as const,
    ),
    ...['bytes=0-', 'bytes=0-10', 'bytes=10-0', 'bytes=-10', 'bytes=0-1,2-3', 'bytes = 0-1'].map(
      (value) => ['Range', value] as const,
    ),
    ...[
      'Cookie',
      'Origin',
      'Host',
      'Date',
      'DNT',
      'Via',
      'Sec-Own',
      'Proxy-Own',
      'Content-Length',
      'Accept-Charset',
    ].map((name) => [name, '1'] as const),
    ...['Access-Control-Request-Method', 'Access-Control-Request-Headers', 'Keep-Alive', 'TE', 'Set-Cookie'].map(
      (name) => [name, '1'] as const,
    ),
    ...['TRACE', 'put, connect', 'PUT'].map((value) => ['X-HTTP-Method-Override', value] as const),
    ...['X-HTTP-Method', 'X-Method-Override'].map((name) => [name, 'Track'] as const),
    ...['Authorization', 'X-Requested-With', 'If-None-Match', 'Cache-Control', 'Last-Event-ID', 'Pragma'].map(
      (name) => [name, 'x'] as const,
    ),
  ] as const
).flatMap(([name, value]) => {
  const grant = { preflight: [204, { ...granted, [HEADERS]: name }], answer: ok } satisfies RawAnswers;
  const title = `${name}: ${value.length > 40 ? `${value.length} bytes` : value}`;
  return [
    raw(`sends ${title}`, { headers: { [name]: value } }, grant, differenceOf(title)),
    raw(
      `sends ${title}, ungranted`,
      { headers: { [name]: value } },
      { ...grant, preflight: [204, granted] },
      differenceOf(`${title}, ungranted`),
    ),
  ];
});

function differenceOf(title: string): Partial<Case> {
  const differs: Record<string, string> = {
    'Range: bytes = 0-1': 'Chromium rewrites the value on its way to the network',
    'If-None-Match: x': CACHE_CONTROL,
    'If-None-Match: x, ungranted': CACHE_CONTROL,
  };
  return differs[title] === undefined ? {} : { differs: differs[title] };
}

const manyBytes = Object.fromEntries(
  ['Accept', 'Accept-Language', 'Content-Language'].map((name) => [name, 'a'.repeat(128)]),
);

const moreRequests = [
  raw('sends 384 safelisted bytes', { headers: manyBytes }, { answer: ok }),
  raw('sends a text as a body', { method: 'POST', body: 'x' }, { answer: ok }),
  raw('sends an empty POST', { method: 'POST' }, { answer: ok }),
  raw('sends an empty PUT', put, { preflight: [204, { ...granted, [METHODS]: 'PUT' }], answer: ok }),
  raw(
    'sends an empty DELETE',
    { method: 'DELETE' },
    { preflight: [204, { ...granted, [METHODS]: 'DELETE' }], answer: ok },
  ),
  raw('sends get', { method: 'get' }, { answer: ok }),
  raw(
    'sends a body with PATCH',
    { method: 'PATCH', body: 'x' },
    { preflight: [204, { ...granted, [METHODS]: 'PATCH' }], answer: ok },
  ),
  raw("mode: 'same-origin'", { mode: 'same-origin' }, { answer: ok }),
  raw("mode: 'no-cors'", { mode: 'no-cors' }, { answer: [200] }),
  raw(
    "mode: 'no-cors', POST",
    { mode: 'no-cors', method: 'POST', body: 'x', headers: { 'X-A': '1' } },
    { answer: [404] },
  ),
  raw("mode: 'no-cors', include", { mode: 'no-cors', ...include }, { answer: [200] }),
  raw(
    "mode: 'no-cors', with its own type",
    { mode: 'no-cors', method: 'POST', body: 'x', headers: { 'Content-Type': 'application/json' } },
    { answer: [200] },
  ),
  ...(['GET', 'POST', 'PUT'] as const).flatMap((method) =>
    (['cors', 'no-cors', 'same-origin'] as const)
      .filter((mode) => mode !== 'no-cors' || method !== 'PUT')
      .map((mode) =>
        raw(
          `its own origin: ${method}, ${mode}`,
          { method, mode },
          { answer: [200, { 'X-A': '1' }] },
          { page: 'home' },
        ),
      ),
  ),
  raw(
    'several headers that are not granted',
    { headers: { 'X-Zeta': '1', 'X-Beta': '1', 'X-Alpha': '1', Authorization: 'x' } },
    { preflight: [204, { ...granted, [HEADERS]: 'x-nothing' }] },
    { differs: 'Chromium names any of them, the kit the first by name' },
  ),
  raw(
    'Authorization by *',
    { headers: { Authorization: 'x' } },
    { preflight: [204, { ...granted, [HEADERS]: '*' }], answer: ok },
    {
      differs: 'Chromium lets `*` cover Authorization, though the standard has it named',
    },
  ),
  ...(['DPR', 'Width', 'Viewport-Width', 'Device-Memory', 'Save-Data'] as const).map((name) =>
    raw(
      `sends ${name}`,
      { headers: { [name]: name === 'Save-Data' ? 'on' : '1' } },
      { preflight: [204, granted], answer: ok },
      {
        differs: 'Chromium safelists client hints that have left the standard',
      },
    ),
  ),
];

const shown = {
  'X-A': '1',
  'X-B': '2',
  'Set-Cookie': 'shown=1',
  ETag: '"1"',
  'Cache-Control': 'no-store',
  Expires: '0',
  'Last-Modified': 'x',
};
const exposures = [
  '',
  'x-a',
  'X-B, ETag',
  'x-a, x b',
  ',x-a,,',
  'set-cookie, x-a',
  '*',
  '*, x-a',
  'x-a; x-b',
  '"x-a"',
].flatMap((value) => [
  raw(`exposes ${value}`, {}, { answer: [200, { ...granted, ...shown, [EXPOSE]: value }] }),
  raw(`exposes ${value}, include`, include, { answer: [200, { ...trusted, ...shown, [EXPOSE]: value }] }),
]);

const redirects = [301, 302, 303, 307, 308].flatMap((status) =>
  ([{}, { method: 'POST', body: 'x' }, { method: 'PUT', body: 'x' }] as CaseInit[]).map((init) => {
    const own = { ...granted, [METHODS]: 'PUT' };
    return raw(`${init.method ?? 'GET'} redirected with ${status}`, init, {
      preflight: [204, own],
      answer: [status, { ...granted, Location: '$NEXT' }],
      next: [200, granted],
    });
  }),
);

const away: RawAnswer = [302, { ...granted, Location: '$OTHER$NEXT' }];
const moreRedirects = [
  raw('redirected to another origin that allows null', {}, { answer: away, next: [200, { [ORIGIN]: 'null' }] }),
  raw('redirected to another origin that allows *', {}, { answer: away, next: [200, { [ORIGIN]: '*' }] }),
  raw('redirected to another origin that allows the page', {}, { answer: away, next: ok }),
  raw('redirected to another origin that allows no page', {}, { answer: away, next: [200] }),
  raw('redirected by who does not allow it', {}, { answer: [302, { Location: '$NEXT' }], next: ok }),
  raw(
    'redirected home, where no page is allowed',
    {},
    { answer: [302, { ...granted, Location: '$HOME$NEXT' }], next: [200] },
  ),
  raw(
    'redirected home, where null is allowed',
    {},
    { answer: [302, { ...granted, Location: '$HOME$NEXT' }], next: [200, { [ORIGIN]: 'null' }] },
  ),
  raw('home redirects to the API', {}, { answer: [302, { Location: '$OTHER$NEXT' }], next: ok }, { page: 'home' }),
  raw(
    'home redirects to the API, include',
    include,
    { answer: [302, { Location: '$OTHER$NEXT' }], next: [200, trusted] },
    { page: 'home' },
  ),
  raw('home redirects home', {}, { answer: [302, { Location: '$NEXT' }], next: [200] }, { page: 'home' }),
  raw(
    'home redirects PUT to the API',
    put,
    { preflight: [204, { ...granted, [METHODS]: 'PUT' }], answer: [307, { Location: '$OTHER$NEXT' }], next: ok },
    { page: 'home' },
  ),
  raw('redirected with include to *', include, {
    answer: [302, { ...trusted, Location: '$OTHER$NEXT' }],
    next: [200, { [ORIGIN]: '*' }],
  }),
  raw(
    'redirected with a header',
    { headers: { 'X-A': '1' } },
    { preflight: [204, { ...granted, [HEADERS]: 'x-a' }], answer: away, next: [200, { [ORIGIN]: '*' }] },
  ),
  raw(
    'redirected with a header to who grants it to null',
    { headers: { 'X-A': '1' } },
    { preflight: [204, { [ORIGIN]: '*', [HEADERS]: 'x-a' }], answer: away, next: [200, { [ORIGIN]: '*' }] },
  ),
  raw(
    'redirected with Authorization',
    { headers: { Authorization: 'x', 'X-A': '1' } },
    {
      preflight: [204, { [ORIGIN]: '*', [HEADERS]: 'x-a, authorization' }],
      answer: away,
      next: [200, { [ORIGIN]: '*' }],
    },
  ),
  raw(
    'redirected with Authorization to the same origin',
    { headers: { Authorization: 'x' } },
    {
      preflight: [204, { ...granted, [HEADERS]: 'authorization' }],
      answer: [302, { ...granted, Location: '$NEXT' }],
      next: ok,
    },
  ),
  raw('redirected to user info', {}, { answer: [302, { ...granted, Location: '$USER$NEXT' }], next: ok }),
  raw('redirected to data:', {}, { answer: [302, { ...granted, Location: 'data:text/plain,x' }] }),
  raw('redirected to what is no URL', {}, { answer: [302, { ...granted, Location: 'http://:' }] }),
  raw('redirected to nowhere', {}, { answer: [302, granted] }),
  raw('redirected without end', {}, { answer: [302, { ...granted, Location: '$SELF' }] }),
  raw("redirect: 'error'", { redirect: 'error' }, { answer: [302, { ...granted, Location: '$NEXT' }], next: ok }),
  raw("redirect: 'manual'", { redirect: 'manual' }, { answer: [302, { ...granted, Location: '$NEXT' }], next: ok }),
  raw("redirect: 'manual', not allowed", { redirect: 'manual' }, { answer: [302, { Location: '$NEXT' }], next: ok }),
  raw(
    "redirected with mode: 'no-cors'",
    { mode: 'no-cors' },
    { answer: [302, { Location: '$OTHER$NEXT' }], next: [200] },
  ),
  raw(
    "redirected away with mode: 'same-origin'",
    { mode: 'same-origin' },
    { answer: [302, { Location: '$OTHER$NEXT' }], next: ok },
    { page: 'home' },
  ),
];

const grantFor = (seconds: string | undefined, more: Record<string, string> = {}): RawAnswer => [
  204,
  {
    ...granted,
    [METHODS]: 'PUT, PATCH',
    [HEADERS]: 'x-a, x-b',
    ...(seconds !== undefined && { [MAX_AGE]: seconds }),
    ...more,
  },
];
const putA: CaseInit = { ...put, headers: { 'X-A': '1' } };
const cached = (
  title: string,
  first: CaseInit,
  preflight: RawAnswer,
  then: CaseInit[],
  more: Partial<Case> = {},
): Case => raw(`asked before: ${title}`, first, { preflight, answer: [200, trusted] }, { then, ...more });

const cache = [
  ...['600', '0', '-1', undefined, 'soon', '1.5', '600, 600', '99999999999'].map((seconds) =>
    cached(`for ${seconds} seconds`, putA, grantFor(seconds), [putA, putA]),
  ),
  cached('a header less', putA, grantFor('600'), [put]),
  cached('another granted method', putA, grantFor('600'), [{ ...putA, method: 'PATCH' }]),
  cached('a header for another method', putA, grantFor('600'), [{ headers: { 'X-B': '1' } }]),
  cached('a method that is not granted', putA, grantFor('600'), [{ method: 'DELETE' }, putA]),
  cached('a header that is not granted', putA, grantFor('600'), [{ headers: { 'X-C': '1' } }, putA]),
  cached('credentials by none', putA, grantFor('600', { [CREDENTIALS]: 'true' }), [{ ...putA, ...include }]),
  cached('none by credentials', { ...putA, ...include }, grantFor('600', { [CREDENTIALS]: 'true' }), [putA]),
  cached(
    '*',
    putA,
    [204, { ...granted, [METHODS]: '*', [HEADERS]: '*', [MAX_AGE]: '600' }],
    [{ method: 'DELETE', headers: { 'X-C': '1' } }],
  ),
  cached('a simple request', putA, grantFor('600'), [{}]),
  raw(
    'asked before: a request that fails',
    put,
    { preflight: grantFor('600'), answer: [200] },
    {
      then: [put],
      differs: 'Chromium keeps what was granted for a request whose answer fails',
    },
  ),
];

/** Nameless cookies on one path overwrite each other, and the pages run in parallel. So each page has its own. */
const NAMELESS = {
  local: ['c$IDz; SameSite=None; Secure; Path=/'],
  app: ['c$IDz; SameSite=None; Secure; Path=/raw'],
  opaque: [],
};

/** Cookies of `localhost`, where `Secure` needs no TLS. Only the page `local` is same-site. */
const cookies = (['local', 'app', 'opaque'] as const).flatMap((page) =>
  [
    'c$IDz=1',
    'c$IDz=1; SameSite=Lax',
    'c$IDz=1; SameSite=Strict; Path=/',
    'c$IDz=1; SameSite=None; Secure; Path=/',
    'c$IDz=1; SameSite=None; Path=/',
    'c$IDz=1; SameSite=None; Secure; Partitioned; Path=/',
    'c$IDz=1; SameSite=None; Secure; Domain=localhost; Path=/',
    'c$IDz=1; SameSite=None; Secure; Domain=example.com',
    'c$IDz=1; SameSite=None; Secure; Path=/elsewhere',
    'c$IDz=1; SameSite=None; Secure; Max-Age=0; Path=/',
    'c$IDz=1; SameSite=None; Secure; Expires=Wed, 21 Oct 2099 07:28:00 GMT; Path=/',
    '__Host-c$IDz=1; SameSite=None; Secure; Path=/',
    '__Host-c$IDz=1; SameSite=None; Secure; Path=/raw',
    '__Secure-c$IDz=1; SameSite=None; Path=/',
    ...NAMELESS[page],
    '=; SameSite=None; Secure',
  ].map((cookie) =>
    raw(
      `keeps ${cookie} from ${page}`,
      include,
      { answer: [200, { ...trusted, 'Set-Cookie': cookie }] },
      {
        page,
        path: '$LOCAL/raw',
        then: [include, {}, { credentials: 'omit' }, { ...include, mode: 'no-cors' }],
      },
    ),
  ),
);

const all: readonly Case[] = [
  ...matrix,
  ...otherPages,
  ...originChecks,
  ...statuses,
  ...grants,
  ...preflightRedirects,
  ...requestHeaders,
  ...moreRequests,
  ...exposures,
  ...redirects,
  ...moreRedirects,
  ...cache,
  ...cookies,
  ...initCases,
  ...fieldCases,
];

export const cases: readonly Case[] = all.map((each) => {
  const differs = each.differs ?? differences.get(each.title);
  return differs === undefined ? each : { ...each, differs };
});
