import { compareGrants } from '../../../lib/cli/check/compare-grants.js';
import type { Granted } from '../../../lib/cli/check/grant.js';
import { app, changesOf, open, said } from './grants.js';

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
    ['maybe-wider: is now open to whom /^https:\\/\\/b$/ admits'],
  ],
  [
    'another expression',
    open('/^https:\\/\\/a$/'),
    open('/^https:\\/\\/a$/i'),
    ['maybe-wider: is now open to whom /^https:\\/\\/a$/i admits', 'narrower: is no longer open to /^https:\\/\\/a$/'],
  ],
  ['a provider', open(A), open([A, 'TenantOrigins']), ['maybe-wider: is now open to whom TenantOrigins admits']],
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
    ['wider: now sets dangerously allowInsecureOrigins'],
  ],
  [
    'a longer max age',
    open(A, { maxAge: 60 }),
    open(A, { maxAge: 600 }),
    ['other: has its preflight kept for 600 s instead of 60 s'],
  ],
  ['a first policy', null, open(A), [`wider: is now open to ${A}`]],
  ['no policy any more', open(A), null, ['narrower: is without a policy now']],
  ['@NoCors()', open(A), '@NoCors()', ['narrower: is closed by @NoCors() now']],
  [
    '@NoCors() no more',
    '@NoCors()',
    open([A, 'Tenants'], { credentials: true }),
    [`wider: is now open to ${A}, Tenants with credentials`],
  ],
  ['@NoCors() in place of none', null, '@NoCors()', ['other: is closed by @NoCors() now']],
  ['nobody', open(A), open([]), ['narrower: is open to nobody now']],
  ['nobody to some', open([]), open('Tenants'), ['maybe-wider: is now open to whom Tenants admits']],
  ['methods without its own', open(A), open(A, { methods: ['GET'] }), ['narrower: is open to nobody now']],
  ['methods with its own', open(A, { methods: ['GET'] }), open(A), [`wider: is now open to ${A}`]],
  [
    'methods that are no matter to it',
    open(A, { methods: ['GET', 'PUT'] }),
    open(A, { methods: ['PUT', 'DELETE'] }),
    [],
  ],
];

describe('comparing grants', () => {
  it.each(cases)('of a route: %s', (_what, before, after, changes) => {
    expect(changesOf(before, after)).toEqual(changes);
  });

  it('takes GET in `methods` for HEAD too', () => {
    expect(changesOf(open(A, { methods: ['HEAD'] }), open(A, { methods: ['GET'] }), 'GET /a')).toEqual([
      'wider: may now be used by GET',
    ]);
    expect(changesOf(open(A, { methods: ['GET'] }), open(A, { methods: ['GET', 'HEAD'] }), 'GET /a')).toEqual([]);
  });

  it('compares all methods of a route that answers every one', () => {
    expect(changesOf(open(A, { methods: ['GET'] }), open(A, { methods: ['GET', 'PUT'] }), '* /a')).toEqual([
      'wider: may now be used by PUT',
    ]);
    expect(changesOf(open(A, { methods: ['GET'] }), open(A), '* /a')).toEqual(['wider: may now be used by any method']);
    expect(changesOf(open(A), open(A, { methods: ['GET'] }), '* /a')).toEqual([
      'narrower: may now be used by no method but GET',
    ]);
  });

  it('finds new routes wider where they are open, and routes that are gone narrower where they were', () => {
    const one = app(open(A));
    const two = { ...one, routes: { ...one.routes, 'GET /new': open(B), 'GET /closed': '@NoCors()' as const } };
    expect(compareGrants(one, two)).toEqual([
      { route: 'GET /new', kind: 'wider', says: `is new, and open to ${B}` },
      { route: 'GET /closed', kind: 'other', says: 'is new, and closed by @NoCors()' },
    ]);
    expect(compareGrants(two, one)).toEqual([
      { route: 'GET /new', kind: 'narrower', says: 'is gone' },
      { route: 'GET /closed', kind: 'other', says: 'is gone' },
    ]);
  });

  it('compares the default policy, under which stands what no route serves', () => {
    const none = { defaultPolicy: null, routes: {} };
    const some = { defaultPolicy: open('*'), routes: {} };
    expect(compareGrants(none, some)).toEqual([
      { route: 'defaultPolicy', kind: 'wider', says: 'is now open to any origin' },
    ]);
    expect(said(compareGrants(some, none))).toEqual(['narrower: is without a policy now']);
  });
});
