import {
  All,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Inject,
  Injectable,
  Next,
  Put,
  Req,
  Res,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import express from 'express';
import type { NextFunction, Request, Response } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CorsInspector, CorsPolicy, NoCors } from '../../lib/index.js';
import { rawRequest } from '../support/raw-http.js';
import { type AppParts, closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';

/*
 * On Express the library decides when the head of the response is written, unless something needs the decision earlier.
 * These apps have no enforcement, no versions and no reports, so all their requests are decided at that time.
 */

const APP = 'https://app.example';
const SHOP = 'https://shop.example';

@Injectable()
class Never implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Controller('app')
@CorsPolicy({ origin: APP, exposedHeaders: ['X-App'] })
class AppController {
  @Get('list')
  list(): string {
    return 'app';
  }
  @Get('guarded')
  @UseGuards(Never)
  guarded(): string {
    return 'never';
  }
  @Get('passes')
  passes(@Next() next: () => void): void {
    next();
  }
  @Put('item')
  update(): string {
    return 'updated';
  }
}

@Controller('shop')
@CorsPolicy({ origin: SHOP })
class ShopController {
  @Get('list')
  list(): string {
    return 'shop';
  }
  @Put('item')
  update(): string {
    return 'updated';
  }
}

@Controller('plain')
class PlainController {
  @Get()
  read(): string {
    return 'plain';
  }
  @Get('closed')
  @NoCors()
  closed(): string {
    return 'closed';
  }
}

@Controller('app/passes')
@CorsPolicy({ origin: SHOP })
class BehindController {
  @Get()
  behind(): string {
    return 'behind';
  }
}

const controllers = [AppController, ShopController, PlainController, BehindController];

const originOf = async (app: TestApp, path: string, origin: string, headers = {}): Promise<string | undefined> =>
  corsHeaders(await app.get(path, origin, headers))['access-control-allow-origin'];

afterEach(closeApps);

describe('a decision that waits for the head, on express', () => {
  test('3.5: follows the route that middleware has led the request to, with the headers of its policy', async () => {
    const app = await startApp({
      controllers,
      setUp: (nest) =>
        nest.use((request: IncomingMessage, _response: unknown, next: () => void) => {
          request.url = request.url?.replace('/old/', '/shop/').replace('/app/list', '/shop/list');
          next();
        }),
    });
    expect(await originOf(app, '/old/list', SHOP)).toBe(SHOP);
    expect(await originOf(app, '/app/list', SHOP)).toBe(SHOP);
    expect(await originOf(app, '/app/list', APP)).toBeUndefined();
    expect((await app.get('/app/list', SHOP)).headers['access-control-expose-headers']).toBeUndefined();
  });

  test('3.4: a request with a preflight for another route is refused if the handler’s policy refuses it', async () => {
    const app = await startApp({
      controllers,
      setUp: (nest) =>
        nest.use((request: IncomingMessage, _response: unknown, next: () => void) => {
          request.url = request.url?.replace('/app/item', '/shop/item');
          next();
        }),
    });
    expect(corsHeaders(await app.preflight('/app/item', { origin: APP }))['access-control-allow-origin']).toBe(APP);
    const refused = await app.request('PUT', '/app/item', { Origin: APP });
    expect([refused.status, corsHeaders(refused)]).toEqual([403, {}]);
    await app.request('PUT', '/shop/item', { Origin: SHOP }).expect(200, 'updated');
  });

  test('3.5: an app that is called as a function, with its own prototypes, sends the headers too', async () => {
    const inner = express();
    inner.get('/app/list', (_request: Request, response: Response) => void response.send('inner'));
    const app = await startApp({
      controllers,
      setUp: (nest) =>
        nest.use((request: Request, response: Response, next: NextFunction) =>
          request.headers['x-inner'] === undefined ? next() : void inner(request, response, next),
        ),
    });
    const response = await app.get('/app/list', APP, { 'X-Inner': '1' });
    expect([response.text, corsHeaders(response)['access-control-allow-origin']]).toEqual(['inner', APP]);
  });

  test('3.5: if a handler passes a request on, the policy of the next handler applies', async () => {
    const app = await startApp({ controllers });
    const response = await app.get('/app/passes', SHOP);
    expect([response.text, corsHeaders(response)['access-control-allow-origin']]).toEqual(['behind', SHOP]);
    expect(await originOf(app, '/app/passes', APP)).toBeUndefined();
  });
});

describe.each(PLATFORMS)('decisionOf() before the head is written, on %s', (platform) => {
  test('6.1: is the decision that the client gets, at any time', async () => {
    let nest: INestApplication | undefined;
    const told: (string | undefined)[] = [];
    const tell = (request: object): void => {
      const decision = nest!.get(CorsInspector).decisionOf(request);
      told.push(`${decision?.reason} ${decision?.headers[0]?.[1]}`);
    };

    @Injectable()
    class Telling implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        tell(context.switchToHttp().getRequest());
        return true;
      }
    }

    @Controller('told')
    @CorsPolicy({ origin: APP })
    class ToldController {
      @Get()
      tell(@Req() request: object): string {
        tell(request);
        return 'told';
      }
    }

    for (const early of [true, false]) {
      const app = await startApp(
        {
          controllers: [ToldController],
          providers: [{ provide: APP_GUARD, useClass: Telling }],
          setUp: (created) => {
            nest = created;
            if (early) {
              created.use((request: object, _response: unknown, next: () => void) => {
                tell(request);
                next();
              });
            }
          },
        },
        platform,
      );
      expect(await originOf(app, '/told', APP)).toBe(APP);
      expect(told.splice(0)).toEqual(Array(early ? 3 : 2).fill(`allowed ${APP}`));
      expect(await originOf(app, '/told', SHOP)).toBeUndefined();
      expect(told.splice(0)).toEqual(Array(early ? 3 : 2).fill('origin-not-allowed undefined'));
    }
  });

  test('3.5: is right in guards, on routes without a policy, on closed routes and for 404s', async () => {
    const app = await startApp(
      { cors: { defaultPolicy: { origin: SHOP } }, controllers: [AppController, PlainController] },
      platform,
    );
    const guarded = await app.get('/app/guarded', APP);
    expect([guarded.status, corsHeaders(guarded)['access-control-allow-origin']]).toEqual([403, APP]);
    expect(await originOf(app, '/plain', SHOP)).toBe(SHOP);
    expect(corsHeaders(await app.get('/plain/closed', SHOP))).toEqual({});
    const lost = await app.get('/nowhere', SHOP);
    expect([lost.status, corsHeaders(lost)['access-control-allow-origin']]).toEqual([404, SHOP]);
  });
});

/** Middleware on either platform. */
type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** A request that middleware changes before the handler. */
describe.each(PLATFORMS)('a request that middleware changes, on %s', (platform) => {
  const startWith = async (middleware: Middleware, parts: Partial<AppParts>): Promise<TestApp> =>
    startApp({ controllers, ...parts, setUp: (nest) => nest.use(middleware) }, platform);

  const hosted: Middleware = (request, _response, next) => {
    const host = request.headers['x-host'];
    request.headers.host = typeof host === 'string' ? host : request.headers.host;
    next();
  };

  test.each([false, true])('3.5: the origin that the client sent is decided about (counters: %s)', async (counters) => {
    const trusted: boolean[] = [];
    @Controller('told')
    @CorsPolicy({ origin: APP, credentials: true })
    class TrustedController {
      constructor(@Inject(CorsInspector) private readonly inspector: CorsInspector) {}
      @Get()
      read(@Req() request: object): string {
        trusted.push(this.inspector.isTrusted(request));
        return 'told';
      }
    }
    const app = await startWith(
      (request, _response, next) => {
        const { 'x-origin': origin } = request.headers;
        if (typeof origin === 'string') {
          request.headers.origin = origin;
        } else {
          delete request.headers.origin;
        }
        next();
      },
      { cors: { counters }, controllers: [TrustedController] },
    );
    expect(await originOf(app, '/told', APP)).toBe(APP);
    expect(await originOf(app, '/told', APP, { 'X-Origin': SHOP })).toBe(APP);
    expect(await originOf(app, '/told', SHOP, { 'X-Origin': APP })).toBeUndefined();
    expect(trusted).toEqual([true, true, false]);
  });

  test('3.5: if the host is changed, the policy of the reached handler applies', async () => {
    @Controller({ host: 'api.example', path: 'hosted' })
    @CorsPolicy({ origin: APP, credentials: true })
    class HostedController {
      @Get()
      read(): string {
        return 'hosted';
      }
      @Get('closed')
      @NoCors()
      closed(): string {
        return 'closed';
      }
    }
    const app = await startWith(hosted, {
      cors: { defaultPolicy: { origin: '*' } },
      controllers: [HostedController],
    });
    const read = await app.get('/hosted', APP, { 'X-Host': 'api.example' });
    expect([read.text, read.headers.vary, corsHeaders(read)]).toEqual([
      'hosted',
      'Origin, Sec-Fetch-Site, Cookie, Authorization',
      { 'access-control-allow-origin': APP, 'access-control-allow-credentials': 'true' },
    ]);
    expect(corsHeaders(await app.get('/hosted/closed', SHOP, { 'X-Host': 'api.example' }))).toEqual({});
  });

  test('3.6: a request whose Origin was removed is still refused by an enforced policy', async () => {
    @Controller({ host: 'api.example', path: 'hosted' })
    @CorsPolicy({ origin: APP, enforce: true })
    class HostedController {
      @Get()
      read(): string {
        return 'hosted';
      }
    }
    const app = await startWith(
      (request, response, next) => {
        delete request.headers.origin;
        hosted(request, response, next);
      },
      { controllers: [HostedController] },
    );
    expect((await app.get('/hosted', SHOP, { 'X-Host': 'api.example' })).status).toBe(403);
    expect(await originOf(app, '/hosted', APP, { 'X-Host': 'api.example' })).toBe(APP);
  });

  test('3.6: a request whose host was changed is still refused by an enforced policy', async () => {
    const ran: string[] = [];
    @Controller({ host: 'api.example', path: 'hosted' })
    @CorsPolicy({ origin: APP, enforce: true })
    class HostedController {
      @Put()
      update(): string {
        ran.push('update');
        return 'updated';
      }
    }
    const app = await startWith(hosted, { controllers: [HostedController] });
    const refused = await app.request('PUT', '/hosted', { Origin: SHOP, 'X-Host': 'api.example' });
    expect([refused.status, corsHeaders(refused), ran]).toEqual([403, {}, []]);
    await app.request('PUT', '/hosted', { Origin: APP, 'X-Host': 'api.example' }).expect(200, 'updated');
  });

  test('3.6: the changed method is checked if one handler serves every method', async () => {
    @Controller('every')
    class EveryController {
      @All('enforced')
      @CorsPolicy({ origin: APP, methods: ['POST'], enforce: true })
      enforced(): string {
        return 'enforced';
      }
      @All('open')
      @CorsPolicy({ origin: APP, methods: ['POST'] })
      open(): string {
        return 'open';
      }
    }
    const app = await startWith(
      (request, _response, next) => {
        const method = request.headers['x-method'];
        request.method = typeof method === 'string' ? method : request.method;
        next();
      },
      { controllers: [EveryController] },
    );
    const headers = { Origin: APP, 'X-Method': 'DELETE' };
    expect((await app.request('POST', '/every/enforced', headers)).status).toBe(403);
    expect(corsHeaders(await app.request('POST', '/every/open', headers))).toEqual({});
    expect(corsHeaders(await app.request('POST', '/every/open', { Origin: APP }))).toEqual({
      'access-control-allow-origin': APP,
    });
  });
});

describe('a handler that passes a request on, on express', () => {
  const second = (policy: ClassDecorator): Type => {
    @Controller('first')
    class SecondController {
      @Put('item')
      update(): string {
        return 'second';
      }
    }
    policy(SecondController);
    return SecondController;
  };

  test.each<[string, ClassDecorator, Record<string, string>]>([
    ['another origin', CorsPolicy({ origin: SHOP }), {}],
    ['no origin', NoCors(), {}],
    ['fewer headers', CorsPolicy({ origin: APP, allowedHeaders: ['x-one'] }), { 'X-Two': '2' }],
    ['no cookies', CorsPolicy({ origin: APP }), { Cookie: 'a=1' }],
  ])('3.4: a grant for it does not apply to a next handler that allows %s', async (_what, policy, headers) => {
    @Controller('first')
    @CorsPolicy({ origin: APP, credentials: true })
    class FirstController {
      @Put('item')
      update(@Next() next: () => void): void {
        next();
      }
    }
    for (const counters of [false, true]) {
      const app = await startApp({ cors: { counters }, controllers: [FirstController, second(policy)] });
      const preflight = await app.preflight('/first/item', { origin: APP, headers: Object.keys(headers).join() });
      expect(corsHeaders(preflight)['access-control-allow-origin']).toBe(APP);
      const refused = await app.request('PUT', '/first/item', { Origin: APP, ...headers });
      expect([refused.status, corsHeaders(refused)]).toEqual([403, {}]);
    }
  });

  test('3.4: nor if the client sends an absolute address that middleware leads elsewhere', async () => {
    const app = await startApp({
      controllers,
      setUp: (nest) =>
        nest.use((request: IncomingMessage, _response: unknown, next: () => void) => {
          request.url = request.url?.replace('/app/item', '/shop/item');
          next();
        }),
    });
    const target = 'http://127.0.0.1/app/item';
    const preflight = ['Origin: https://app.example', 'Access-Control-Request-Method: PUT'];
    const granted = await rawRequest(app.port, `OPTIONS ${target} HTTP/1.1`, preflight);
    expect(granted.cors()['access-control-allow-origin']).toBe(APP);
    const refused = await rawRequest(app.port, `PUT ${target} HTTP/1.1`, ['Origin: https://app.example']);
    expect([refused.status, refused.cors()]).toEqual([403, {}]);
  });

  test('3.5: a response derived from a detached one is written too', async () => {
    @Controller('derived')
    class DerivedController {
      @Get()
      derived(@Res() response: Response): void {
        const derived = Object.create(response) as Response;
        Object.assign(response, { req: undefined });
        derived.writeHead(201);
        response.end('derived');
      }
    }
    const app = await startApp({ controllers: [DerivedController] });
    expect((await app.get('/derived', APP)).text).toBe('derived');
  });

  test('3.5: a response detached from its request is written as the app writes it', async () => {
    @Controller('cut')
    class CutController {
      @Get()
      cut(@Res() response: Response): void {
        Object.assign(response, { req: undefined });
        response.end('cut');
      }
    }
    const app = await startApp({ controllers: [CutController] });
    await app.get('/cut', APP).expect(200, 'cut');
  });
});
