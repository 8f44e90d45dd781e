import {
  type BrowserRequest,
  checkRequest,
  checkResponse,
  followRedirect,
  isRedirect,
  serializedOrigin,
  visibleHeaders,
} from '../../../../lib/testing.js';
import { answerOf, API, fields, PAGE, requestOf } from './requests.js';

const OTHER = 'https://other.example';

function follow(request: BrowserRequest, location: string, status = 302): BrowserRequest {
  const redirect = followRedirect(request, answerOf(status, { Location: location }));
  if ('blocked' in redirect) {
    throw new Error(redirect.blocked.message);
  }
  return redirect.request;
}

const blockOf = (request: BrowserRequest, location: string): string | undefined => {
  const redirect = followRedirect(request, answerOf(302, { Location: location }));
  return 'blocked' in redirect ? redirect.blocked.reason : undefined;
};

describe('redirects (https://fetch.spec.whatwg.org/#http-redirect-fetch)', () => {
  it.each([
    [302, { Location: '/' }, true],
    [308, { location: '/' }, true],
    [302, {}, false],
    [304, { Location: '/' }, false],
    [200, { Location: '/' }, false],
  ])('%i with %j is one: %s', (status, headers, expected) => {
    expect(isRedirect({ status, headers: Object.entries(headers) })).toBe(expected);
  });

  it.each([
    ['POST', 301, 'GET'],
    ['POST', 302, 'GET'],
    ['POST', 303, 'GET'],
    ['POST', 307, 'POST'],
    ['POST', 308, 'POST'],
    ['PUT', 302, 'PUT'],
    ['PUT', 303, 'GET'],
    ['HEAD', 303, 'HEAD'],
  ])('turn %s into what %i asks for', (method, status, expected) => {
    expect(follow(requestOf({ method }), '/next', status).method).toBe(expected);
  });

  it('drop the headers of a body that is dropped', () => {
    const headers = fields('Content-Type: text/plain', 'X-A: 1');

    expect(follow(requestOf({ method: 'POST', headers }), '/', 303).headers).toEqual(fields('X-A: 1'));
    expect(follow(requestOf({ method: 'POST', headers }), '/', 307).headers).toEqual(headers);
  });

  it('keep Origin while no other origin redirects', () => {
    expect(serializedOrigin(follow(requestOf(), '/next'))).toBe(PAGE);
    expect(serializedOrigin(follow(requestOf({ url: `${PAGE}/` }), `${API}/`))).toBe(PAGE);
  });

  it('set Origin to null after another origin redirects, also back to the page’s own', () => {
    const away = follow(requestOf(), `${OTHER}/`);
    expect(serializedOrigin(away)).toBe('null');
    expect(serializedOrigin(follow(requestOf(), `${PAGE}/`))).toBe('null');
    expect(checkResponse(away, answerOf(200, { 'Access-Control-Allow-Origin': PAGE }))?.message).toContain(
      `at '${OTHER}/' (redirected from '${API}/orders') from origin '${PAGE}'`,
    );
  });

  it('apply the CORS check after a redirect back to the page’s own origin', () => {
    const home = follow(requestOf(), `${PAGE}/`);

    expect(checkResponse(home, answerOf(200, {}))?.reason).toBe('missing-allow-origin');
  });

  it('take Authorization away when the origin changes', () => {
    const request = requestOf({ headers: fields('Authorization: x') });

    expect(follow(request, '/next').headers).toEqual(request.headers);
    expect(follow(request, OTHER).headers).toEqual([]);
  });

  it('keep the fragment unless the location has one', () => {
    const request = requestOf({ url: `${API}/#top` });

    expect(follow(request, '/next').url).toBe(`${API}/next#top`);
    expect(follow(request, '/next#end').url).toBe(`${API}/next#end`);
  });

  it.each([
    ['redirect-with-user-info', requestOf(), 'https://u:p@api.example/'],
    ['redirect-with-user-info', requestOf({ url: `${PAGE}/` }), 'https://u@api.example/'],
    ['redirect-unsafe', requestOf(), 'data:text/plain,hi'],
    ['unsupported-scheme', requestOf(), 'app://x'],
    ['redirect-invalid', requestOf(), 'https://:'],
    [undefined, requestOf({ url: `${PAGE}/` }), `${PAGE.replace('//', '//u:p@')}/`],
    [undefined, requestOf(), 'http://api.example/'],
  ])('say %s', (reason, request, location) => {
    expect(blockOf(request, location)).toBe(reason);
  });

  it('fail with several locations, even equal ones (Fetch, location URL)', () => {
    const headers = fields('Location: /a', 'location: /a');

    expect(followRedirect(requestOf(), { status: 302, headers })).toMatchObject({
      blocked: { reason: 'redirect-ambiguous' },
    });
  });

  it.each([
    ['/\u00c3\u00a9', '/%C3%A9'],
    ['/\u00e9', '/%E9'],
    ['/\u20ac', '/%E2%82%AC'],
  ])('keep the bytes of %j unchanged', (location, path) => {
    expect(follow(requestOf(), location).url).toBe(`${API}${path}`);
  });

  it('end after twenty', () => {
    let request = requestOf();
    for (let i = 0; i < 20; i++) {
      request = follow(request, '/again');
    }
    expect(blockOf(request, '/again')).toBe('too-many-redirects');
  });
});

describe('what is not sent at all (Fetch, main fetch)', () => {
  it.each([
    ['unsupported-scheme', requestOf({ url: 'ftp://api.example/' }), undefined],
    ['unsafe-port', requestOf({ url: 'https://api.example:6000/' }), undefined],
    ['unsafe-port', requestOf({ origin: 'http://api.example:22', url: 'http://api.example:22/' }), undefined],
    ['mode-same-origin', requestOf({ mode: 'same-origin' }), undefined],
    ['mode-no-cors', requestOf({ mode: 'no-cors' }), 'error'],
    ['mode-no-cors', requestOf({ mode: 'no-cors' }), 'manual'],
    [undefined, requestOf({ mode: 'no-cors' }), 'follow'],
    [undefined, requestOf({ mode: 'no-cors', url: `${PAGE}/` }), 'manual'],
    [undefined, requestOf(), 'manual'],
  ] as const)('%s', (reason, request, redirect) => {
    expect(checkRequest(request, redirect)?.reason).toBe(reason);
  });
});

describe('what a script may read (https://fetch.spec.whatwg.org/#concept-filtered-response)', () => {
  const answer = {
    status: 200,
    headers: fields('Content-Type: text/plain', 'X-A: 1', 'X-B: 2', 'Set-Cookie: a=b', 'ETag: "1"', 'pragma: x'),
  };
  const read = (request: BrowserRequest, exposed?: string): string[] => {
    const more = exposed === undefined ? [] : fields(`Access-Control-Expose-Headers: ${exposed}`);
    return visibleHeaders(request, { ...answer, headers: [...answer.headers, ...more] }).map(([name]) => name);
  };
  const include = requestOf({ credentials: 'include' });
  const simple = ['content-type', 'pragma'];

  it.each([
    ['nothing exposed', requestOf(), undefined, simple],
    ['names in any case', requestOf(), 'x-a, ETAG', ['content-type', 'x-a', 'etag', 'pragma']],
    ['Set-Cookie', requestOf(), 'set-cookie', simple],
    ['what is no list', requestOf(), 'x-a, x b', simple],
    ['what is no list for a space beyond ASCII', requestOf(), 'x-a,\u00a0x-b', simple],
    ['*', requestOf(), '*', ['content-type', 'x-a', 'x-b', 'etag', 'pragma', 'access-control-expose-headers']],
    ['* with credentials', include, '*', simple],
    ["mode: 'no-cors'", requestOf({ mode: 'no-cors' }), '*', []],
    ['its own origin', requestOf({ url: PAGE }), undefined, ['content-type', 'x-a', 'x-b', 'etag', 'pragma']],
  ])('%s', (_title, request, exposed, expected) => {
    expect(read(request, exposed)).toEqual(expected);
  });
});

describe('a redirect that browsers do not follow', () => {
  const blockedBy = (request: BrowserRequest, ...locations: string[]) => {
    const redirect = followRedirect(request, {
      status: 302,
      headers: locations.map((each) => ['Location', each] as const),
    });
    return 'blocked' in redirect ? redirect.blocked : undefined;
  };

  it.each([
    ['redirect-unsafe', ['about:blank']],
    ['redirect-unsafe', ['blob:https://app.example/1']],
    ['redirect-unsafe', ['data:,a']],
    ['redirect-unsafe', ['file:///etc/hosts']],
    ['redirect-unsafe', ['filesystem:https://app.example/a']],
    ['unsupported-scheme', ['ftp://other.example/']],
    ['unsupported-scheme', ['xhttp://other.example/']],
    ['unsupported-scheme', ['httpx://other.example/']],
    ['redirect-invalid', ['https://']],
    ['redirect-ambiguous', ['/a', '/b']],
    ['redirect-with-user-info', [`${OTHER.replace('//', '//user@')}/`]],
    ['redirect-with-user-info', [`${OTHER.replace('//', '//:password@')}/`]],
  ])('%s: %j', (reason, locations) => {
    expect(blockedBy(requestOf(), ...locations)).toMatchObject({ reason, stage: 'response' });
  });

  it('is the one after the twentieth', () => {
    const redirected = { from: `${API}/first`, count: 20, tainted: false, crossed: true };
    expect(blockedBy(requestOf({ redirected }), '/next')).toMatchObject({
      reason: 'too-many-redirects',
      stage: 'response',
    });
    expect(blockedBy(requestOf({ redirected: { ...redirected, count: 19 } }), '/next')).toBeUndefined();
  });

  it('to another scheme names the first URL and the target', () => {
    expect(blockedBy(requestOf(), 'ftp://other.example/')!.message).toContain(
      `at 'ftp://other.example/' (redirected from '${API}/orders') from origin '${PAGE}'`,
    );
    const redirected = { from: `${API}/first`, count: 1, tainted: true, crossed: true };
    expect(blockedBy(requestOf({ redirected }), 'ftp://other.example/')!.message).toContain(
      `(redirected from '${API}/first')`,
    );
  });

  it("is followed with a user name under mode: 'no-cors', and from the own origin to itself", () => {
    expect(blockedBy(requestOf({ mode: 'no-cors' }), `${OTHER.replace('//', '//user@')}/`)).toBeUndefined();
    expect(blockedBy(requestOf({ url: `${PAGE}/` }), `${PAGE.replace('//', '//user@')}/a`)).toBeUndefined();
  });
});

describe('a redirect that browsers follow', () => {
  it('keeps a tainted origin', () => {
    const redirected = { from: `${API}/first`, count: 1, tainted: true, crossed: true };
    expect(serializedOrigin(follow(requestOf({ redirected }), '/next'))).toBe('null');
  });

  it('drops all headers of a dropped body, and Authorization on the way to another origin', () => {
    const names = ['Content-Encoding', 'Content-Language', 'Content-Location', 'Content-Type', 'Authorization', 'X-A'];
    const headers = fields(...names.map((name) => `${name}: a`));
    const kept = (location: string, status: number) =>
      follow(requestOf({ method: 'POST', headers }), location, status).headers.map(([name]) => name);
    expect(kept('/next', 303)).toEqual(['Authorization', 'X-A']);
    expect(kept('/next', 307)).toEqual(names);
    expect(kept(`${OTHER}/`, 307)).toEqual([...names.slice(0, 4), 'X-A']);
  });

  it('does not turn a GET into another request', () => {
    const keepsBody = (method: string, status: number) => {
      const redirect = followRedirect(requestOf({ method }), answerOf(status, { Location: '/next' }));
      return 'request' in redirect && redirect.keepsBody;
    };
    expect([keepsBody('GET', 303), keepsBody('HEAD', 303), keepsBody('PUT', 303), keepsBody('POST', 302)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
