import { All, Controller, Get, Patch, Post, Put, Version, VersioningType } from '@nestjs/common';
import { CorsPolicy, type CorsPolicyOptions, NoCors } from '../../lib/index.js';
import { originsAllowedBy, preflightAnswer } from '../support/answers.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const DEFAULT = 'https://default.example';

afterEach(closeApps);

const policies: Record<string, CorsPolicyOptions> = {
  partner: {
    origin: [APP],
    credentials: true,
    exposedHeaders: ['X-Total', 'X-Page'],
    allowedHeaders: ['X-One', 'X-Two'],
    maxAge: 600,
    optionsSuccessStatus: 200,
  },
  public: { origin: '*', maxAge: 60 },
};

const PARTNER = {
  'access-control-allow-origin': APP,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'X-Total, X-Page',
};

describe.each(PLATFORMS)('the effective policy on %s', (platform) => {
  describe('from the outside in', () => {
    @Controller('inside')
    @CorsPolicy('partner')
    class InsideController {
      @Put('plain')
      plain(): string {
        return 'plain';
      }
      @Put('refined')
      @CorsPolicy({ maxAge: 5, exposedHeaders: ['X-Own'] })
      refined(): string {
        return 'refined';
      }
      @Put('origin')
      @CorsPolicy({ origin: OTHER })
      origin(): string {
        return 'origin';
      }
      @Put('off')
      @CorsPolicy({ credentials: false, exposedHeaders: [], allowedHeaders: '*', optionsSuccessStatus: 204 })
      off(): string {
        return 'off';
      }
      @Put('absent')
      @CorsPolicy({ maxAge: undefined, credentials: undefined, exposedHeaders: undefined })
      absent(): string {
        return 'absent';
      }
      @Put('replaced')
      @CorsPolicy('public')
      replaced(): string {
        return 'replaced';
      }
      @Put('overridden')
      @CorsPolicy('public', { exposedHeaders: 'X-Own' })
      overridden(): string {
        return 'overridden';
      }
      @Put('closed')
      @NoCors()
      closed(): string {
        return 'closed';
      }
    }

    let app: TestApp;
    beforeEach(async () => {
      app = await startApp(
        {
          cors: { policies, defaultPolicy: { origin: DEFAULT, exposedHeaders: 'X-Default' } },
          controllers: [InsideController],
        },
        platform,
      );
    });

    const rows: [rule: string, path: string, origin: string, response: object, answer: [number, object]][] = [
      [
        'a handler without a decorator has the policy of its controller',
        'plain',
        APP,
        PARTNER,
        [
          200,
          {
            'access-control-allow-origin': APP,
            'access-control-allow-credentials': 'true',
            'access-control-allow-methods': 'PUT',
            'access-control-allow-headers': 'X-One, X-Two',
            'access-control-max-age': '600',
          },
        ],
      ],
      [
        'each given field replaces that field, and lists are not merged',
        'refined',
        APP,
        { ...PARTNER, 'access-control-expose-headers': 'X-Own' },
        [
          200,
          {
            'access-control-allow-origin': APP,
            'access-control-allow-credentials': 'true',
            'access-control-allow-methods': 'PUT',
            'access-control-allow-headers': 'X-One, X-Two',
            'access-control-max-age': '5',
          },
        ],
      ],
      ['an origin given replaces the origins outside', 'origin', APP, {}, [200, {}]],
      [
        'an origin given keeps the other fields',
        'origin',
        OTHER,
        { ...PARTNER, 'access-control-allow-origin': OTHER },
        [
          200,
          {
            'access-control-allow-origin': OTHER,
            'access-control-allow-credentials': 'true',
            'access-control-allow-methods': 'PUT',
            'access-control-allow-headers': 'X-One, X-Two',
            'access-control-max-age': '600',
          },
        ],
      ],
      [
        'false, an empty list and a default are values like any other',
        'off',
        APP,
        { 'access-control-allow-origin': APP },
        [
          204,
          {
            'access-control-allow-origin': APP,
            'access-control-allow-methods': 'PUT',
            'access-control-max-age': '600',
          },
        ],
      ],
      [
        'undefined counts as not given',
        'absent',
        APP,
        PARTNER,
        [
          200,
          {
            'access-control-allow-origin': APP,
            'access-control-allow-credentials': 'true',
            'access-control-allow-methods': 'PUT',
            'access-control-allow-headers': 'X-One, X-Two',
            'access-control-max-age': '600',
          },
        ],
      ],
      [
        'a name replaces everything outside it',
        'replaced',
        OTHER,
        { 'access-control-allow-origin': '*' },
        [
          204,
          {
            'access-control-allow-origin': '*',
            'access-control-allow-methods': 'PUT',
            'access-control-max-age': '60',
          },
        ],
      ],
      [
        'a name with overrides replaces, then refines',
        'overridden',
        OTHER,
        { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'X-Own' },
        [
          204,
          {
            'access-control-allow-origin': '*',
            'access-control-allow-methods': 'PUT',
            'access-control-max-age': '60',
          },
        ],
      ],
      ['@NoCors() replaces everything outside it', 'closed', APP, {}, [204, {}]],
      ['@NoCors() holds against the default policy too', 'closed', DEFAULT, {}, [204, {}]],
      ['the controller’s name has replaced the default policy', 'plain', DEFAULT, {}, [200, {}]],
    ];
    test.each(rows)('3.2: %s (%s, %s)', async (_rule, path, origin, response, answer) => {
      const actual = await app.request('PUT', `/inside/${path}`, { Origin: origin });
      expect([actual.status, actual.text, corsHeaders(actual)]).toEqual([200, path, response]);
      expect(await preflightAnswer(app, `/inside/${path}`, origin)).toEqual(answer);
    });
  });

  test('3.2: options on a controller refine the default policy, and those on a handler refine both', async () => {
    @Controller('both')
    @CorsPolicy({ maxAge: 10, exposedHeaders: ['X-Class'] })
    class BothController {
      @Put('class')
      ofClass(): string {
        return 'class';
      }
      @Put('handler')
      @CorsPolicy({ maxAge: 20 })
      ofHandler(): string {
        return 'handler';
      }
    }
    const app = await startApp(
      { cors: { policies, defaultPolicy: 'partner' }, controllers: [BothController] },
      platform,
    );
    const granted = (maxAge: string): object => ({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'X-One, X-Two',
      'access-control-max-age': maxAge,
    });
    expect(await preflightAnswer(app, '/both/class', APP)).toEqual([200, granted('10')]);
    expect(await preflightAnswer(app, '/both/handler', APP)).toEqual([200, granted('20')]);
    for (const path of ['/both/class', '/both/handler']) {
      expect(corsHeaders(await app.request('PUT', path, { Origin: APP }))).toEqual({
        ...PARTNER,
        'access-control-expose-headers': 'X-Class',
      });
    }
  });

  test('3.2: without a decorator and without a default policy a route is left alone', async () => {
    @Controller('bare')
    class BareController {
      @Get()
      read(): string {
        return 'read';
      }
      @Get('vary')
      @CorsPolicy({ origin: APP })
      governed(): string {
        return 'governed';
      }
    }
    const app = await startApp({ cors: { policies }, controllers: [BareController] }, platform);
    const response = await app.get('/bare', APP);
    expect([response.status, corsHeaders(response), response.headers.vary]).toEqual([200, {}, undefined]);
    // The library passes the request on. The app has no OPTIONS route here, so Express answers, or a 404 follows.
    const passedOn = await app.preflight('/bare', { origin: APP, method: 'GET' });
    expect(corsHeaders(passedOn)).toEqual({});
    expect(passedOn.headers.vary).toBeUndefined();
    const without = await app.get('/bare/vary');
    expect(without.headers.vary).toBe('Origin');
  });

  test('3.2: a route without a decorator has the default policy', async () => {
    @Controller('bare')
    class BareController {
      @Get()
      read(): string {
        return 'read';
      }
    }
    const app = await startApp(
      { cors: { policies, defaultPolicy: 'partner' }, controllers: [BareController] },
      platform,
    );
    const response = await app.get('/bare', APP);
    expect([response.status, corsHeaders(response)]).toEqual([200, PARTNER]);
  });

  test('3.2: each method of one handler name, each path of one handler and @All() have the handler’s policy', async () => {
    @Controller(['many', 'paths'])
    @CorsPolicy('partner')
    class ManyController {
      @Get(['a', 'b'])
      @CorsPolicy({ exposedHeaders: [] })
      read(): string {
        return 'read';
      }
      @All('all')
      @CorsPolicy('public')
      all(): string {
        return 'all';
      }
      @Post('a')
      write(): string {
        return 'written';
      }
      @Patch('a')
      @NoCors()
      patch(): string {
        return 'patched';
      }
    }
    const app = await startApp({ cors: { policies }, controllers: [ManyController] }, platform);
    for (const path of ['/many/a', '/many/b', '/paths/a', '/paths/b']) {
      expect(corsHeaders(await app.get(path, APP))).toEqual({
        'access-control-allow-origin': APP,
        'access-control-allow-credentials': 'true',
      });
    }
    for (const path of ['/many/a', '/paths/a']) {
      expect(corsHeaders(await app.request('POST', path, { Origin: APP }))).toEqual(PARTNER);
      expect(corsHeaders(await app.request('PATCH', path, { Origin: APP }))).toEqual({});
      expect(await preflightAnswer(app, path, APP, 'POST')).toMatchObject([
        200,
        { 'access-control-allow-methods': 'GET, HEAD, POST' },
      ]);
    }
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      expect(corsHeaders(await app.request(method, '/many/all', { Origin: OTHER }))).toEqual({
        'access-control-allow-origin': '*',
      });
    }
  });
});

describe('the effective policy of a controller of two modules, on express', () => {
  test('3.2: the same controller in two modules under two paths', async () => {
    @Controller({ path: 'orders', version: '1' })
    @CorsPolicy({ origin: APP })
    class OrdersController {
      @Get('shared')
      shared(): string {
        return 'orders';
      }
      @Version('2')
      @Get('shared')
      @CorsPolicy({ origin: OTHER })
      later(): string {
        return 'later';
      }
    }
    class OneModule {}
    class TwoModule {}
    const app = await startApp(
      {
        imports: [
          { module: OneModule, controllers: [OrdersController] },
          { module: TwoModule, controllers: [OrdersController] },
        ],
        setUp: (nest) => nest.enableVersioning({ type: VersioningType.URI }),
      },
      'express',
    );
    expect(await originsAllowedBy(app, '/v1/orders/shared')).toEqual([APP]);
    expect(await originsAllowedBy(app, '/v2/orders/shared')).toEqual([OTHER]);
  });
});
