import { carriesCredentials, normalizeMethod, sendsOrigin } from '../../../../lib/core/browser/request.js';
import { checkRequest } from '../../../../lib/core/browser/request-check.js';
import { isSafelistedResponseHeader, visibleHeaders } from '../../../../lib/core/browser/visible-headers.js';
import { answerOf, PAGE, requestOf } from './requests.js';

const own = { url: `${PAGE}/orders` };

test('6.3: credentials go with a request by its mode', () => {
  const carries = (credentials: 'omit' | 'same-origin' | 'include', parts = {}) =>
    carriesCredentials(requestOf({ credentials, ...parts }));
  expect([carries('omit'), carries('same-origin'), carries('include')]).toEqual([false, false, true]);
  expect([carries('omit', own), carries('same-origin', own), carries('include', own)]).toEqual([false, true, true]);
});

test('6.3: Origin goes with a request to another origin, and with a method that may change something', () => {
  const sends = (parts: Parameters<typeof requestOf>[0]) => sendsOrigin(requestOf(parts));
  expect([sends({}), sends({ mode: 'cors' }), sends({ mode: 'no-cors' }), sends(own)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([sends({ ...own, method: 'HEAD' }), sends({ ...own, method: 'POST' })]).toEqual([false, true]);
  expect([sends({ mode: 'no-cors', method: 'POST' }), sends({ mode: 'no-cors', method: 'HEAD' })]).toEqual([
    true,
    false,
  ]);
});

test('6.3: fetch() writes these methods in upper case, and no other', () => {
  for (const method of ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']) {
    expect(normalizeMethod(method.toLowerCase())).toBe(method);
  }
  expect(['patch', 'Purge'].map(normalizeMethod)).toEqual(['patch', 'Purge']);
});

test('6.3: a script may read these response headers without asking', () => {
  const names = [
    'Cache-Control',
    'Content-Language',
    'Content-Length',
    'Content-Type',
    'Expires',
    'Last-Modified',
    'Pragma',
  ];
  expect(names.filter((name) => !isSafelistedResponseHeader(name))).toEqual([]);
  const answer = answerOf(200, Object.fromEntries([...names, 'X-Total', 'ETag'].map((name) => [name, 'a'])));
  expect(visibleHeaders(requestOf(), answer).map(([name]) => name)).toEqual(names.map((name) => name.toLowerCase()));
  expect(['ETag', ''].some(isSafelistedResponseHeader)).toBe(false);
});

describe('6.3: a browser sends nothing', () => {
  it.each([
    ['unsupported-scheme', 'ftp://api.example/', {}, 'follow'],
    ['unsupported-scheme', 'xhttp://api.example/', {}, 'follow'],
    ['unsupported-scheme', 'httpx://api.example/', {}, 'follow'],
    ['unsafe-port', 'https://api.example:6000/', {}, 'follow'],
    ['unsafe-port', 'https://api.example:143/', {}, 'follow'],
    ['unsafe-port', `${PAGE}:22/`, {}, 'follow'],
    ['mode-same-origin', 'https://api.example/', { mode: 'same-origin' }, 'follow'],
    ['mode-no-cors', 'https://api.example/', { mode: 'no-cors' }, 'manual'],
    ['mode-no-cors', 'https://api.example/', { mode: 'no-cors' }, 'error'],
  ] as const)('because of %s: %s %j, redirect %s', (reason, url, parts, redirect) => {
    expect(checkRequest(requestOf({ url, ...parts }), redirect)).toMatchObject({ reason, stage: 'response' });
  });

  it('names the port', () => {
    expect(checkRequest(requestOf({ url: 'http://api.example:6000/' }))?.value).toBe('6000');
  });

  it('only in these cases', () => {
    expect(checkRequest(requestOf())).toBeUndefined();
    expect(checkRequest(requestOf({ mode: 'no-cors' }))).toBeUndefined();
    expect(checkRequest(requestOf({ mode: 'cors' }), 'error')).toBeUndefined();
    expect(checkRequest(requestOf({ ...own, mode: 'same-origin' }))).toBeUndefined();
    expect(checkRequest(requestOf({ ...own, mode: 'no-cors' }), 'error')).toBeUndefined();
    expect(checkRequest(requestOf({ url: 'http://api.example:8080/' }))).toBeUndefined();
  });
});
