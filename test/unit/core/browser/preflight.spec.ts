import { checkPreflight, grantOf, preflightFields, PreflightCache } from '../../../../lib/testing.js';
import { answerOf, fields, PAGE, requestOf } from './requests.js';

const granted = { 'Access-Control-Allow-Origin': PAGE };
const put = requestOf({ method: 'PUT' });
const putInclude = requestOf({ method: 'PUT', credentials: 'include' });
const withHeaders = requestOf({ headers: fields('X-B: 1', 'X-A: 1', 'Accept: a/b', 'Authorization: x') });

describe('the preflight that is sent (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0)', () => {
  it('asks for the method, and for the headers in lower case, sorted, without a blank', () => {
    expect(preflightFields(withHeaders)).toEqual([
      ['Accept', '*/*'],
      ['Access-Control-Request-Method', 'GET'],
      ['Access-Control-Request-Headers', 'authorization,x-a,x-b'],
      ['Origin', PAGE],
    ]);
  });

  it.each([
    ['a simple request', requestOf()],
    ['a request to its own origin', requestOf({ method: 'PUT', url: `${PAGE}/` })],
    ["a request with mode: 'no-cors'", requestOf({ method: 'POST', mode: 'no-cors', headers: fields('x-a: 1') })],
  ])('is not sent before %s', (_title, request) => {
    expect(preflightFields(request)).toBeUndefined();
  });
});

describe('the answer to a preflight (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0)', () => {
  it.each([
    ['the method', put, { 'Access-Control-Allow-Methods': 'PUT' }],
    ['a list with gaps', put, { 'Access-Control-Allow-Methods': ', GET,\tPUT,,' }],
    ['*', put, { 'Access-Control-Allow-Methods': '*' }],
    ['the headers in any case', withHeaders, { 'Access-Control-Allow-Headers': 'X-A, x-b, AUTHORIZATION' }],
    ['* and authorization', withHeaders, { 'Access-Control-Allow-Headers': '*, authorization' }],
  ])('grants by %s', (_title, request, headers) => {
    expect(checkPreflight(request, answerOf(204, { ...granted, ...headers }))).toBeUndefined();
  });

  it.each([
    ['missing-allow-origin', undefined, put, 404, { 'Access-Control-Allow-Origin': undefined }],
    ['preflight-status', undefined, put, 404, {}],
    ['preflight-status', undefined, put, 302, {}],
    ['preflight-redirect', undefined, put, 307, { Location: '/' }],
    ['credentials-not-allowed', '', putInclude, 204, {}],
    ['method-not-allowed', 'PUT', put, 204, {}],
    ['method-not-allowed', 'PUT', put, 204, { 'Access-Control-Allow-Methods': 'put' }],
    [
      'method-not-allowed',
      'PUT',
      putInclude,
      204,
      { 'Access-Control-Allow-Credentials': 'true', 'Access-Control-Allow-Methods': '*' },
    ],
    ['unreadable-allow-methods', undefined, put, 204, { 'Access-Control-Allow-Methods': 'GET; PUT' }],
    ['unreadable-allow-methods', undefined, put, 204, { 'Access-Control-Allow-Methods': 'PUT\u00a0' }],
    ['unreadable-allow-headers', undefined, withHeaders, 204, { 'Access-Control-Allow-Headers': 'x a' }],
    ['unreadable-allow-headers', undefined, withHeaders, 204, { 'Access-Control-Allow-Headers': 'x-a,\u00a0x-b' }],
    ['proxy-authentication', undefined, put, 407, {}],
    ['no-answer', undefined, put, 101, {}],
    ['header-not-allowed', 'x-a', withHeaders, 204, { 'Access-Control-Allow-Headers': 'authorization, x-b' }],
    ['header-not-allowed', 'authorization', withHeaders, 204, { 'Access-Control-Allow-Headers': '*' }],
  ])('says %s (%s)', (reason, value, request, status, headers) => {
    const all = Object.entries({ ...granted, ...headers }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const block = checkPreflight(request, { status, headers: all });

    expect(block).toMatchObject({ reason, stage: 'preflight' });
    expect(block?.value).toBe(value);
  });

  it.each([
    [undefined, 5],
    ['600', 600],
    ['86400', 7200],
    ['0', 0],
    ['-1', 0],
    ['soon', 5],
    ['1.5', 5],
    ['600, 600', 5],
  ])('keeps a grant with Access-Control-Max-Age: %s for %i seconds', (value, seconds) => {
    const headers = value === undefined ? {} : { 'Access-Control-Max-Age': value };

    expect(grantOf(answerOf(204, headers)).maxAge).toBe(seconds);
  });
});

describe('the preflight cache (https://fetch.spec.whatwg.org/#cors-preflight-cache)', () => {
  const grant = { methods: ['PUT'], headers: ['x-a'], maxAge: 10 };
  const ask = requestOf({ method: 'PUT', headers: fields('X-A: 1') });
  const kept = (request = ask, given = grant): PreflightCache => {
    const cache = new PreflightCache();
    cache.keep(request, given, 0);
    return cache;
  };

  it.each([
    ['the same request', ask],
    ['fewer headers', put],
    ['a header granted for another method', requestOf({ headers: fields('x-a: 2') })],
    ['another fragment', { ...ask, url: `${ask.url}#there` }],
  ])('covers %s', (_title, request) => {
    expect(kept().covers(request, 9_999)).toBe(true);
  });

  it.each([
    ['another method', requestOf({ method: 'DELETE' })],
    ['another header', requestOf({ headers: fields('x-b: 1') })],
    ['another query', { ...ask, url: `${ask.url}?page=2` }],
    ['another origin', { ...ask, origin: 'https://b.example' }],
    ['credentials', { ...ask, credentials: 'include' as const }],
  ])('does not cover %s', (_title, request) => {
    expect(kept().covers(request, 0)).toBe(false);
  });

  it('forgets a grant when it expires', () => {
    expect(kept().covers(ask, 10_000)).toBe(false);
  });

  it('covers a request without credentials by a grant with them', () => {
    expect(kept({ ...ask, credentials: 'include' }).covers(ask, 0)).toBe(true);
  });

  it('covers every header but authorization by *', () => {
    const cache = kept(put, { methods: ['*'], headers: ['*'], maxAge: 10 });

    expect(cache.covers(requestOf({ method: 'DELETE', headers: fields('x-z: 1') }), 0)).toBe(true);
    expect(cache.covers(requestOf({ headers: fields('authorization: 1') }), 0)).toBe(false);
  });

  it('renews a repeated grant, and forgets the URL of a request that failed', () => {
    const cache = kept();
    cache.keep(ask, grant, 5_000);
    expect(cache.covers(ask, 14_000)).toBe(true);

    cache.clear(ask);
    expect(cache.covers(ask, 5_000)).toBe(false);
  });
});

describe('the bounds of a preflight', () => {
  it('asks for no header without one', () => {
    expect(preflightFields(put)!.map(([name]) => name)).toEqual(['Accept', 'Access-Control-Request-Method', 'Origin']);
  });

  it.each([
    [199, 'preflight-status'],
    [200, undefined],
    [299, undefined],
    [300, 'preflight-status'],
  ])('the status %i: %s', (status, reason) => {
    expect(checkPreflight(put, answerOf(status, { ...granted, 'Access-Control-Allow-Methods': 'PUT' }))?.reason).toBe(
      reason,
    );
  });

  it('reads the grant of an answer', () => {
    const fieldsOf = { 'Access-Control-Allow-Methods': 'PUT, DELETE', 'Access-Control-Allow-Headers': 'X-A' };
    expect(grantOf(answerOf(204, fieldsOf))).toEqual({ methods: ['PUT', 'DELETE'], headers: ['x-a'], maxAge: 5 });
    expect(
      grantOf(answerOf(204, { 'Access-Control-Allow-Methods': 'P UT', 'Access-Control-Allow-Headers': 'X A' })),
    ).toEqual({
      methods: [],
      headers: [],
      maxAge: 5,
    });
  });
});

describe('the cache of preflights', () => {
  const grant = { methods: ['PUT'], headers: [], maxAge: 5 };

  it('keeps other grants, replaces an old one, and knows methods from headers', () => {
    const cache = new PreflightCache();
    const other = requestOf({ method: 'PUT', url: 'https://api.example/other' });
    cache.keep(put, grant, 0);
    cache.keep(other, grant, 1_000);
    expect([cache.covers(put, 4_999), cache.covers(put, 5_000), cache.covers(other, 5_000)]).toEqual([
      true,
      false,
      true,
    ]);
    cache.keep(put, { ...grant, maxAge: 1 }, 4_000);
    expect([cache.covers(put, 4_500), cache.covers(put, 5_000)]).toEqual([true, false]);
    cache.clear(put);
    expect(cache.covers(other, 5_000)).toBe(true);
    cache.keep(other, { ...grant, maxAge: 1 }, 4_500);
    expect([cache.covers(other, 5_499), cache.covers(other, 5_500)]).toEqual([true, false]);
    cache.keep(other, { methods: [], headers: ['x-a'], maxAge: 5 }, 0);
    expect(cache.covers(requestOf({ method: 'x-a', url: other.url }), 1)).toBe(false);
  });

  it('uses a grant with credentials for both, and `*` of one only without', () => {
    const cache = new PreflightCache();
    cache.keep(putInclude, grant, 0);
    expect([cache.covers(putInclude, 1), cache.covers(put, 1)]).toEqual([true, true]);
    const any = new PreflightCache();
    any.keep(putInclude, { ...grant, methods: ['*'] }, 0);
    expect([any.covers(putInclude, 1), any.covers(put, 1)]).toEqual([false, false]);
  });
});
