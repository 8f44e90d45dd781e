import { connect } from 'node:net';
import { once } from 'node:events';
import { Controller, Get, Inject, Injectable, Put, type Provider } from '@nestjs/common';
import {
  type CorsContext,
  CorsPolicy,
  type CorsPolicyOptions,
  type OriginAllowlist,
  type OriginSource,
} from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, type PlatformName, startApp, type TestApp } from '../support/app.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

type Origin = NonNullable<CorsPolicyOptions['origin']>;

afterEach(closeApps);

/** An app with `GET /one` and `PUT /one` under one policy. */
function appUnder(
  policy: CorsPolicyOptions,
  platform: PlatformName,
  providers: Provider[] = [],
  allowlists = {},
): Promise<TestApp> {
  @Controller('one')
  @CorsPolicy(policy)
  class OneController {
    @Get()
    read(): string {
      return 'read';
    }
    @Put()
    write(): string {
      return 'written';
    }
  }
  return startApp({ cors: { allowlists }, controllers: [OneController], providers }, platform);
}

/** The CORS fields that a page of this origin gets: of a response, and of the preflight for a `PUT`. */
async function told(app: TestApp, origin: string): Promise<{ response: object; preflight: object; vary: unknown }> {
  const response = await app.get('/one', origin);
  const preflight = await app.preflight('/one', { origin });
  expect([response.status, response.text, preflight.status]).toEqual([200, 'read', 204]);
  return { response: corsHeaders(response), preflight: corsHeaders(preflight), vary: response.headers.vary };
}

const allowed = (origin: string, sent = origin) => ({
  response: { 'access-control-allow-origin': sent },
  preflight: { 'access-control-allow-origin': sent, 'access-control-allow-methods': 'GET, HEAD, PUT' },
  vary: sent === '*' ? undefined : 'Origin',
});
const refused = { response: {}, preflight: {}, vary: 'Origin' };

/** Sends a request as raw bytes, and returns the head of the response. */
async function raw(port: number, lines: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const received: Buffer[] = [];
  socket.on('data', (data: Buffer) => received.push(data));
  socket.write(
    Buffer.concat(
      [...lines, 'Host: localhost', 'Connection: close', ''].flatMap((line) => [
        Buffer.from(line),
        Buffer.from('\r\n'),
      ]),
    ),
  );
  await once(socket, 'close');
  return Buffer.concat(received).toString('latin1').split('\r\n\r\n')[0]!.toLowerCase();
}

interface OriginCase {
  readonly rule: string;
  readonly origin: Origin;
  readonly admits: readonly string[];
  readonly refuses: readonly string[];
}

const CASES: readonly OriginCase[] = [
  {
    rule: 'a string allows exactly that origin',
    origin: 'https://app.example.com',
    admits: ['https://app.example.com'],
    refuses: [
      'https://app.example.com:8443',
      'http://app.example.com',
      'https://example.com',
      'https://a.app.example.com',
      'https://app.example.com.evil.test',
      'https://evil-app.example.com',
      'https://app.example.co',
      'app.example.com',
    ],
  },
  {
    rule: 'a port is part of the origin',
    origin: 'https://app.example:8443',
    admits: ['https://app.example:8443'],
    refuses: ['https://app.example', 'https://app.example:844', 'https://app.example:84430', 'https://app.example:443'],
  },
  {
    rule: 'a wildcard allows any depth, not the domain itself',
    origin: 'https://*.example.com',
    admits: ['https://a.example.com', 'https://a.b.c.d.example.com', 'https://xn--bcher-kva.example.com'],
    refuses: [
      'https://example.com',
      'https://.example.com',
      'https://evilexample.com',
      'https://a-example.com',
      'http://a.example.com',
      'https://a.example.com:8443',
      'https://a.example.com.evil.test',
      'https://*.example.com',
      'https://a..example.com',
      'https://evil.test/.example.com',
      'https://evil.test#.example.com',
      'https://evil.test@a.example.com',
    ],
  },
  {
    rule: 'a wildcard with a port holds that port',
    origin: 'https://*.example.com:8443',
    admits: ['https://a.example.com:8443'],
    refuses: ['https://a.example.com', 'https://a.example.com:8444'],
  },
  {
    rule: 'a port wildcard allows any port, or none',
    origin: 'http://localhost:*',
    admits: ['http://localhost', 'http://localhost:1', 'http://localhost:3000', 'http://localhost:65535'],
    refuses: [
      'https://localhost:3000',
      'http://localhost:80',
      'http://localhost:0',
      'http://localhost:03000',
      'http://localhost:65536',
      'http://localhost:',
      'http://localhost:*',
      'http://localhost.evil.test:3000',
      'http://a.localhost:3000',
    ],
  },
  {
    rule: 'both wildcards may be combined',
    origin: 'https://*.example.com:*',
    admits: ['https://a.example.com', 'https://a.b.example.com:1', 'https://a.example.com:8443'],
    refuses: ['https://example.com', 'https://example.com:8443', 'https://a.example.com:443'],
  },
  {
    rule: '`false` allows no origin',
    origin: false,
    admits: [],
    refuses: [APP, 'null', 'nonsense'],
  },
  {
    rule: 'a RegExp is tested on the whole origin',
    origin: /^https:\/\/[a-z]+\.example$/,
    admits: ['https://app.example', 'https://b.example'],
    refuses: ['https://a1.example', 'https://app.example:8443', 'https://app.example.evil.test', 'HTTPS://app.example'],
  },
  {
    rule: 'a RegExp anchored in a group holds in every alternative',
    origin: /^(?:https:\/\/a\.example|https:\/\/b\.example)$/,
    admits: ['https://a.example', 'https://b.example'],
    refuses: ['https://a.example.evil.test', 'https://xhttps://b.example'],
  },
  {
    rule: 'a RegExp that takes anything is not asked about what is malformed, nor about null',
    origin: /^[^]*$/,
    admits: [APP, 'http://localhost:3000', 'capacitor://localhost'],
    refuses: ['null', 'https://app.example/', 'https://APP.example', 'https://app.example, https://app.example'],
  },
  {
    rule: 'a RegExp without case is asked about what the browser sent',
    origin: /^HTTPS:\/\/APP\.EXAMPLE$/i,
    admits: [APP],
    refuses: ['https://APP.example', 'HTTPS://app.example'],
  },
  {
    rule: 'an array allows what any of its elements allows',
    origin: ['https://a.example', 'https://*.b.example', /^https:\/\/c\.example$/, (origin) => origin === APP, false],
    admits: ['https://a.example', 'https://x.b.example', 'https://c.example', APP],
    refuses: [OTHER, 'https://b.example', 'null'],
  },
  {
    rule: 'one string may list several, with commas between',
    origin: 'https://a.example, https://*.b.example,http://localhost:*',
    admits: ['https://a.example', 'https://x.b.example', 'http://localhost:5173'],
    refuses: ['https://b.example', 'https://a.example, https://x.b.example', 'https://a.example,https://x.b.example'],
  },
  {
    rule: 'an IPv4 address allows exactly that address',
    origin: 'http://192.0.2.1:3000',
    admits: ['http://192.0.2.1:3000'],
    refuses: ['http://192.0.2.1', 'http://192.0.2.10:3000', 'http://3221225985:3000', 'http://192.0.2.01:3000'],
  },
  {
    rule: 'an IPv4 address takes a port wildcard',
    origin: 'https://192.0.2.1:*',
    admits: ['https://192.0.2.1', 'https://192.0.2.1:8443'],
    refuses: ['https://192.0.2.2', 'https://1.192.0.2.1', 'https://192.0.2.1.evil.test'],
  },
  {
    rule: 'an IPv6 address takes a port wildcard, and is compared as browsers write it',
    origin: 'http://[2001:db8::1]:*',
    admits: ['http://[2001:db8::1]', 'http://[2001:db8::1]:3000'],
    refuses: ['http://[2001:db8:0:0:0:0:0:1]', 'http://[2001:DB8::1]', 'http://2001:db8::1', 'http://[2001:db8::2]'],
  },
  {
    rule: 'an origin of another scheme is listed byte for byte',
    origin: ['capacitor://localhost', 'app://.', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
    admits: ['capacitor://localhost', 'app://.', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
    refuses: [
      'ionic://localhost',
      'chrome-extension://abcdefghijklmnopabcdefghijklmnoq',
      'capacitor://localhost/',
      'app://..',
      'APP://.',
      'file://',
    ],
  },
  {
    rule: 'RegExps and functions are asked about other schemes',
    origin: [/^vscode-webview:\/\/[0-9a-z]+$/, (origin) => origin === 'app://.'],
    admits: ['vscode-webview://0q8', 'app://.'],
    refuses: ['vscode-webview://', 'app://., app://.', 'app://.,app://.'],
  },
  {
    rule: 'a * inside the leftmost label is one or more of a-z, 0-9 and "-"',
    origin: ['https://my-app-git-*.example.com', 'https://*-3000.app.example.com:*'],
    admits: [
      'https://my-app-git-feature-1.example.com',
      'https://my-app-git--.example.com',
      'https://x-3000.app.example.com',
      'https://x-3000.app.example.com:8443',
    ],
    refuses: [
      'https://my-app-git-.example.com',
      'https://my-app-git-a.b.example.com',
      'https://my-app-git-a_b.example.com',
      'https://my-app-git-a.example.com:8443',
      'https://evil-my-app-git-a.example.com',
      'https://my-app-git-a.evil-example.com',
      'https://-3000.app.example.com',
      'https://my-app-git-*.example.com',
    ],
  },
  {
    rule: 'a dot at the end of the host is a part of the origin',
    origin: ['https://app.example.com.', 'https://*.tenant.example.'],
    admits: ['https://app.example.com.', 'https://a.tenant.example.'],
    refuses: ['https://app.example.com', 'https://app.example.com..', 'https://a.tenant.example'],
  },
];

/** Values without the form `scheme://host[:port]`. The library must not correct them into a match. */
const MALFORMED: readonly string[] = [
  'app.example',
  '//app.example',
  'https:/app.example',
  'https:app.example',
  'https://',
  'https:///app.example',
  'https://app.example/',
  'https://app.example/x',
  'https://app.example?',
  'https://app.example#',
  'https://app.example:',
  'https://app.example:443',
  'https://app.example:0',
  'https://app.example:99999',
  'https://user@app.example',
  'https://app.example\\',
  'https://app.example\t.test',
  'https://app%2eexample',
  'https://APP.EXAMPLE',
  'Https://app.example',
  'https://app_.example..',
  'https://app.example https://app.example',
  'Null',
  'NULL',
  'null null',
  '*',
];

describe.each(PLATFORMS)('origins on %s', (platform) => {
  test.each(CASES)('3.1: $rule', async ({ origin, admits, refuses }) => {
    const app = await appUnder({ origin }, platform);
    for (const each of admits) {
      expect([each, await told(app, each)]).toEqual([each, allowed(each)]);
    }
    for (const each of refuses) {
      expect([each, (await app.get('/one', each)).status]).toEqual([each, 200]);
      expect([each, corsHeaders(await app.get('/one', each))]).toEqual([each, {}]);
      expect([each, corsHeaders(await app.preflight('/one', { origin: each }))]).toEqual([each, {}]);
      expect([each, (await app.get('/one', each)).headers.vary]).toEqual([each, 'Origin']);
    }
  });

  test.each<[string, Origin]>([
    ["'*'", '*'],
    ['`true`', true],
    ["an array with '*' in it", ['https://a.example', '*', (): boolean => false]],
    ['an array with `true` in it', [true, 'https://a.example']],
  ])('3.1: %s allows any origin, sent as *', async (_title, origin) => {
    const app = await appUnder({ origin }, platform);
    for (const each of [APP, STRANGER, 'null', 'nonsense', 'https://app.example/', `https://${'a'.repeat(600)}.test`]) {
      expect([each, await told(app, each)]).toEqual([each, allowed(each, '*')]);
    }
  });

  test("3.1: in an array '*' replaces the whole array, and no provider is called", async () => {
    const asked: string[] = [];
    const app = await appUnder(
      {
        origin: [
          (origin) => {
            asked.push(origin);
            return true;
          },
          '*',
        ],
      },
      platform,
    );
    expect(await told(app, STRANGER)).toEqual(allowed(STRANGER, '*'));
    expect(asked).toEqual([]);
  });

  test.each(['g', 'y', 'gy', 'gi'])(
    '3.1: a RegExp with the flags %s matches the same in every request',
    async (flags) => {
      const expression = new RegExp('^https://(?:app|other)\\.example$', flags);
      expression.lastIndex = 7;
      const app = await appUnder({ origin: expression }, platform);
      for (let i = 0; i < 4; i++) {
        expect(await told(app, APP)).toEqual(allowed(APP));
        expect(await told(app, STRANGER)).toEqual(refused);
        expect(await told(app, OTHER)).toEqual(allowed(OTHER));
      }
    },
  );

  test('3.1: malformed origins match nothing but `*`, and no provider is called for them', async () => {
    const asked: string[] = [];
    const ask = (origin: string): boolean => {
      asked.push(origin);
      return true;
    };
    const app = await appUnder({ origin: ['https://app.example', 'http://localhost:*', /^[^]*$/, ask] }, platform);
    for (const origin of MALFORMED) {
      const { response, preflight } = await told(app, origin);
      expect([origin, response, preflight]).toEqual([origin, {}, {}]);
    }
    expect(asked).toEqual([]);
  });

  test('3.1: bytes outside ASCII and an empty field are malformed, and only `*` matches them', async () => {
    const listed = await appUnder({ origin: ['https://app.example', /^[^]*$/, () => true] }, platform);
    const plain = await appUnder({ origin: '*' }, platform);
    for (const bytes of ['https://bücher.example', 'https://app.example\u00a0', '', ' ']) {
      const request = ['GET /one HTTP/1.1', Buffer.from(`Origin: ${bytes}`, 'latin1')];
      const head = await raw(listed.port, request);
      expect([bytes, head.split('\r\n')[0]]).toEqual([bytes, 'http/1.1 200 ok']);
      expect(head).not.toContain('access-control-');
      expect(await raw(plain.port, request)).toContain('access-control-allow-origin: *');
    }
  });

  test('3.1: white space around the value is ignored (RFC 9110, 5.5)', async () => {
    const app = await appUnder({ origin: APP }, platform);
    const head = await raw(app.port, ['GET /one HTTP/1.1', `Origin: \t ${APP} \t`]);
    expect(head).toContain(`access-control-allow-origin: ${APP}`);
  });

  test('3.1: an origin of 512 bytes is read, one more is refused', async () => {
    const fill = (length: number): string => {
      const host = `${`${'a'.repeat(49)}.`.repeat(4)}example`;
      return `${'x'.repeat(length - host.length - 3)}://${host}`;
    };
    const asked: number[] = [];
    const app = await appUnder({ origin: [/^x+:\/\/[a.]+b$/, (origin) => asked.push(origin.length) > 0] }, platform);
    expect(fill(512)).toHaveLength(512);
    expect(corsHeaders(await app.get('/one', fill(512)))).toEqual({ 'access-control-allow-origin': fill(512) });
    expect(corsHeaders(await app.get('/one', fill(513)))).toEqual({});
    expect(corsHeaders(await app.get('/one', `https://${'a'.repeat(8000)}.example`))).toEqual({});
    expect(asked).toEqual([512]);
  });

  test('3.1: an Origin that is sent twice matches nothing but `*`', async () => {
    const listed = await appUnder({ origin: [APP, /^[^]*$/, () => true] }, platform);
    const plain = await appUnder({ origin: '*' }, platform);
    for (const second of [APP, OTHER]) {
      const twice = ['GET /one HTTP/1.1', `Origin: ${APP}`, `origin: ${second}`];
      const head = await raw(listed.port, twice);
      expect(head).toContain('http/1.1 200 ok');
      expect(head).not.toContain('access-control-');
      expect(head).toMatch(/^vary: origin$/m);
      expect(await raw(plain.port, twice)).toContain('access-control-allow-origin: *');
    }
    const once = await raw(listed.port, ['GET /one HTTP/1.1', `Origin: ${APP}`]);
    expect(once).toContain(`access-control-allow-origin: ${APP}`);
  });

  test.each<[string, Origin]>([
    ['a list with it', [APP, 'null']],
    ['the string itself', 'null'],
  ])("3.1: 'null' matches if it is listed with dangerously.allowNullOrigin: %s", async (_title, origin) => {
    const app = await appUnder({ origin, dangerously: { allowNullOrigin: true } }, platform);
    expect(await told(app, 'null')).toEqual(allowed('null'));
    expect(await told(app, 'NULL')).toEqual(refused);
    expect(await told(app, 'file://')).toEqual(refused);
    expect(await told(app, STRANGER)).toEqual(refused);
  });

  test('3.1: file:// matches if it is listed with dangerously.allowNullOrigin', async () => {
    const app = await appUnder({ origin: [APP, 'file://'], dangerously: { allowNullOrigin: true } }, platform);
    expect(await told(app, 'file://')).toEqual(allowed('file://'));
    expect(await told(app, 'null')).toEqual(refused);
    await expect(appUnder({ origin: 'file://' }, platform)).rejects.toMatchObject({
      issues: [{ code: 'null-origin', value: 'file://', suggestion: expect.stringContaining('allowNullOrigin') }],
    });
  });

  test("3.1: the flag alone allows neither 'null' nor 'file://', and no function, RegExp or provider is asked about them", async () => {
    const asked: string[] = [];
    @Injectable()
    class EveryoneAllowlist implements OriginAllowlist {
      isAllowed(origin: string): boolean {
        asked.push(origin);
        return true;
      }
    }
    @Injectable()
    class NullSource implements OriginSource {
      load(): Promise<string[]> {
        return Promise.resolve(['null', 'file://', '*', OTHER]);
      }
    }
    const app = await appUnder(
      {
        origin: [/^(?:null|nothing|file:\/\/)$/, (origin) => asked.push(origin) > 0, EveryoneAllowlist, NullSource],
        dangerously: { allowNullOrigin: true },
      },
      platform,
      [EveryoneAllowlist, NullSource],
    );
    expect(await told(app, 'null')).toEqual(refused);
    expect(await told(app, 'file://')).toEqual(refused);
    expect(asked).toEqual([]);
  });

  test.each<[string, (origin: string) => boolean | Promise<boolean>]>([
    ['at once', (origin) => origin === APP],
    ['later', (origin) => Promise.resolve(origin === APP)],
    ['after a while', (origin) => new Promise((done) => setTimeout(() => done(origin === APP), 5))],
  ])('3.1: a function decides which origins are allowed, %s', async (_title, origin) => {
    const app = await appUnder({ origin }, platform);
    expect(await told(app, APP)).toEqual(allowed(APP));
    expect(await told(app, STRANGER)).toEqual(refused);
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['never answers', () => new Promise(() => undefined)],
    ['answers too late', () => new Promise((done) => setTimeout(() => done(true), 200))],
    ['answers 1', () => 1],
    ['answers "true"', () => 'true'],
    ['answers with an origin, as one for `cors` might', () => APP],
    ['answers nothing, as one for `cors` that waits for a callback', () => undefined],
    ['answers later with an object', () => Promise.resolve({})],
  ])('3.1: a function that %s allows no origin, and causes no 500', async (_title, answer) => {
    const origin = answer as () => boolean;
    const app = await appUnder({ origin }, platform, [], { timeoutMs: 40 });
    expect(await told(app, APP)).toEqual(refused);
  });

  test('3.1: a function gets the whole CorsContext, of a request and of a preflight', async () => {
    const contexts: CorsContext[] = [];
    @Controller('shops/:shop')
    @CorsPolicy({
      origin: (origin, context) => {
        expect(context.origin).toBe(origin);
        contexts.push(context);
        return true;
      },
    })
    class ShopController {
      @Put('orders/:id')
      update(): string {
        return 'updated';
      }
    }
    const app = await startApp(
      { controllers: [ShopController], setUp: (nest) => nest.setGlobalPrefix('api') },
      platform,
    );
    const path = '/api/shops/a%20b/orders/7?full=1';
    const route = { name: 'ShopController.update', methods: ['PUT'], path: '/api/shops/:shop/orders/:id' };
    const expected = {
      origin: APP,
      method: 'PUT',
      url: path,
      hostname: 'shop.example',
      params: { shop: 'a b', id: '7' },
      route,
    };

    await app.request('PUT', path, { Origin: APP, Host: 'shop.example:8080' }).expect(200);
    expect(contexts).toHaveLength(1);
    expect(contexts[0]).toEqual({ ...expected, preflight: false, request: expect.anything() });
    expect(contexts[0]!.request).toMatchObject({ method: 'PUT', headers: { origin: APP } });

    contexts.length = 0;
    await app.preflight(path, { origin: APP, extra: { Host: 'shop.example:8080' } }).expect(204);
    expect(contexts.length).toBeGreaterThan(0);
    for (const context of contexts) {
      expect(context).toEqual({ ...expected, preflight: true, request: expect.anything() });
      expect(context.request).toMatchObject({ method: 'OPTIONS', headers: { origin: APP } });
    }
  });

  test('3.1: a function of defaultPolicy learns that no route serves the request', async () => {
    const contexts: CorsContext[] = [];
    const defaultPolicy = {
      origin: (_origin: string, context: CorsContext): boolean => {
        contexts.push(context);
        return true;
      },
    };
    const app = await startApp({ cors: { defaultPolicy } }, platform);
    const response = await app.request('PATCH', '/nowhere?x', { Origin: APP });
    expect([response.status, corsHeaders(response)]).toEqual([404, { 'access-control-allow-origin': APP }]);
    expect(contexts).toHaveLength(1);
    expect(contexts[0]).toMatchObject({ method: 'PATCH', url: '/nowhere?x', params: {}, preflight: false });
    expect(contexts[0]!.route).toBeUndefined();
  });

  test('3.1: a function is not called if a string or a RegExp of its list matches, or without an Origin', async () => {
    const asked: string[] = [];
    const ask = (origin: string): boolean => {
      asked.push(origin);
      return false;
    };
    const app = await appUnder({ origin: [ask, APP, /^https:\/\/other\.example$/] }, platform);
    await app.get('/one').expect(200);
    expect(await told(app, APP)).toEqual(allowed(APP));
    expect(await told(app, OTHER)).toEqual(allowed(OTHER));
    expect(asked).toEqual([]);
    expect(await told(app, STRANGER)).toEqual(refused);
    expect(new Set(asked)).toEqual(new Set([STRANGER]));
  });

  describe('providers', () => {
    @Injectable()
    class Stored implements OriginSource {
      load(): Promise<Iterable<string>> {
        return Promise.resolve(new Set([APP, 'https://*.tenant.example', 'https://broken.example/']));
      }
    }
    @Injectable()
    class Asked implements OriginAllowlist {
      isAllowed(origin: string): boolean {
        return origin === APP;
      }
    }
    abstract class Abstract implements OriginAllowlist {
      abstract isAllowed(origin: string): boolean;
    }
    const SYMBOL = Symbol('origins');

    test.each<[string, Origin, Provider]>([
      ['a class that is an OriginSource', Stored, Stored],
      ['a class that is an OriginAllowlist', Asked, Asked],
      ['an abstract class', Abstract, { provide: Abstract, useClass: Asked }],
      ['a symbol', SYMBOL, { provide: SYMBOL, useClass: Asked }],
      ['{ provider } with a string', { provider: 'ORIGINS' }, { provide: 'ORIGINS', useClass: Stored }],
      ['{ provider } with a class', { provider: Asked }, Asked],
      ['{ provider } with a symbol', { provider: SYMBOL }, { provide: SYMBOL, useClass: Asked }],
      [
        'a factory of async origins',
        { provider: 'FACTORY' },
        { provide: 'FACTORY', useFactory: async () => ({ isAllowed: async (origin: string) => origin === APP }) },
      ],
      ['a provider in a list', ['https://own.example', Asked], Asked],
    ])('3.1: %s refers to a provider of the app', async (_title, origin, provider) => {
      const app = await appUnder({ origin }, platform, [provider]);
      expect(await told(app, APP)).toEqual(allowed(APP));
      expect(await told(app, STRANGER)).toEqual(refused);
      expect(await told(app, 'https://broken.example')).toEqual(refused);
    });

    test('3.1: a provider has its own dependencies, and is found in any module', async () => {
      @Injectable()
      class Injected implements OriginAllowlist {
        constructor(@Inject('HOME') private readonly home: string) {}
        isAllowed(origin: string): boolean {
          return origin === this.home;
        }
      }
      class ElsewhereModule {}
      @Controller('one')
      @CorsPolicy({ origin: Injected })
      class OneController {
        @Get()
        read(): string {
          return 'read';
        }
        @Put()
        write(): string {
          return 'written';
        }
      }
      const app = await startApp(
        {
          controllers: [OneController],
          imports: [{ module: ElsewhereModule, providers: [Injected, { provide: 'HOME', useValue: APP }] }],
        },
        platform,
      );
      expect(await told(app, APP)).toEqual(allowed(APP));
      expect(await told(app, OTHER)).toEqual(refused);
    });

    test('3.1: a bare string is an origin, never the token of a provider', async () => {
      const boot = appUnder({ origin: 'ORIGINS' }, platform, [{ provide: 'ORIGINS', useClass: Asked }]);
      await expect(boot).rejects.toMatchObject({
        issues: [{ place: 'OneController', field: 'origin', value: 'ORIGINS', code: 'origin-scheme-missing' }],
      });
    });

    test('3.1: an allowlist learns the context too', async () => {
      const contexts: CorsContext[] = [];
      @Injectable()
      class Learning implements OriginAllowlist {
        isAllowed(_origin: string, context: CorsContext): boolean {
          contexts.push(context);
          return true;
        }
      }
      const app = await appUnder({ origin: Learning }, platform, [Learning]);
      await app.get('/one?x=1', APP).expect(200);
      expect(contexts).toEqual([
        {
          origin: APP,
          method: 'GET',
          url: '/one?x=1',
          hostname: '127.0.0.1',
          params: {},
          route: { name: 'OneController.read', methods: ['GET'], path: '/one' },
          preflight: false,
          request: expect.anything(),
        },
      ]);
    });
  });

  test('3.1: an allowed origin is echoed byte for byte, with credentials if the policy has them', async () => {
    const app = await appUnder({ origin: 'https://*.example.com:*', credentials: true }, platform);
    const origin = 'https://a-b_c.example.com:65535';
    expect(corsHeaders(await app.get('/one', origin))).toEqual({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
    });
    expect(corsHeaders(await app.get('/one', STRANGER))).toEqual({});
  });

  test('3.1: with dangerously.reflectAnyOriginWithCredentials every origin is echoed, and Vary has Origin', async () => {
    const app = await appUnder(
      { origin: '*', credentials: true, dangerously: { reflectAnyOriginWithCredentials: true } },
      platform,
    );
    for (const origin of [APP, STRANGER]) {
      const response = await app.get('/one', origin);
      expect(corsHeaders(response)).toEqual({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
      });
      expect(response.headers.vary).toBe('Origin');
    }
  });
});
