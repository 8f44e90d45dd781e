import {
  enforce,
  enforceFetchMetadata,
  enforces,
  exceedsOwnGrant,
  forwardedOrigin,
  hasCredentials,
  isFromOtherOrigin,
  wasPreflighted,
} from '../../../../lib/core/decide/enforcement.js';
import { bareDecision } from '../../../../lib/core/decision.js';
import { NO_CORS, noCors } from '../../../../lib/core/policy/policy.js';
import { policyOf, requestTo } from '../../../support/pure.js';

const APP = 'https://app.example';

const asks = (headers: Readonly<Record<string, string>>) => requestTo('/orders', headers);

describe('3.6: a request comes from another origin', () => {
  it.each<[boolean, Record<string, string>]>([
    [false, {}],
    [false, { 'sec-fetch-site': 'cross-site' }],
    [true, { origin: APP }],
    [false, { origin: 'https://api.example' }],
    [false, { origin: APP, 'sec-fetch-site': 'same-origin' }],
    [false, { origin: APP, 'sec-fetch-site': 'none' }],
    [true, { origin: APP, 'sec-fetch-site': 'same-site' }],
    [true, { origin: APP, 'sec-fetch-site': 'cross-site' }],
    [true, { origin: 'https://api.example', 'sec-fetch-site': 'cross-site' }],
  ])('%s: %j', (expected, headers) => {
    expect(isFromOtherOrigin(asks(headers))).toBe(expected);
  });
});

describe('3.6: enforcement', () => {
  const refused = bareDecision('origin-not-allowed', ['Origin']);
  const allowed = { ...refused, allowed: true };

  it('answers 403 to a refused request of another origin, and to no other', () => {
    const enforced = enforce(refused, asks({ origin: APP }));
    expect(enforced).toEqual({ ...refused, status: 403 });
    expect(Object.isFrozen(enforced)).toBe(true);
    expect(enforce(allowed, asks({ origin: APP }))).toBe(allowed);
    expect(enforce(refused, asks({ origin: 'https://api.example' }))).toBe(refused);
  });

  it('is that of the policy or of @NoCors()', () => {
    expect(
      [policyOf({ origin: APP, enforce: true }), policyOf({ origin: APP, enforce: 'fetch-metadata' })].map(enforces),
    ).toEqual([true, true]);
    expect([policyOf({ origin: APP }), NO_CORS, noCors(true), undefined].map(enforces)).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });
});

describe('3.6: `enforce: fetch-metadata` refuses a request without an Origin', () => {
  const CROSS_SITE = { 'sec-fetch-site': 'cross-site' };
  const LINK = { ...CROSS_SITE, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const decision = bareDecision('no-origin', ['Origin', 'Sec-Fetch-Site']);
  const listed = policyOf({ origin: APP, enforce: 'fetch-metadata' });

  it.each<[boolean, Record<string, string>]>([
    [true, CROSS_SITE],
    [false, {}],
    [false, { 'sec-fetch-site': 'same-site' }],
    [false, { ...CROSS_SITE, origin: APP }],
    [false, LINK],
    [false, { ...LINK, method: 'HEAD' }],
    [true, { ...LINK, method: 'POST' }],
    [true, { ...LINK, 'sec-fetch-dest': 'iframe' }],
    [true, { ...LINK, 'sec-fetch-mode': 'no-cors' }],
  ])('%s: %j', (refused, headers) => {
    const enforced = enforceFetchMetadata(decision, listed, asks(headers));
    expect(enforced).toEqual(
      refused
        ? { allowed: false, reason: 'cross-site', status: 403, headers: [], vary: ['Origin', 'Sec-Fetch-Site'] }
        : decision,
    );
    expect(Object.isFrozen(enforced)).toBe(true);
  });

  it('unless the policy allows every origin for the method', () => {
    const isRefused = (policy: Parameters<typeof enforceFetchMetadata>[1], method = 'GET') =>
      enforceFetchMetadata(decision, policy, asks({ ...CROSS_SITE, method })) !== decision;
    expect(isRefused(policyOf({ origin: '*', enforce: 'fetch-metadata' }))).toBe(false);
    expect(isRefused(policyOf({ origin: '*', methods: ['GET'], enforce: 'fetch-metadata' }))).toBe(false);
    expect(isRefused(policyOf({ origin: '*', methods: ['GET'], enforce: 'fetch-metadata' }), 'PUT')).toBe(true);
    expect(isRefused(noCors('fetch-metadata'))).toBe(true);
    expect(isRefused(undefined)).toBe(true);
  });
});

describe('3.4: a browser sends a preflight before', () => {
  it.each<[boolean, Record<string, string>]>([
    [false, { method: 'GET', accept: '*/*' }],
    [false, { method: 'POST', 'content-type': 'text/plain; charset=utf-8' }],
    [true, { method: 'POST', 'content-type': 'application/json' }],
    [true, { method: 'PUT' }],
    [true, { method: 'GET', 'x-api-key': '1' }],
    [true, { method: 'GET', accept: '*/*', 'x-api-key': '1' }],
    // A proxy adds it, and no page.
    [false, { method: 'GET', 'x-forwarded-for': '192.0.2.1' }],
  ])('%s: %j', (expected, headers) => {
    expect(
      wasPreflighted({ ...asks(headers), headerNames: () => Object.keys(headers).filter((name) => name !== 'method') }),
    ).toBe(expected);
  });
});

describe('a request has credentials', () => {
  it.each<[boolean, Record<string, string>]>([
    [false, {}],
    [true, { cookie: 'a=1' }],
    [true, { cookie: '' }],
    [true, { authorization: 'Basic YTpi' }],
    [true, { authorization: 'negotiate' }],
    [true, { authorization: 'NTLM TlRM' }],
    [true, { authorization: 'Digest username="a"' }],
    [false, { authorization: 'Bearer Basic ' }],
    [false, { authorization: 'Basically no' }],
    [false, { authorization: 'Bearer 1' }],
  ])('%s: %j', (expected, headers) => {
    expect(hasCredentials(asks(headers))).toBe(expected);
  });
});

describe('3.4: a request exceeds the grant of its own route', () => {
  const own = policyOf({ origin: APP, methods: ['GET', 'PUT'], allowedHeaders: ['X-Own'] });
  const withCookies = policyOf({ origin: APP, credentials: true, allowedHeaders: ['X-Own'] });
  const withHeader = policyOf({ origin: APP, allowedHeaders: ['X-Other'] });
  const withAnyHeader = policyOf({ origin: APP });
  const exceeds = (others: Parameters<typeof exceedsOwnGrant>[1], headers: Record<string, string>, policy = own) => {
    const { method = 'GET', ...fields } = headers;
    return exceedsOwnGrant(policy, others, { ...asks({ method, ...fields }), headerNames: () => Object.keys(fields) });
  };

  it('by its credentials, if another policy allows them', () => {
    expect(exceeds([withHeader, withCookies], { cookie: 'a=1' })).toBe(true);
    expect(exceeds([withHeader, withCookies], {})).toBe(false);
    expect(exceeds([withHeader], { cookie: 'a=1' })).toBe(false);
    expect(exceeds([withCookies], { cookie: 'a=1' }, policyOf({ origin: APP, credentials: true }))).toBe(false);
    expect(exceeds([own], { cookie: 'a=1' })).toBe(false);
    expect(exceeds([NO_CORS, undefined], { cookie: 'a=1' })).toBe(false);
  });

  it('by its method', () => {
    expect(exceeds([withHeader], { method: 'PUT' })).toBe(false);
    expect(exceeds([withHeader], { method: 'DELETE' })).toBe(true);
  });

  it('by a header that another policy allows', () => {
    expect(exceeds([withHeader], { 'x-own': '1' })).toBe(false);
    expect(exceeds([withHeader], { 'x-other': '1' })).toBe(true);
    expect(exceeds([NO_CORS, withCookies, withHeader], { 'x-own': '1', 'x-other': '1' })).toBe(true);
    expect(exceeds([withCookies], { 'x-other': '1' })).toBe(false);
    expect(exceeds([withAnyHeader], { 'x-other': '1' })).toBe(true);
    expect(exceeds([withAnyHeader], { 'x-other': '1' }, policyOf({ origin: APP }))).toBe(false);
    // No page was asked for it: proxies and browsers add it.
    expect(exceeds([withAnyHeader], { 'x-forwarded-for': '192.0.2.1' })).toBe(false);
    expect(exceeds([withAnyHeader], { accept: '*/*' })).toBe(false);
  });
});

describe('the origin that a proxy reports', () => {
  it.each<[string | undefined, Record<string, string>]>([
    [undefined, {}],
    ['http://api.example', { 'x-forwarded-proto': 'http' }],
    ['https://shop.example', { 'x-forwarded-host': 'Shop.example' }],
    ['http://shop.example:8080', { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'shop.example:8080' }],
    [
      'http://first.example',
      { 'x-forwarded-proto': 'http , https', 'x-forwarded-host': 'first.example, last.example' },
    ],
  ])('is %s: %j', (expected, headers) => {
    expect(forwardedOrigin(asks(headers))).toBe(expected);
  });

  it('has unknown parts if the server does not know its own', () => {
    const request = { ...asks({ 'x-forwarded-host': 'shop.example' }), ownOrigin: () => undefined };
    expect(forwardedOrigin(request)).toBe('://shop.example');
  });
});
