import type { Granted } from '../../../../../lib/tooling/cli/check/grant.js';
import { changesOf, NO_CORS, open } from './rules.js';

const A = 'https://a.example';
const B = 'https://b.example';

type Case = [what: string, before: Granted, after: Granted, changes: string[]];

const cases: Case[] = [
  ['nothing', open(A), open(A), []],
  ['another origin', open(A), open([A, B]), [`wider: is now open to ${B}`]],
  [
    'another pattern, with credentials',
    open(A, { credentials: true }),
    open([A, 'https://*.partner.example'], { credentials: true }),
    ['wider: is now open to https://*.partner.example with credentials'],
  ],
  ['any origin', open(A), open('*'), ['wider: is now open to any origin']],
  ['an origin less', open([A, B]), open(A), [`narrower: is no longer open to ${B}`]],
  [
    'an origin that a pattern covers',
    open('https://*.a.example'),
    open(['https://*.a.example', 'https://x.a.example']),
    [],
  ],
  ['null after any', open('*'), open('null'), ['narrower: is no longer open to any origin']],
  ['null', open(A), open([A, 'null']), ['wider: is now open to null']],
  [
    'an expression',
    open(A),
    open([A, '/^https:\\/\\/b$/']),
    ['maybe-wider: is now open to the origins that /^https:\\/\\/b$/ allows'],
  ],
  [
    'another expression',
    open('/^https:\\/\\/a$/'),
    open('/^https:\\/\\/a$/i'),
    [
      'maybe-wider: is now open to the origins that /^https:\\/\\/a$/i allows',
      'narrower: is no longer open to /^https:\\/\\/a$/',
    ],
  ],
  [
    'a provider',
    open(A),
    open([A, 'TenantOrigins']),
    ['maybe-wider: is now open to the origins that TenantOrigins allows'],
  ],
  ['a provider that stays', open('TenantOrigins'), open('TenantOrigins'), []],
  ['credentials', open(A), open(A, { credentials: true }), [`wider: now takes credentials from ${A}`]],
  ['credentials no more', open(A, { credentials: true }), open(A), ['narrower: no longer takes credentials']],
  [
    'another origin for credentials',
    open(A),
    open(B, { credentials: true }),
    [
      `wider: is now open to ${B} with credentials`,
      `narrower: is no longer open to ${A}`,
      `wider: now takes credentials from ${B}`,
    ],
  ],
  ['any header', open(A, { allowedHeaders: ['x-a'] }), open(A), ['wider: now lets pages send any header']],
  [
    'some headers only',
    open(A),
    open(A, { allowedHeaders: ['x-a'] }),
    ['narrower: now lets pages send no header but x-a'],
  ],
  [
    'other headers',
    open(A, { allowedHeaders: ['x-a'] }),
    open(A, { allowedHeaders: ['x-b', 'x-c'] }),
    ['wider: now lets pages send x-b, x-c', 'narrower: no longer lets pages send x-a'],
  ],
  [
    'response headers',
    open(A),
    open(A, { exposedHeaders: ['x-total'] }),
    ['wider: now shows pages the response header x-total'],
  ],
  ['a response header that every script may read', open(A), open(A, { exposedHeaders: ['content-type'] }), []],
  [
    'every response header',
    open(A, { exposedHeaders: ['x-total'] }),
    open(A, { exposedHeaders: '*' }),
    ['wider: now shows pages every response header'],
  ],
  [
    'enforcement',
    open(A, { enforce: true }),
    open(A),
    ['wider: is no longer enforced: the server serves what its policy refuses'],
  ],
  [
    'enforcement that @NoCors() keeps',
    open(A, { enforce: true }),
    { ...NO_CORS, enforce: true },
    ['narrower: is now closed by @NoCors()'],
  ],
  [
    'enforcement that @NoCors() opens',
    open(A, { enforce: true }),
    NO_CORS,
    ['narrower: is now closed by @NoCors()', 'wider: is no longer enforced: the server serves what its policy refuses'],
  ],
  [
    'enforcement that goes with the decorator',
    open(A, { enforce: true }),
    null,
    ['narrower: is now without a policy', 'wider: is no longer enforced: the server serves what its policy refuses'],
  ],
  [
    'removed enforcement that refused no request',
    open([], { enforce: true }),
    open([]),
    ['wider: is no longer enforced: the server serves what its policy refuses'],
  ],
  ['enforcement that refuses no request', open('*', { enforce: true }), open('*'), []],
  [
    'enforcement against requests without an origin',
    open(A, { enforce: 'fetch-metadata' }),
    open(A, { enforce: true }),
    ['wider: no longer refuses cross-site requests without an Origin'],
  ],
  ['enforcement from now on', open(A), open(A, { enforce: true }), ['narrower: is now enforced by the server']],
  [
    'private networks',
    open(A),
    open(A, { privateNetwork: true }),
    ['wider: now answers preflights into a private network'],
  ],
  [
    'a flag',
    open(A),
    open(A, { dangerously: ['allowInsecureOrigins'] }),
    ['other: now sets dangerously allowInsecureOrigins'],
  ],
  [
    'a flag over a list that cannot be compared',
    open('Tenants'),
    open('Tenants', { dangerously: ['allowInsecureOrigins'] }),
    ['maybe-wider: now sets dangerously allowInsecureOrigins'],
  ],
  [
    'a longer max age',
    open(A, { maxAge: 60 }),
    open(A, { maxAge: 600 }),
    ['other: has its preflight kept for 600 s instead of 60 s'],
  ],
  [
    'CORS headers of the app that are no longer replaced',
    open(A, { override: true }),
    open(A),
    ["maybe-wider: leaves CORS headers of the app's own"],
  ],
  [
    'CORS headers of the app that were replaced by none',
    open([], { override: true }),
    open([]),
    ["maybe-wider: leaves CORS headers of the app's own"],
  ],
  [
    'CORS headers of the app that @NoCors() leaves',
    open(A, { override: true }),
    NO_CORS,
    ['narrower: is now closed by @NoCors()', "maybe-wider: leaves CORS headers of the app's own"],
  ],
  [
    'CORS headers of the app that are replaced by those of a grant',
    open(A),
    open(A, { override: true }),
    ["maybe-wider: now replaces CORS headers of the app's own"],
  ],
  [
    'CORS headers of the app that are replaced by none',
    open([]),
    open([], { override: true }),
    ["narrower: now replaces CORS headers of the app's own"],
  ],
  [
    'the resource policy',
    open(A, { resourcePolicy: 'same-origin' }),
    open(A, { resourcePolicy: 'cross-origin' }),
    ['wider: now has the resource policy cross-origin instead of same-origin'],
  ],
  [
    'the resource policy of a policy that allows no origin',
    open([], { resourcePolicy: 'same-site' }),
    open([]),
    ['wider: now has the resource policy none instead of same-site'],
  ],
  [
    'the resource policy, which @NoCors() does not send',
    open(A, { resourcePolicy: 'same-origin' }),
    NO_CORS,
    ['narrower: is now closed by @NoCors()', 'wider: now has the resource policy none instead of same-origin'],
  ],
  ['a first policy', null, open(A), [`wider: is now open to ${A}`]],
  ['no policy any more', open(A), null, ['narrower: is now without a policy']],
  ['@NoCors()', open(A), NO_CORS, ['narrower: is now closed by @NoCors()']],
  [
    '@NoCors() no more',
    NO_CORS,
    open([A, 'Tenants'], { credentials: true }),
    [`wider: is now open to ${A}, Tenants with credentials`],
  ],
  ['@NoCors() in place of none', null, NO_CORS, ['other: is now closed by @NoCors()']],
  ['no origin', open(A), open([]), ['narrower: is now open to no origin']],
  ['no origin to some', open([]), open('Tenants'), ['maybe-wider: is now open to the origins that Tenants allows']],
  ['methods without its own', open(A), open(A, { methods: ['GET'] }), ['narrower: is now open to no origin']],
  ['methods with its own', open(A, { methods: ['GET'] }), open(A), [`wider: is now open to ${A}`]],
  [
    'methods that are no matter to it',
    open(A, { methods: ['GET', 'PUT'] }),
    open(A, { methods: ['PUT', 'DELETE'] }),
    [],
  ],
];

describe('6.2: comparing grants', () => {
  it.each(cases)('of a route: %s', (_what, before, after, changes) => {
    expect(changesOf(before, after)).toEqual(changes);
  });

  it('treats GET in `methods` as HEAD too', () => {
    expect(changesOf(open(A, { methods: ['HEAD'] }), open(A, { methods: ['GET'] }), 'GET /a')).toEqual([
      `wider: is now open to ${A}`,
    ]);
    expect(changesOf(open(A, { methods: ['GET'] }), open(A, { methods: ['GET', 'HEAD'] }), 'GET /a')).toEqual([]);
  });

  it('compares all methods of a route that answers every one', () => {
    const [some, more] = [open(A, { methods: ['GET'] }), open(A, { methods: ['GET', 'PUT'] })];
    expect(changesOf(some, more, '* /a')).toEqual([`wider: is now open to ${A}`]);
    expect(changesOf(some, open(A), '* /a')).toEqual([`wider: is now open to ${A}`]);
    expect(changesOf(open(A), some, '* /a')).toEqual(['narrower: is now open to no origin']);
  });
});
