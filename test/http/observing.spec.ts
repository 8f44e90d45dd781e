import diagnostics from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import {
  type CanActivate,
  Controller,
  Get,
  Injectable,
  type INestApplication,
  NotFoundException,
  Post,
  Put,
  UseGuards,
  Version,
  VersioningType,
} from '@nestjs/common';
import {
  type CorsDecisionMessage,
  CorsInspector,
  CorsPolicy,
  type CorsReportMessage,
  NoCors,
  type OriginAllowlist,
  type ReportCount,
} from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

/** Collects the messages of a channel during a test. */
function listen<Message>(name: string): { readonly messages: Message[]; stop(): void } {
  const messages: Message[] = [];
  const hear = (message: unknown): void => void messages.push(message as Message);
  diagnostics.subscribe(name, hear);
  return { messages, stop: () => diagnostics.unsubscribe(name, hear) };
}

let decisions: ReturnType<typeof listen<CorsDecisionMessage>>;
let reports: ReturnType<typeof listen<CorsReportMessage>>;

beforeEach(() => {
  decisions = listen('nestjs-cors-policy:decision');
  reports = listen('nestjs-cors-policy:report');
});
afterEach(async () => {
  decisions.stop();
  reports.stop();
  await closeApps();
});

@Injectable()
class Never implements CanActivate {
  canActivate(): boolean {
    return false;
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
  update(): object {
    return {};
  }

  @Get('guarded')
  @UseGuards(Never)
  guarded(): string {
    return 'never';
  }

  @Get('lost')
  lost(): never {
    throw new NotFoundException();
  }

  @Post('closed')
  @NoCors()
  closed(): object {
    return {};
  }

  @Post('enforced')
  @CorsPolicy({ enforce: true })
  enforced(): object {
    return {};
  }
}

@Controller('plain')
class PlainController {
  @Get()
  read(): string {
    return 'plain';
  }
}

const inspectorOf = (app: INestApplication): CorsInspector => app.get(CorsInspector);

describe.each(PLATFORMS)('what is published of decisions on %s', (platform) => {
  const cors = {
    policies: { partner: { origin: APP }, public: { origin: '*' } },
    routes: [{ path: '/raw', policy: 'public' }],
  };
  const controllers = [OrdersController, PlainController];

  test('6.1: every decision is published once, with its route, policy and reason', async () => {
    const app = await startApp({ cors, controllers }, platform);
    await app.get('/orders', APP);
    await app.get('/orders', STRANGER);
    await app.get('/orders');
    await app.preflight('/orders/1', { origin: APP });
    await app.preflight('/orders/1', { origin: STRANGER });
    await app.get('/orders/guarded', APP).expect(403);
    await app.get('/orders/lost', APP).expect(404);
    await app.request('POST', '/orders/closed', { Origin: APP });
    await app.request('POST', '/orders/enforced', { Origin: STRANGER }).expect(403);
    await app.get('/plain', APP);
    await app.get('/raw', STRANGER);
    await app.get('/nowhere');

    const get = { method: 'GET', preflight: false };
    const post = { method: 'POST', preflight: false };
    const ours = { route: 'OrdersController.list', policy: 'partner' };
    const update = { route: 'OrdersController.update', policy: 'partner', method: 'PUT', preflight: true };
    expect(decisions.messages).toEqual([
      { ...ours, ...get, origin: APP, allowed: true, reason: 'allowed' },
      { ...ours, ...get, origin: STRANGER, allowed: false, reason: 'origin-not-allowed' },
      { ...ours, ...get, allowed: true, reason: 'no-origin' },
      { ...update, origin: APP, allowed: true, reason: 'allowed' },
      { ...update, origin: STRANGER, allowed: false, reason: 'origin-not-allowed' },
      { ...ours, ...get, route: 'OrdersController.guarded', origin: APP, allowed: true, reason: 'allowed' },
      { ...ours, ...get, route: 'OrdersController.lost', origin: APP, allowed: true, reason: 'allowed' },
      {
        ...post,
        route: 'OrdersController.closed',
        policy: '@NoCors()',
        origin: APP,
        allowed: false,
        reason: 'no-cors',
      },
      {
        ...post,
        route: 'OrdersController.enforced',
        policy: 'partner',
        origin: STRANGER,
        allowed: false,
        reason: 'origin-not-allowed',
      },
      { ...get, route: 'PlainController.read', origin: APP, allowed: false, reason: 'no-policy' },
      { ...get, route: 'routes[0]', policy: 'public', origin: STRANGER, allowed: true, reason: 'allowed' },
      { ...get, allowed: true, reason: 'no-origin' },
    ]);
    expect(decisions.messages.every((message) => Object.isFrozen(message))).toBe(true);
  });

  test('6.1: the published decision is the one that was sent, also if the handler corrects it', async () => {
    @Controller('late')
    class LateController {
      @Get()
      @Version('1')
      @CorsPolicy({ origin: STRANGER })
      one(): string {
        return '1';
      }

      @Get()
      @Version('2')
      @CorsPolicy({ origin: APP })
      two(): string {
        return '2';
      }
    }
    const app = await startApp(
      {
        cors: { counters: true },
        controllers: [LateController],
        setUp: (nest) => {
          nest.enableVersioning({
            type: VersioningType.CUSTOM,
            extractor: (request) => (request as { late?: string }).late ?? '1',
          });
          nest.use((request: { late?: string }, _response: object, next: () => void) => {
            request.late = '2';
            next();
          });
        },
      },
      platform,
    );
    const response = await app.get('/late', APP);
    const allowed = corsHeaders(response)['access-control-allow-origin'] === APP;
    // Fastify has chosen the version before middleware runs.
    expect([response.text, allowed]).toEqual(platform === 'express' ? ['2', true] : [response.text, false]);
    expect(decisions.messages).toHaveLength(1);
    expect(decisions.messages[0]).toMatchObject({
      route: platform === 'express' ? 'LateController.two' : 'LateController.one',
      allowed,
    });
    expect(inspectorOf(app.app).counters()).toEqual([expect.objectContaining({ allowed, count: 1 })]);
  });

  test('6.1: text of a client is cut, and cannot start a new line', async () => {
    const app = await startApp({ cors, controllers }, platform);
    const long = `https://${'a'.repeat(4000)}.example`;
    await app.get('/orders', long);
    await rawRequest(app.port, 'GET /orders HTTP/1.1', ['Origin: https://a\u0085b\u00a0c']);
    expect(decisions.messages.map(({ origin }) => origin)).toEqual([
      `${long.slice(0, 512)}…`,
      'https://a\\u0085b\\u00a0c',
    ]);
  });

  test('6.1: a decision is also published if the client leaves before the answer', async () => {
    @Controller('slow')
    class SlowController {
      @Get()
      @CorsPolicy('partner')
      wait(): Promise<string> {
        return new Promise((resolve) => setTimeout(() => resolve('late'), 300));
      }
    }
    const app = await startApp({ cors, controllers: [SlowController] }, platform);
    await app
      .get('/slow', APP)
      .timeout(50)
      .catch(() => undefined);
    for (let waited = 0; decisions.messages.length === 0 && waited < 3000; waited += 20) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(decisions.messages).toEqual([expect.objectContaining({ route: 'SlowController.wait', allowed: true })]);
  });

  test('6.1: explain() publishes nothing and changes no counter', async () => {
    const app = await startApp({ cors: { ...cors, counters: true }, controllers }, platform);
    const inspector = inspectorOf(app.app);
    await inspector.explain({ method: 'PUT', url: '/orders/1', origin: STRANGER });
    expect([decisions.messages, inspector.counters()]).toEqual([[], []]);
  });

  test('6.1: without a subscriber nothing waits for the end of a response', async () => {
    decisions.stop();
    reports.stop();
    let waiting: number | undefined;
    const app = await startApp(
      {
        cors,
        controllers,
        setUp: (nest) =>
          nest.use((_request: object, response: ServerResponse & { raw?: ServerResponse }, next: () => void) => {
            waiting = (response.raw ?? response).listenerCount('close');
            next();
          }),
      },
      platform,
    );
    await app.get('/orders/1', APP);
    expect(waiting).toBe(0);
  });

  test('counters: one for each route, policy and reason, whatever clients send', async () => {
    const app = await startApp({ cors: { ...cors, counters: true }, controllers }, platform);
    for (let i = 0; i < 20; i++) {
      await app.get(`/orders?${i}`, `https://stranger-${i}.example`);
      await app.get(`/nowhere/${i}`, `https://stranger-${i}.example`);
    }
    await app.get('/orders', APP);
    await app.preflight('/orders/1', { origin: APP });
    expect(inspectorOf(app.app).counters()).toEqual([
      {
        route: 'OrdersController.list',
        policy: 'partner',
        preflight: false,
        allowed: false,
        reason: 'origin-not-allowed',
        count: 20,
      },
      { preflight: false, allowed: false, reason: 'no-route', count: 20 },
      {
        route: 'OrdersController.list',
        policy: 'partner',
        preflight: false,
        allowed: true,
        reason: 'allowed',
        count: 1,
      },
      {
        route: 'OrdersController.update',
        policy: 'partner',
        preflight: true,
        allowed: true,
        reason: 'allowed',
        count: 1,
      },
    ]);
  });

  test('counters: without the option, counters() throws an explanation', async () => {
    const app = await startApp({ cors, controllers }, platform);
    expect(() => inspectorOf(app.app).counters()).toThrow('counters: true');
  });

  describe('6.4: reportOnly', () => {
    @Controller('moved')
    class MovedController {
      @Get()
      read(): string {
        return 'moved';
      }

      @Put()
      write(): string {
        return 'moved';
      }

      @Post()
      @CorsPolicy({ maxAge: 60 })
      refined(): string {
        return 'moved';
      }

      @Get('replaced')
      @CorsPolicy('other')
      replaced(): string {
        return 'moved';
      }
    }

    const moving = {
      policies: { other: { origin: '*' }, partner: { origin: APP, allowedHeaders: ['X-Known'] } },
      defaultPolicy: { origin: '*', maxAge: 600 },
    };

    test('reports what the second policy would refuse, refuses nothing, and sends the same headers', async () => {
      const with_ = await startApp(
        { cors: { ...moving, reportOnly: 'partner' }, controllers: [MovedController] },
        platform,
      );
      const without = await startApp({ cors: moving, controllers: [MovedController] }, platform);
      const exchanges = [
        (app: typeof with_) => app.get('/moved', APP),
        (app: typeof with_) => app.get('/moved', STRANGER),
        (app: typeof with_) => app.get('/moved', STRANGER),
        (app: typeof with_) => app.get('/moved'),
        (app: typeof with_) => app.preflight('/moved', { origin: STRANGER }),
        (app: typeof with_) => app.preflight('/moved', { origin: APP, headers: 'x-new' }),
        (app: typeof with_) => app.preflight('/moved', { origin: APP, headers: 'x-known' }),
        (app: typeof with_) => app.request('POST', '/moved', { Origin: STRANGER }),
        (app: typeof with_) => app.get('/moved/replaced', STRANGER),
        (app: typeof with_) => app.get('/nowhere', STRANGER),
      ];
      for (const exchange of exchanges) {
        const [a, b] = [await exchange(with_), await exchange(without)];
        expect([a.status, corsHeaders(a), a.headers['vary']]).toEqual([b.status, corsHeaders(b), b.headers['vary']]);
      }
      const row = (route: string, reason: string, count: number, rest: Partial<ReportCount> = {}): object => ({
        route: `MovedController.${route}`,
        policy: 'defaultPolicy',
        reportOnly: 'partner',
        origin: STRANGER,
        preflight: false,
        reason,
        count,
        ...rest,
      });
      const { route: _, ...nowhere } = row('none', 'origin-not-allowed', 1) as ReportCount;
      expect(inspectorOf(with_.app).reports()).toEqual([
        row('read', 'origin-not-allowed', 2),
        row('write', 'origin-not-allowed', 1, { preflight: true }),
        row('write', 'header-not-allowed', 1, { preflight: true, origin: APP }),
        row('refined', 'origin-not-allowed', 1),
        nowhere,
      ]);
      expect(inspectorOf(without.app).reports()).toEqual([]);
      expect(reports.messages).toHaveLength(6);
      expect(reports.messages[0]).toEqual({
        route: 'MovedController.read',
        policy: 'defaultPolicy',
        reportOnly: 'partner',
        origin: STRANGER,
        method: 'GET',
        preflight: false,
        reason: 'origin-not-allowed',
      });
      expect(Object.isFrozen(reports.messages[0])).toBe(true);
      const explained = await inspectorOf(with_.app).explain({ method: 'PUT', url: '/moved', origin: STRANGER });
      expect(explained).toMatchObject({
        verdict: 'allowed',
        policy: { reportOnly: 'partner' },
        reportOnly: { policy: 'partner', preflight: 'origin-not-allowed', response: 'origin-not-allowed' },
      });
      expect(reports.messages).toHaveLength(6);
    });

    test('may be options on a policy; reports a request of the same origin and lost cookies separately', async () => {
      @CorsPolicy('shop')
      @Controller('shop')
      class ShopController {
        @Post()
        buy(): string {
          return 'bought';
        }
      }
      const app = await startApp(
        {
          cors: { policies: { shop: { origin: APP, credentials: true, reportOnly: { origin: APP } } } },
          controllers: [ShopController],
        },
        platform,
      );
      await app.request('POST', '/shop', { Origin: APP });
      await app.request('POST', '/shop', { Origin: STRANGER });
      await app.request('POST', '/shop', { Origin: STRANGER, 'Sec-Fetch-Site': 'same-origin' });
      expect(inspectorOf(app.app).reports()).toEqual([]);
      await app.request('POST', '/shop', { Origin: APP, Cookie: 'a=b' });
      expect(inspectorOf(app.app).reports()).toEqual([
        {
          route: 'ShopController.buy',
          policy: 'shop',
          reportOnly: 'policies.shop.reportOnly',
          origin: APP,
          preflight: false,
          reason: 'credentials-not-allowed',
          count: 1,
        },
      ]);
    });

    test('a provider that hangs or fails delays no request and is counted', async () => {
      let mode: 'hang' | 'throw' = 'hang';
      @Injectable()
      class Shaky implements OriginAllowlist {
        isAllowed(_origin: string): Promise<boolean> {
          if (mode === 'throw') {
            throw new Error('no database');
          }
          return new Promise(() => undefined);
        }
      }
      const app = await startApp(
        {
          cors: { defaultPolicy: { origin: '*' }, reportOnly: { origin: Shaky }, allowlists: { timeoutMs: 200 } },
          controllers: [PlainController],
          providers: [Shaky],
        },
        platform,
      );
      await app.get('/plain', APP).timeout(190).expect(200);
      expect(inspectorOf(app.app).reports()).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      mode = 'throw';
      await app.get('/plain', STRANGER).expect(200);
      const row = { reason: 'provider-failing', reportOnly: 'defaultPolicy.reportOnly', count: 1 };
      expect(inspectorOf(app.app).reports()).toEqual([
        expect.objectContaining({ ...row, origin: APP }),
        expect.objectContaining({ ...row, origin: STRANGER }),
      ]);
    });

    test('is bounded: what comes after 100 origins of a route is counted as others', async () => {
      const app = await startApp(
        { cors: { defaultPolicy: { origin: '*' }, reportOnly: { origin: APP } }, controllers: [PlainController] },
        platform,
      );
      for (let i = 0; i < 130; i++) {
        await app.get('/plain', `https://s${i}.example`);
      }
      const rows = inspectorOf(app.app).reports();
      expect(rows).toHaveLength(101);
      expect(rows.find(({ origin }) => origin === 'others')?.count).toBe(30);
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(130);
    });

    test.each<[what: string, options: object, place: string, code: string]>([
      [
        'an unknown name',
        { policies: { a: { origin: APP, reportOnly: 'b' } } },
        'policies.a.reportOnly',
        'unknown-policy',
      ],
      [
        'a policy without an origin',
        { policies: { a: { origin: APP, reportOnly: { maxAge: 1 } } } },
        'policies.a.reportOnly',
        'origin-missing',
      ],
      [
        'a wrong origin inside',
        { policies: { a: { origin: APP, reportOnly: { origin: 'https://a.example/' } } } },
        'policies.a.reportOnly',
        'origin-trailing-slash',
      ],
      [
        'credentials with * inside',
        { defaultPolicy: { origin: APP }, reportOnly: { origin: '*', credentials: true } },
        'defaultPolicy.reportOnly',
        'any-origin-with-credentials',
      ],
      ['a number', { policies: { a: { origin: APP, reportOnly: 1 } } }, 'policies.a', 'not-a-policy'],
      [
        'one inside another',
        { policies: { a: { origin: APP, reportOnly: { origin: APP, reportOnly: 'a' } } } },
        'policies.a',
        'report-only-nested',
      ],
      ['nothing beside it', { reportOnly: { origin: APP } }, 'CorsModule.forRoot()', 'report-only-alone'],
      [
        'two of them',
        { defaultPolicy: { origin: '*', reportOnly: { origin: APP } }, reportOnly: { origin: APP } },
        'CorsModule.forRoot()',
        'report-only-twice',
      ],
      ['counters that are no switch', { counters: 'yes' }, 'CorsModule.forRoot()', 'not-a-boolean'],
    ])('%s stops startup', async (_what, options, place, code) => {
      const boot = startApp({ cors: options, controllers: [PlainController] }, platform);
      await expect(boot).rejects.toMatchObject({ issues: [expect.objectContaining({ place, code })] });
    });
  });

  test('debug: a log line escapes all values, and is written once for each reason, route and origin', async () => {
    const app = await startApp({ cors: { ...cors, debug: true }, controllers }, platform);
    for (let i = 0; i < 3; i++) {
      await rawRequest(app.port, 'GET /orders HTTP/1.1', ['Origin: https://evil\u0085.example\u00ad']);
    }
    const told = app.logs.filter((line) => line.startsWith('debug: '));
    expect(told).toHaveLength(1);
    expect(told[0]).not.toMatch(/[^\x20-\x7e]/);
  });
});
