import {
  All,
  Controller,
  Get,
  Header,
  Headers,
  Injectable,
  Options,
  Post,
  Put,
  RequestMethod,
  Version,
} from '@nestjs/common';
import { VersioningType } from '@nestjs/common';
import {
  type CorsContext,
  CorsInspector,
  CorsPolicy,
  type Explanation,
  type ExplainRequest,
  NoCors,
  type OriginAllowlist,
  type OriginSource,
} from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { explainedAsSent } from '../support/explained.js';
import { NEST } from '../support/nest.js';
import { BY_HEADER } from '../support/versions.js';

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

@Injectable()
class TenantOrigins implements OriginSource {
  fails = false;

  async load(): Promise<string[]> {
    if (this.fails) {
      throw new Error('connect ECONNREFUSED 127.0.0.1:5432');
    }
    return ['https://tenant.example'];
  }
}

@Injectable()
class HostAllowlist implements OriginAllowlist {
  async isAllowed(origin: string, { hostname }: CorsContext): Promise<boolean> {
    return origin === `https://${hostname.replace(/^api\./, '')}`;
  }
}

@CorsPolicy('partner')
@Controller('orders')
class OrdersController {
  @Get()
  list(): string[] {
    return [];
  }

  @Put(':id')
  @CorsPolicy({ maxAge: 60 })
  update(): object {
    return {};
  }

  @Get('catalog')
  @CorsPolicy('public')
  catalog(): string[] {
    return [];
  }

  @Post('purge')
  @NoCors()
  purge(): object {
    return {};
  }

  @Post('pay')
  @CorsPolicy({ enforce: true, methods: ['POST'], exposedHeaders: ['X-Total'] })
  pay(): object {
    return {};
  }

  @Get('tenants')
  @CorsPolicy('tenant')
  tenants(): object {
    return {};
  }

  @Get('hosted')
  @CorsPolicy('hosted')
  hosted(): object {
    return {};
  }
}

@Controller('plain')
class PlainController {
  @Get()
  read(): string {
    return 'plain';
  }

  @Put()
  write(): string {
    return 'plain';
  }

  @Options()
  @CorsPolicy('partner')
  options(): string {
    return 'mine';
  }

  @All('any')
  @CorsPolicy('partner')
  any(@Headers('x-any') any: string): string {
    return any;
  }
}

const parts = {
  cors: {
    policies: {
      partner: {
        origin: [APP, 'https://*.partner.example', 'http://localhost:4200'],
        credentials: true,
        allowedHeaders: ['Content-Type', 'X-Api-Key'],
      },
      public: { origin: '*', maxAge: 600 },
      tenant: { origin: TenantOrigins, credentials: true },
      hosted: { origin: HostAllowlist },
    },
    routes: [{ path: '/raw', policy: 'public', methods: ['GET'] }],
  },
  controllers: [OrdersController, PlainController],
  providers: [TenantOrigins, HostAllowlist],
};

afterEach(closeApps);

describe.each(PLATFORMS)('explain on %s', (platform) => {
  let running: TestApp;
  const ask = (question: ExplainRequest): Promise<Explanation> =>
    explainedAsSent(running.port, question, running.app.get(CorsInspector));

  describe('an app', () => {
    beforeEach(async () => {
      running = await startApp(parts, platform);
    });

    test('shows the route, its policy, the place of each field, and the headers on the wire', async () => {
      const explanation = await ask({
        method: 'put',
        url: '/orders/7?x=1',
        origin: APP,
        headers: { 'Content-Type': 'application/json' },
        credentials: true,
      });
      expect(explanation).toMatchObject({
        request: { method: 'PUT', url: 'http://localhost/orders/7?x=1', origin: APP, credentials: true },
        route: { handler: 'OrdersController.update', methods: ['PUT'], path: '/orders/:id', params: { id: '7' } },
        policy: { name: 'partner', credentials: true, maxAge: 60 },
        provenance: { origin: 'policies.partner', maxAge: 'OrdersController.update' },
        preflight: {
          asks: {
            Accept: '*/*',
            Origin: APP,
            'Access-Control-Request-Method': 'PUT',
            'Access-Control-Request-Headers': 'content-type',
          },
          status: 204,
          headers: {
            'Access-Control-Allow-Origin': APP,
            'Access-Control-Allow-Credentials': 'true',
            'Access-Control-Allow-Headers': 'Content-Type, X-Api-Key',
            'Access-Control-Max-Age': '60',
          },
          reason: 'allowed',
          passedOn: false,
          granted: true,
        },
        response: {
          headers: { 'Access-Control-Allow-Origin': APP, 'Access-Control-Allow-Credentials': 'true', Vary: 'Origin' },
          reason: 'allowed',
        },
        verdict: 'allowed',
        reason: 'allowed',
        message: '',
        advice: [],
      });
      expect(explanation.sources).toEqual({
        OrdersController: expect.stringMatching(/^test\/http\/explain\.spec\.ts:\d+$/),
        'OrdersController.update': expect.stringMatching(/^test\/http\/explain\.spec\.ts:\d+$/),
      });
      expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
    });

    test.each<[rule: string, question: ExplainRequest, verdict: string, reason: string, words: RegExp]>([
      ['a simple request', { url: '/orders', origin: APP }, 'allowed', 'allowed', /without a preflight/],
      ['plain *', { url: '/orders/catalog', origin: STRANGER }, 'allowed', 'allowed', /OrdersController\.catalog/],
      [
        'an origin that is not admitted',
        { url: '/orders', origin: STRANGER },
        'blocked',
        'origin-not-allowed',
        /Add "https:\/\/stranger\.example" to the origin of policies\.partner/,
      ],
      [
        'another scheme',
        { url: '/orders', origin: 'http://app.example' },
        'blocked',
        'origin-not-allowed',
        /"https:\/\/app\.example" has the scheme https:, the page has http:/,
      ],
      [
        'another port',
        { url: '/orders', origin: 'http://localhost:3000' },
        'blocked',
        'origin-not-allowed',
        /has port 4200, the page has port 3000/,
      ],
      [
        'the domain itself under a wildcard',
        { url: '/orders', origin: 'https://partner.example' },
        'blocked',
        'origin-not-allowed',
        /covers the subdomains of partner\.example, not partner\.example itself/,
      ],
      ['null', { url: '/orders', origin: 'null' }, 'blocked', 'origin-null', /allowNullOrigin/],
      [
        'what is no origin',
        { url: '/orders', origin: 'https://app.example/' },
        'blocked',
        'origin-malformed',
        /Ask about "https:\/\/app\.example"/,
      ],
      [
        'a preflight refused for the origin',
        { method: 'PUT', url: '/orders/1', origin: STRANGER },
        'blocked',
        'origin-not-allowed',
        /the preflight is refused/,
      ],
      [
        'a header that is not granted',
        { method: 'PUT', url: '/orders/1', origin: APP, headers: { 'X-Trace': '1', 'X-Api-Key': 'k' } },
        'blocked',
        'header-not-allowed',
        /Add "x-trace" to the allowedHeaders of policies\.partner/,
      ],
      [
        'a method that enforce refuses',
        { method: 'POST', url: '/orders/pay', origin: STRANGER },
        'blocked',
        'origin-not-allowed',
        /the server answers 403/,
      ],
      ['@NoCors()', { method: 'POST', url: '/orders/purge', origin: APP }, 'blocked', 'no-cors', /replace @NoCors\(\)/],
      [
        'cookies under *',
        { url: '/orders/catalog', origin: APP, credentials: true },
        'blocked',
        'credentials-not-allowed',
        /browsers refuse "\*" together with cookies/,
      ],
      ['a route without a policy', { url: '/plain', origin: APP }, 'blocked', 'no-policy', /PlainController\.read/],
      [
        'a preflight that nothing answers',
        { method: 'PUT', url: '/orders', origin: APP },
        'blocked',
        'no-route',
        /This path serves GET, HEAD/,
      ],
      [
        'a preflight that an @Options() handler gets',
        { method: 'PUT', url: '/plain', origin: APP },
        'blocked',
        'no-policy',
        /passes on to the app/,
      ],
      [
        'an address that nothing serves',
        { url: '/nowhere', origin: APP },
        'blocked',
        'no-route',
        /What app\.use\(\) mounts is not a route/,
      ],
      ['no origin', { method: 'POST', url: '/orders/pay' }, 'allowed', 'no-origin', /not a page/],
      [
        'the same origin',
        { method: 'POST', url: 'http://localhost/orders/pay', origin: 'http://localhost' },
        'allowed',
        'same-origin',
        /CORS does not apply/,
      ],
      [
        'the same origin, reading',
        { url: 'https://api.example/orders', origin: 'https://api.example' },
        'allowed',
        'same-origin',
        /CORS does not apply/,
      ],
      ['OPTIONS of its own', { method: 'OPTIONS', url: '/plain', origin: APP }, 'allowed', 'allowed', /preflight/],
      [
        '@All()',
        { method: NEST < 12 ? 'PATCH' : 'SEARCH', url: '/plain/any', origin: APP },
        'allowed',
        'allowed',
        /PlainController\.any/,
      ],
      ['a source', { url: '/orders/tenants', origin: 'https://tenant.example' }, 'allowed', 'allowed', /tenant/],
      [
        'an allowlist that reads the host',
        { url: 'https://api.one.example/orders/hosted', origin: 'https://one.example' },
        'allowed',
        'allowed',
        /hosted/,
      ],
      [
        'the same on another host',
        { url: 'https://api.two.example/orders/hosted', origin: 'https://one.example' },
        'blocked',
        'origin-not-allowed',
        /policies\.hosted/,
      ],
      ['a routes entry', { url: '/raw', origin: STRANGER }, 'allowed', 'allowed', /routes\[0\]/],
    ])('%s', async (_rule, question, verdict, reason, words) => {
      const explanation = await ask(question);
      expect([explanation.verdict, explanation.reason]).toEqual([verdict, reason]);
      expect([explanation.summary, ...explanation.advice].join('\n')).toMatch(words);
      expect(explanation.advice.length > 0).toBe(verdict === 'blocked');
      expect(explanation.message !== '').toBe(verdict === 'blocked');
    });

    test('gives the message of Chromium', async () => {
      const { message } = await ask({ url: '/orders', origin: STRANGER });
      expect(message).toBe(
        "Access to fetch at 'http://localhost/orders' from origin 'https://stranger.example' has been blocked by CORS " +
          "policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
      );
    });

    test.each<[what: string, question: object, why: RegExp]>([
      ['no address', { origin: APP }, /The URL is undefined; write a path/],
      ['another scheme', { url: 'ftp://api.example' }, /only http: and https:/],
      ['user info', { url: 'https://a:b@api.example' }, /user name/],
      ['a lower-case patch', { method: 'patch', url: '/' }, /write "PATCH"/],
      ['TRACE', { method: 'TRACE', url: '/' }, /No page can send "TRACE"/],
      ['no method', { method: 'A B', url: '/' }, /no method can have/],
      ['a method that Node does not know', { method: 'FOO', url: '/' }, /answers 400 to "FOO"/],
      ['an unknown field', { url: '/', orgin: APP }, /Did you mean "origin"/],
      ['an empty origin', { url: '/', origin: '' }, /leave it out/],
      ['a line break', { url: '/', origin: 'https://a\r\nX: 1' }, /origin is "https:\/\/a\\r\\nX: 1"/],
      ['Origin among the headers', { url: '/', headers: { Origin: APP } }, /give it as origin/],
      ['Cookie', { url: '/', headers: { cookie: 'a=b' } }, /set credentials: true/],
      ['a preflight', { url: '/', headers: { 'Access-Control-Request-Method': 'PUT' } }, /is explained beside it/],
      ['a forbidden header', { url: '/', origin: APP, headers: { Referer: 'x' } }, /no page can set it/],
      ['no header name', { url: '/', headers: { 'a b': 'x' } }, /no header name can have/],
      ['a value that no field has', { url: '/', headers: { a: 'x\n' } }, /no header field can have/],
      ['a list with such a value', { url: '/', headers: { a: ['x', 'y\n'] } }, /no header field can have/],
      ['a value that is no text', { url: '/', headers: new Map([['a', 5]]) }, /no header field can have/],
      ['headers as a text', { url: '/', headers: 'X-A: 1' }, /give Headers, a Map or a list of pairs/],
      ['a pair of three', { url: '/', headers: [['a', 'b', 'c']] }, /each item is a pair/],
      ['a pair of none', { url: '/', headers: ['ab'] }, /each item is a pair/],
      ['Cookie in a Map', { url: '/', headers: new Map([['Cookie', 'a=b']]) }, /set credentials: true/],
      ['credentials as a word', { url: '/', credentials: 'include' }, /true \(credentials: 'include'\) or false/],
      ['nothing', null as never, /not an object/],
    ])('rejects an invalid question, and explains why: %s', async (_what, question, why) => {
      const asked = running.app.get(CorsInspector).explain(question as ExplainRequest);
      await expect(asked).rejects.toThrow(TypeError);
      await expect(asked).rejects.toThrow(why);
    });

    test.each<[what: string, headers: ExplainRequest['headers']]>([
      ['an object', { 'X-Api-Key': 'a', 'X-Two': '1, 2' }],
      ['an object with a list', { 'X-Api-Key': 'a', 'X-Two': ['1', '2'] }],
      ['Headers', new globalThis.Headers({ 'X-Api-Key': 'a', 'X-Two': '1, 2' })],
      [
        'a Map',
        new Map([
          ['X-Api-Key', ' a\t'],
          ['X-Two', '1, 2'],
        ]),
      ],
      [
        'pairs, of which two have one name',
        [
          ['X-Api-Key', 'a'],
          ['X-Two', '1'],
          ['x-two', '2'],
        ],
      ],
    ])('reads headers as fetch() does: %s', async (_what, headers) => {
      const { request, preflight } = await ask({ url: '/orders', origin: APP, headers });
      expect(request.headers).toEqual({ 'x-api-key': 'a', 'x-two': '1, 2' });
      expect(preflight?.asks).toMatchObject({ 'Access-Control-Request-Headers': 'x-api-key,x-two' });
    });

    test('lists a source that fails, and its error', async () => {
      const source = running.app.get(TenantOrigins);
      source.fails = true;
      await running.app.close();
      running = await startApp(
        { ...parts, providers: [{ provide: TenantOrigins, useValue: source }, HostAllowlist] },
        platform,
      );
      const explanation = await ask({ url: '/orders/tenants', origin: 'https://tenant.example' });
      expect(explanation).toMatchObject({ verdict: 'blocked', reason: 'provider-failing' });
      expect(explanation.advice.join()).toContain('ECONNREFUSED');
    });
  });

  test('with versions in a header, finds the route of the given version, and a grant for another version', async () => {
    @Controller('versioned')
    class VersionedController {
      @Get()
      @Version('1')
      @CorsPolicy({ origin: APP, allowedHeaders: ['X-Version'] })
      one(): string {
        return '1';
      }

      @Get()
      @Version('2')
      @CorsPolicy({ origin: APP, allowedHeaders: ['X-Version', 'X-Two'] })
      two(): string {
        return '2';
      }

      @Get()
      @Version('3')
      three(): string {
        return '3';
      }
    }
    running = await startApp(
      {
        controllers: [VersionedController],
        setUp: (app) => app.enableVersioning(BY_HEADER),
      },
      platform,
    );
    const of = (version: string, headers = {}): Promise<Explanation> =>
      ask({ url: '/versioned', origin: APP, headers: { 'X-Version': version, ...headers } });
    expect(await of('1')).toMatchObject({
      verdict: 'allowed',
      route: { handler: 'VersionedController.one', version: ['1'] },
    });
    expect(await of('2', { 'X-Two': '2' })).toMatchObject({ verdict: 'allowed', route: { version: ['2'] } });
    expect(await of('1', { 'X-Two': '2' })).toMatchObject({
      verdict: 'blocked',
      reason: 'beyond-own-grant',
      preflight: { granted: true },
      response: { status: 403 },
    });
    expect(await of('3')).toMatchObject({ verdict: 'blocked', reason: 'no-policy', response: { status: 403 } });
    expect(await of('9')).toMatchObject({ route: null, reason: 'no-route' });
  });

  test('finds routes by prefix, host, media type and custom version', async () => {
    @Controller({ path: 'hosted', host: ':tenant.example.com' })
    @CorsPolicy({ origin: APP })
    class HostedController {
      @Get()
      read(): string {
        return 'hosted';
      }
    }
    running = await startApp(
      {
        controllers: [HostedController],
        setUp: (app) =>
          app.setGlobalPrefix('api', { exclude: [{ path: 'nothing', method: RequestMethod.ALL }] }).enableVersioning({
            type: VersioningType.CUSTOM,
            extractor: (request) => (request as { headers: Record<string, string> }).headers['x-v'] ?? '',
          }),
      },
      platform,
    );
    const question = { url: 'http://one.example.com/api/hosted', origin: APP };
    expect(await ask(question)).toMatchObject({
      verdict: 'allowed',
      route: { handler: 'HostedController.read', host: [':tenant.example.com'] },
    });
    expect(await ask({ ...question, url: 'http://other.test/api/hosted' })).toMatchObject({ route: null });
  });

  test('predicts the 400 for a path that cannot be decoded, where a refusal waits for the handler', async () => {
    @Controller({ path: 'things', version: '1' })
    @CorsPolicy({ origin: APP, enforce: true })
    class ThingsController {
      @Get(':id')
      read(): string {
        return 'thing';
      }
    }
    running = await startApp(
      {
        controllers: [ThingsController],
        setUp: (app) => app.enableVersioning({ type: VersioningType.CUSTOM, extractor: () => '1' }),
      },
      platform,
    );
    const { response } = await ask({ url: '/things/a-b%.y', origin: 'https://stranger.example' });
    expect(response).not.toHaveProperty('status');
    expect((await ask({ url: '/things/a', origin: 'https://stranger.example' })).response).toHaveProperty(
      'status',
      403,
    );
  });

  test('does not predict headers that the handler sets itself', async () => {
    @Controller('own')
    @CorsPolicy({ origin: APP })
    class OwnController {
      @Get()
      @Header('X-Own', '1')
      read(): string {
        return 'own';
      }
    }
    running = await startApp({ controllers: [OwnController] }, platform);
    expect((await ask({ url: '/own', origin: APP })).response).toEqual({
      headers: { 'Access-Control-Allow-Origin': APP, Vary: 'Origin' },
      reason: 'allowed',
    });
  });
});
