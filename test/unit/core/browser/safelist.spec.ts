import {
  isHeaderForbiddenToPages,
  isSafelistedRequestHeader,
  needsPreflight,
  normalizeMethod,
  unsafeHeaderNames,
} from '../../../../lib/testing.js';
import { fields } from './requests.js';

describe('safelisted request headers (https://fetch.spec.whatwg.org/#cors-safelisted-request-header)', () => {
  it.each([
    ['accept', '*/*'],
    ['Accept', 'text/html;q=0.9\t'],
    ['accept-language', 'en-US, de;q=0.5, *'],
    ['content-language', 'de'],
    ['content-type', 'text/plain'],
    ['Content-Type', ' Text/Plain ;charset=utf-8'],
    ['Content-Type', '\ttext/plain\t'],
    ['content-type', 'multipart/form-data; boundary=x'],
    ['content-type', 'application/x-www-form-urlencoded'],
    ['range', 'bytes=0-'],
    ['range', 'bytes=5-5'],
    ['range', 'bytes=9007199254740992-9007199254740993'],
    ['range', 'bytes=99999999999999999999-100000000000000000000'],
    ['accept', 'a'.repeat(128)],
    ['accept', ''],
  ])('%s: %s is safelisted', (name, value) => {
    expect(isSafelistedRequestHeader(name, value)).toBe(true);
  });

  it.each([
    ['accept', 'text/html"'],
    ['accept', 'a\x01'],
    ['accept', 'a'.repeat(129)],
    ['accept-language', 'en_US'],
    ['content-language', 'a/b'],
    ['content-type', ''],
    ['content-type', 'text/plain; charset="utf-8"'],
    ['content-type', 'text/plain, application/json'],
    ['content-type', 'application/json'],
    ['content-type', 'text/plain/x'],
    ['range', 'bytes=-5'],
    ['range', 'bytes=5-4'],
    ['range', 'bytes=9007199254740993-9007199254740992'],
    ['content-type', 'text/plain\u00a0'],
    ['content-type', '\u00a0text/plain'],
    ['content-type', 'text /plain'],
    ['range', 'bytes=0-1, 3-4'],
    ['range', 'xbytes=0-1'],
    ['range', 'bytes = 0-1'],
    ['range', 'items=0-1'],
    ['authorization', 'x'],
    ['x-requested-with', 'XMLHttpRequest'],
  ])('%s: %s is not safelisted', (name, value) => {
    expect(isSafelistedRequestHeader(name, value)).toBe(false);
  });

  it('lists the others in lower case, sorted, each once', () => {
    const headers = fields('X-B: 1', 'Accept: */*', 'X-A: 1', 'x-b: 2', 'Authorization: x');

    expect(unsafeHeaderNames(headers)).toEqual(['authorization', 'x-a', 'x-b']);
  });

  it('treats safelisted headers as unsafe if their values exceed 1024 bytes together', () => {
    const eight = Array.from({ length: 8 }, () => ['accept', 'a'.repeat(128)] as const);

    expect(unsafeHeaderNames(eight)).toEqual([]);
    expect(unsafeHeaderNames([...eight, ['accept-language', 'e']])).toEqual(['accept', 'accept-language']);
  });
});

it.each([
  ['Cookie', 'a=b', true],
  ['origin', 'https://x.example', true],
  ['Sec-Anything', '', true],
  ['proxy-x', '', true],
  ['X-HTTP-Method-Override', 'PUT, trace', true],
  ['x-method-override', 'PUT', false],
  ['X-Method-Override', 'TRACE', true],
  ['X-HTTP-Method', 'PUT,\tTRACE ', true],
  ['X-HTTP-Method', 'PUT,\u00a0TRACE', false],
  ['Authorization', 'x', false],
  ['User-Agent', 'x', false],
])(
  'a page that sets %s: %s finds it dropped: %s (https://fetch.spec.whatwg.org/#forbidden-request-header)',
  (name, value, dropped) => {
    expect(isHeaderForbiddenToPages(name, value)).toBe(dropped);
  },
);

it.each([
  ['get', 'GET'],
  ['Delete', 'DELETE'],
  ['options', 'OPTIONS'],
  ['patch', 'patch'],
  ['query', 'query'],
])('the method %s is sent as %s (https://fetch.spec.whatwg.org/#concept-method-normalize)', (given, sent) => {
  expect(normalizeMethod(given)).toBe(sent);
});

it('methods other than GET, HEAD and POST always need a preflight', () => {
  const asked = ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'PATCH'].filter((method) =>
    needsPreflight({ method, headers: [] }),
  );
  expect(asked).toEqual(['PUT', 'OPTIONS', 'PATCH']);
});
