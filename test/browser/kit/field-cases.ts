import {
  CREDENTIALS,
  EXPOSE,
  type Fields,
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

/** White space of one kind or another, in a header field as bytes. */
const blanks = { 'U+00A0': '\u00a0', 'U+0085': '\u0085', tab: '\t', blank: ' ' };

const putA = { ...put, headers: { 'X-A': '1' } };
const grant = { ...granted, [METHODS]: 'PUT', [HEADERS]: 'x-a' };

const blankCases = Object.entries(blanks).flatMap(([name, blank]) => [
  raw(`${name} in ACAO`, {}, { answer: [200, { [ORIGIN]: `$ORIGIN${blank}` }] }),
  raw(`${name} ahead of ACAO`, {}, { answer: [200, { [ORIGIN]: `${blank}$ORIGIN` }] }),
  raw(`${name} in ACAO *`, {}, { answer: [200, { [ORIGIN]: `*${blank}` }] }),
  raw(`${name} within ACAO`, {}, { answer: [200, { [ORIGIN]: `$ORIGIN${blank}x` }] }),
  raw(`${name} in ACAC`, include, { answer: [200, { ...granted, [CREDENTIALS]: `true${blank}` }] }),
  raw(`${name} in ACAM`, put, { preflight: [204, { ...granted, [METHODS]: `GET,${blank}PUT${blank}` }], answer: ok }),
  raw(`${name} in ACAM, alone`, put, { preflight: [204, { ...granted, [METHODS]: `${blank}PUT` }], answer: ok }),
  raw(`${name} in ACAH`, putA, { preflight: [204, { ...grant, [HEADERS]: `x-b,${blank}x-a${blank}` }], answer: ok }),
  raw(`${name} is all of an element of ACAM`, put, {
    preflight: [204, { ...granted, [METHODS]: `PUT,${blank},` }],
    answer: ok,
  }),
  raw(
    `${name} in ACEH`,
    {},
    {
      answer: [200, { ...granted, 'X-A': '1', 'X-B': '2', [EXPOSE]: `x-b,${blank}x-a${blank}` }],
    },
  ),
  raw(
    `${name} in ACMA`,
    putA,
    { preflight: [204, { ...grant, [MAX_AGE]: `600${blank}` }], answer: ok },
    { then: [putA] },
  ),
  raw(
    `${name} in a Set-Cookie`,
    include,
    {
      answer: [200, { ...trusted, 'Set-Cookie': `c$IDz${blank}=1${blank}; SameSite=None; Secure;${blank}Path=/` }],
    },
    { page: 'local', path: '$LOCAL/raw', then: [include] },
  ),
  raw(`${name} in a Location`, {}, { answer: [302, { ...granted, Location: `$NEXT${blank}` }], next: ok }),
  ...['Content-Type', 'Accept', 'Accept-Language', 'Range', 'X-A', 'X-HTTP-Method'].flatMap((header) => {
    const value = { 'Content-Type': 'text/plain', Range: 'bytes=0-1', 'X-HTTP-Method': 'PUT, TRACE' }[header] ?? 'a';
    const half = header === 'Content-Type' ? 'text/plain;a=b' : value;
    return [`${value}${blank}`, `${blank}${value}`, half.replace(/[=,/;]/, (sign) => `${blank}${sign}${blank}`)].map(
      (text, at) =>
        raw(
          `${name} in ${header}, ${['after', 'before', 'within'][at]}`,
          { headers: { [header]: text } },
          { preflight: [204, { ...granted, [HEADERS]: header }], answer: ok },
        ),
    );
  }),
]);

const ages = ['+600', '600.0', '6e2', '0600', '9'.repeat(30), '-600', '', '0x10', '600;', '"600"'].map((age) =>
  raw(`ACMA ${age}`, putA, { preflight: [204, { ...grant, [MAX_AGE]: age }], answer: ok }, { then: [putA] }),
);

const ranges = [
  'bytes=9007199254740993-9007199254740992',
  'bytes=9007199254740992-9007199254740993',
  'bytes=99999999999999999999-100000000000000000000',
  'bytes=100000000000000000000-99999999999999999999',
  'bytes=18446744073709551616-18446744073709551615',
  'bytes=007-8',
  'bytes=0000000000000000000000000000000000008-9',
  'bytes=9-00000000000000000000000000000000000008',
  'bytes=0-0',
  'bytes=-',
  'bytes=',
  'BYTES=0-1',
  'bytes=0-1 ',
  'bytes=+1-2',
  'bytes=1--2',
  `bytes=0-${'9'.repeat(130)}`,
].map((value) =>
  raw(
    `Range ${value}`,
    { headers: { Range: value } },
    { preflight: [204, { ...granted, [HEADERS]: 'range' }], answer: ok },
  ),
);

const locations: readonly (readonly [title: string, location: string | string[]])[] = [
  ['twice, different', ['$NEXT', '$NEXT&x']],
  ['twice, equal', ['$NEXT', '$NEXT']],
  ['empty', ''],
  ['a fragment', '$NEXT#frag'],
  ['only a query', '?case=$ID&next'],
  ['with a comma', '$NEXT&a,b'],
  ['with UTF-8', `$NEXT&${Buffer.from('é').toString('latin1')}`],
  ['with Latin-1', '$NEXT&\u00e9'],
  ['with a blank', '$NEXT& a'],
  ['to a bad port', '$UNSAFE$NEXT'],
  ['to about:blank', 'about:blank'],
  ['to javascript:', 'javascript:alert(1)'],
  ['to a blob:', 'blob:x'],
  ['to file:', 'file:///etc/hosts'],
  ['to a scheme of its own', 'myapp://x'],
  ['relative to a scheme', 'http:'],
  ['with a backslash', '\\\\[::1'],
  ['in quotes', '"$NEXT"'],
];

const locationCases = locations.flatMap(([title, location]) => [
  raw(`Location ${title}`, {}, { answer: [302, { ...granted, Location: location }], next: ok }),
  raw(`Location ${title}, with status 200`, {}, { answer: [200, { ...granted, Location: location }], next: ok }),
  raw(`Location ${title}, of a preflight`, put, {
    preflight: [302, { ...granted, [METHODS]: 'PUT', Location: location }],
    answer: ok,
  }),
  raw(`Location ${title}, of a good preflight`, put, {
    preflight: [204, { ...granted, [METHODS]: 'PUT', Location: location }],
    answer: ok,
  }),
  raw(
    `Location ${title}, by hand`,
    { redirect: 'manual' },
    { answer: [302, { ...granted, Location: location }], next: ok },
  ),
  raw(
    `Location ${title}, an error`,
    { redirect: 'error' },
    { answer: [302, { ...granted, Location: location }], next: ok },
  ),
  raw(`Location ${title}, not allowed`, {}, { answer: [302, { Location: location }], next: ok }),
]);

const noLocation = [301, 302, 303, 307, 308].flatMap((status) => [
  raw(`${status} without a Location`, {}, { answer: [status, granted] }),
  raw(`${status} without a Location, by hand`, { redirect: 'manual' }, { answer: [status, granted] }),
  raw(`${status} without a Location, an error`, { redirect: 'error' }, { answer: [status, granted] }),
  raw(`${status} without a Location, not allowed`, {}, { answer: [status] }),
  raw(`${status} without a Location, of a preflight`, put, {
    preflight: [status, { ...granted, [METHODS]: 'PUT' }],
    answer: ok,
  }),
]);

const statuses = [101, 205, 305, 306, 402, 407, 418, 421, 425, 426, 429, 451, 511, 599, 600, 999].flatMap((status) => [
  raw(`answered ${status}`, {}, { answer: [status, granted] }),
  raw(`answered ${status}, not allowed`, {}, { answer: [status] }),
  raw(`answered ${status}, no-cors`, { mode: 'no-cors' }, { answer: [status] }),
  raw(`answered ${status}, at home`, {}, { answer: [status] }, { page: 'home' }),
  raw(`a preflight answered ${status}`, put, { preflight: [status, { ...granted, [METHODS]: 'PUT' }], answer: ok }),
]);

/** Cross-Origin-Resource-Policy (Fetch, HTTP fetch). */
const corp = ['same-origin', 'same-site', 'cross-origin', 'SAME-ORIGIN', 'same-origin, same-site', 'x', ''].flatMap(
  (value) =>
    (['app', 'local', 'home', 'opaque'] as const).flatMap((page) => {
      const fields: Fields = { ...granted, 'Cross-Origin-Resource-Policy': value };
      return [
        raw(`CORP ${value}, no-cors from ${page}`, { mode: 'no-cors' }, { answer: [200, fields] }, { page }),
        raw(`CORP ${value}, cors from ${page}`, {}, { answer: [200, fields] }, { page }),
        raw(
          `CORP ${value}, no-cors from ${page}, at localhost`,
          { mode: 'no-cors' },
          { answer: [200, fields] },
          { page, path: '$LOCAL/raw' },
        ),
        raw(
          `CORP ${value} on a redirect from ${page}`,
          { mode: 'no-cors' },
          {
            answer: [302, { ...fields, Location: '$NEXT' }],
            next: ok,
          },
          { page },
        ),
      ];
    }),
);

const more = [
  raw(
    'a preflight that sets a cookie',
    { ...put, ...include },
    {
      preflight: [204, { ...trusted, [METHODS]: 'PUT', 'Set-Cookie': 'c$IDz=1; SameSite=None; Secure; Path=/' }],
      answer: [200, trusted],
    },
    { page: 'local', path: '$LOCAL/raw', then: [include] },
  ),
  raw(
    'a cookie of 4096 bytes',
    include,
    {
      answer: [200, { ...trusted, 'Set-Cookie': `c$IDz=${'x'.repeat(4080)}; SameSite=None; Secure; Path=/` }],
    },
    { page: 'local', path: '$LOCAL/raw', then: [include] },
  ),
  raw(
    'a cookie of 5000 bytes',
    include,
    {
      answer: [200, { ...trusted, 'Set-Cookie': `c$IDz=${'x'.repeat(5000)}; SameSite=None; Secure; Path=/` }],
    },
    { page: 'local', path: '$LOCAL/raw', then: [include] },
  ),
  ...[
    'Wed, 21-Oct-2099 07:28:00 GMT',
    'Wed, 21 Oct 99 07:28:00 GMT',
    '21 Oct 2099',
    'Wed Oct 21 07:28:00 2099',
    'soon',
    '2099-10-21',
    '0',
    '-1',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    '07:28:00 21 Oct 2099',
  ].map((expires) =>
    raw(
      `a cookie that expires ${expires}`,
      include,
      {
        answer: [200, { ...trusted, 'Set-Cookie': `c$IDz=1; SameSite=None; Secure; Path=/; Expires=${expires}` }],
      },
      { page: 'local', path: '$LOCAL/raw', then: [include] },
    ),
  ),
  ...['+5', '5', ' 5', '"5"', '5s', '-0', '', '99999999999999999999', '-99999999999999999999', '1.5'].map((age) =>
    raw(
      `a cookie with Max-Age=${age}`,
      include,
      {
        answer: [
          200,
          {
            ...trusted,
            'Set-Cookie': `c$IDz=1; SameSite=None; Secure; Path=/; Max-Age=${age}; Expires=Thu, 01 Jan 1970 00:00:00 GMT`,
          },
        ],
      },
      { page: 'local', path: '$LOCAL/raw', then: [include] },
    ),
  ),
  ...[
    'SameSite=none',
    'SameSite',
    'SameSite=x',
    'SameSite=None; SameSite=Lax',
    'SameSite=Lax; SameSite=None',
    'SameSite="None"',
    'Path',
    'Path=x',
    'Path=""',
    'Path=/; Path=/elsewhere',
    'Domain',
    'Domain=',
    'Domain=.localhost',
    'Secure=no',
    'HttpOnly',
    'Partitioned=no',
  ].map((attributes) =>
    raw(
      `a cookie with ${attributes}`,
      include,
      {
        answer: [200, { ...trusted, 'Set-Cookie': `c$IDz=1; SameSite=None; Secure; Path=/; ${attributes}` }],
      },
      { page: 'local', path: '$LOCAL/raw', then: [include] },
    ),
  ),
  ...[
    'Accept-Encoding',
    'Connection',
    'Cookie2',
    'Expect',
    'Referer',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Access-Control-Request-Private-Network',
    'Access-Control-Request-Local-Network',
    'Permissions-Policy',
    'Purpose',
    'Sec-Purpose',
    'Proxy',
    'Sec',
    'If-Modified-Since',
    'If-Unmodified-Since',
    'If-Match',
    'If-Range',
    'Content-Encoding',
    'Content-Location',
    'Upgrade-Insecure-Requests',
    'Forwarded',
    'X-Forwarded-For',
    'Priority',
    'RTT',
    'Downlink',
    'ECT',
    'Service-Worker',
    'Warning',
    'Allow',
  ].map((name) =>
    raw(
      `sets ${name}`,
      { headers: { [name]: '1' } },
      { preflight: [204, { ...granted, [HEADERS]: name }], answer: ok },
    ),
  ),
  ...['a\u00e9', 'x'.repeat(200), 'a\u007fb', ''].map((value) =>
    raw(
      `a readable header with ${value.length > 9 ? 'many bytes' : JSON.stringify(value)}`,
      {},
      { answer: [200, { ...granted, [EXPOSE]: 'x-a', 'X-A': value }] },
    ),
  ),
  ...['X-A', 'Set-Cookie', 'Set-Cookie2', 'Content-Type', 'Cache-Control'].map((name) =>
    raw(`${name} twice, exposed`, {}, { answer: [200, { ...granted, [EXPOSE]: name, [name]: ['a', 'b'] }] }),
  ),
  raw(
    'Content-Disposition twice',
    {},
    { answer: [200, { ...granted, 'Content-Disposition': ['inline', 'attachment'] }] },
  ),
  raw('ACAC twice', include, { answer: [200, { ...granted, [CREDENTIALS]: ['true', 'false'] }] }),
  raw('ACMA twice', putA, { preflight: [204, { ...grant, [MAX_AGE]: ['600', '600'] }], answer: ok }, { then: [putA] }),
  raw('ACAO twice, one of them empty', {}, { answer: [200, { [ORIGIN]: ['', '$ORIGIN'] }] }),
];

export const fieldCases = [
  ...blankCases,
  ...ages,
  ...ranges,
  ...locationCases,
  ...noLocation,
  ...statuses,
  ...corp,
  ...more,
];
