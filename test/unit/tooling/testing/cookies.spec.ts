import { CookieJar as ToughJar } from 'tough-cookie';
import { type CookieContext, CookieJar } from '../../../../lib/tooling/testing/cookies.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const API = 'https://api.shop.example/v1/orders';

function context(url = API, parts: Partial<CookieContext> = {}): CookieContext {
  return { url: new URL(url), page: 'https://app.shop.example', now: NOW, sameSite: true, ...parts };
}

function kept(line: string, from = context(), to = context(), blocks = false): readonly string[] {
  const jar = new CookieJar(blocks);
  jar.set(line, from);
  return jar.get(to);
}

describe('the cookies of a browser (RFC 6265bis)', () => {
  const lines = [
    'a=1',
    'a=1; Path=/',
    'a=1; Path=/v1',
    'a=1; Path=/v1/',
    'a=1; Path=v1',
    'a=1; Path=/v2',
    'a=1; Domain=shop.example; Path=/',
    'a=1; Domain=.Shop.Example; Path=/',
    'a=1; Domain=example; Path=/',
    'a=1; Domain=other.example; Path=/',
    'a=1; Domain=api.shop.example; Path=/',
    'a=1; Domain=co.uk',
    'a=1; Secure; Path=/',
    'a=1; Max-Age=60',
    'a=1; Max-Age=0',
    'a=1; Max-Age=x; Path=/',
    'a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT; Path=/',
    'a=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Path=/',
    'a=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Max-Age=60; Path=/',
    ...[
      ...[
        'Wed, 21-Oct-2099 07:28:00 GMT',
        'Wed, 21-Oct-99 07:28:00 GMT',
        '21 Oct 2015 07:28:00',
        'Oct 21 2015 7:28:00',
      ],
      ...['0', '-1', 'soon', '21 Oct 2015', '07:28:00 2015 Oct 21', '31 Feb 2015 07:28:00', '21 Oct 2015 25:28:00'],
    ].map((date) => `a=1; Expires=${date}; Path=/`),
    ' a = 1 ; path=/',
    'a="1 2"; Path=/',
    'a==; Path=/',
    '__Host-a=1; Secure; Path=/',
    '__Host-a=1; Secure',
    '__Host-a=1; Path=/',
    '__Host-a=1; Secure; Path=/; Domain=shop.example',
    '__Secure-a=1',
    '__Secure-a=1; Secure; Path=/',
    '',
  ];
  const urls = [
    API,
    'https://api.shop.example/v1',
    'https://api.shop.example/v10',
    'https://api.shop.example/',
    'https://shop.example/v1/orders',
    'https://x.api.shop.example/v1/orders',
    'https://evilshop.example/v1/orders',
    'http://api.shop.example/v1/orders',
  ];

  it.each(lines)('%j is kept and sent as tough-cookie does it', async (line) => {
    const tough = new ToughJar(undefined, { prefixSecurity: 'silent' });
    await tough.setCookie(line, API, { ignoreError: true });

    const sent = urls.map((url) => kept(line, context(), context(url)).join('; '));
    expect(sent).toEqual(await Promise.all(urls.map((url) => tough.getCookieString(url))));
  });

  it('are Lax by default, and None only with Secure', () => {
    const foreign = context(API, { sameSite: false });
    const sent = ['a=1', 'a=1; SameSite=Lax', 'a=1; SameSite=None', 'a=1; SameSite=None; Secure'].map((line) => [
      kept(line).length,
      kept(line, foreign).length,
      kept(line, context(), foreign).length,
    ]);

    expect(sent).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });

  it('of other sites are refused if the browser blocks them, unless they are partitioned', () => {
    const foreign = context(API, { sameSite: false, page: 'https://app.other.example' });
    const elsewhere = context(API, { sameSite: false, page: 'https://app.third.example' });
    const partitioned = 'a=1; SameSite=None; Secure; Partitioned';

    expect(kept('a=1; SameSite=None; Secure', foreign, foreign, true)).toEqual([]);
    expect(kept(partitioned, foreign, foreign, true)).toEqual(['a=1']);
    expect(kept(partitioned, foreign, elsewhere)).toEqual([]);
  });

  it('come longest path first, and replace or delete those of their name, domain and path', () => {
    const jar = new CookieJar(false);
    ['a=1; Path=/', 'b=2; Path=/v1', 'c=3; Path=/', 'a=4; Path=/'].forEach((line) => jar.set(line, context()));
    expect(jar.get(context())).toEqual(['b=2', 'a=4', 'c=3']);

    jar.set('a=; Path=/; Max-Age=0', context());
    expect(jar.get(context())).toEqual(['b=2', 'c=3']);
  });

  it('keep a no-break space at their ends, and have at most 4,096 bytes', () => {
    const [nbsp = ''] = kept('a\u00a0=1\u00a0');

    expect(nbsp).toBe('a\u00a0=1\u00a0');
    expect(kept(`a=${'x'.repeat(4095)}`)).toHaveLength(1);
    expect(kept(`a=${'x'.repeat(4096)}`)).toHaveLength(0);
  });

  it('expire by the given clock', () => {
    expect(kept('a=1; Max-Age=60', context(), context(API, { now: NOW + 59_999 }))).toEqual(['a=1']);
    expect(kept('a=1; Max-Age=60', context(), context(API, { now: NOW + 60_000 }))).toEqual([]);
  });

  it.each(['http://localhost:3000/', 'http://127.0.0.1/', 'http://[::1]/'])('may be Secure at %s', (url) => {
    expect(kept('a=1; Secure', context(url), context(url))).toEqual(['a=1']);
  });
});
