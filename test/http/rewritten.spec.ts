import { All, Controller, Delete, Get, type INestApplication, Post, Put, Version } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import { CorsInspector, CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { BY_HEADER } from '../support/versions.js';

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

type Middleware = (request: IncomingMessage, response: unknown, next: () => void) => void;

/** Method override for old forms. */
const override: Middleware = (request, _response, next) => {
  const method = request.headers['x-method'];
  request.method = typeof method === 'string' ? method : request.method;
  next();
};

@Controller('things')
@CorsPolicy({ origin: APP, credentials: true })
class ThingsController {
  @Post()
  create(): string {
    return 'created';
  }
  @Delete()
  @NoCors()
  remove(): string {
    return 'removed';
  }
  @All('all')
  @CorsPolicy({ methods: ['GET', 'POST'], enforce: true })
  all(): string {
    return 'all';
  }
}

afterEach(closeApps);

describe('a request that middleware rewrites, on express', () => {
  test('2.5: is not trusted because of its original address', async () => {
    const trusted: boolean[] = [];
    const app = await startApp({
      controllers: [ThingsController],
      setUp: (nest: INestApplication) => {
        nest.use(override);
        nest.use(((request, _response, next) => {
          trusted.push(nest.get(CorsInspector).isTrusted(request));
          next();
        }) satisfies Middleware);
      },
    });
    await app.request('POST', '/things', { Origin: APP });
    // `X-Method` needed a preflight, and @NoCors() refuses the new method. So the second middleware does not run again.
    const removed = await app.request('POST', '/things', { Origin: APP, 'X-Method': 'DELETE' });
    expect([removed.status, trusted]).toEqual([403, [true]]);
  });

  test('3.6: is enforced for its new address, also by one handler of every method', async () => {
    const app = await startApp({ controllers: [ThingsController], setUp: (nest) => nest.use(override) });
    expect((await app.request('POST', '/things/all', { Origin: APP })).text).toBe('all');
    const rewritten = await app.request('POST', '/things/all', { Origin: APP, 'X-Method': 'DELETE' });
    expect([rewritten.status, corsHeaders(rewritten)]).toEqual([403, {}]);
  });
});

describe.each(PLATFORMS)('a request to which middleware gives another host, on %s', (platform) => {
  @Controller({ path: 'hosted', host: 'shop.:zone' })
  @CorsPolicy({ origin: APP, credentials: true })
  class HostedController {
    @Put()
    put(): string {
      return 'hosted';
    }
  }
  const forward: Middleware = ({ headers }, _response, next) => {
    headers.host = typeof headers['x-host'] === 'string' ? headers['x-host'] : headers.host;
    next();
  };

  test('3.3: gets no grant of the handler that the first host reached', async () => {
    const app = await startApp({ controllers: [HostedController], setUp: (nest) => nest.use(forward) }, platform);
    const put = (headers: Readonly<Record<string, string>>) =>
      app.request('PUT', '/hosted', { Origin: APP, Host: 'shop.test', ...headers });
    const granted = { 'access-control-allow-origin': APP, 'access-control-allow-credentials': 'true' };
    const reached = await put({});
    expect([reached.status, corsHeaders(reached)]).toEqual([200, granted]);
    const led = await put({ Host: 'front.test', 'X-Host': 'shop.test' });
    expect([led.status, corsHeaders(led)]).toEqual([200, granted]);
    const away = await put({ 'X-Host': 'other.test' });
    expect([away.status < 400, corsHeaders(away)]).toEqual([false, {}]);
  });
});

describe.each(PLATFORMS)('around the request, on %s', (platform) => {
  test.each<[string, () => unknown, number]>([
    [
      'throws',
      () => {
        throw new Error('hook failed');
      },
      0,
    ],
    ['rejects', () => Promise.reject(new Error('hook failed')), 0],
    [
      'throws after a decision that took its time',
      () => {
        throw new Error('hook failed');
      },
      5,
    ],
    ['rejects after a decision that took its time', () => Promise.reject(new Error('hook failed')), 5],
  ])('a request hook of the app that %s ends only its own request', async (_title, fail, delay) => {
    let calls = 0;
    @Controller()
    class OneController {
      @Get('one')
      @CorsPolicy({
        origin: async () => {
          await new Promise((resolve) => setTimeout(resolve, delay));
          return true;
        },
      })
      one(): string {
        return 'one';
      }
    }
    const app = await startApp({ controllers: [OneController] }, platform);
    (app.app.getHttpAdapter() as AbstractHttpAdapter).setOnRequestHook(
      (request: { headers: Record<string, string> }, _response: unknown, done: () => void) => {
        calls++;
        if (request.headers['x-fail'] !== undefined) {
          return fail() as Promise<void>;
        }
        done();
      },
    );
    const origin = delay === 0 ? undefined : APP;
    expect((await app.get('/one', origin, { 'X-Fail': '1' })).status).toBe(500);
    expect(calls).toBe(1);
    expect((await app.get('/one', origin)).text).toBe('one');
    expect(app.logs.filter((line) => line.includes('could not be decided'))).toEqual([]);
  });
});

test('3.5: an app mounted in another removes the grant of the outer one', async () => {
  @Controller()
  class InnerController {
    @Get('listed')
    @CorsPolicy({ origin: APP, credentials: true })
    listed(): string {
      return 'listed';
    }
    @Get('closed')
    @NoCors()
    closed(): string {
      return 'closed';
    }
  }
  const inner = await startApp({ controllers: [InnerController] });
  const outer = await startApp({
    cors: { defaultPolicy: { origin: '*' } },
    setUp: (nest) => nest.use('/in', inner.app.getHttpAdapter().getInstance()),
  });
  const granted = { 'access-control-allow-origin': APP, 'access-control-allow-credentials': 'true' };
  expect(corsHeaders(await outer.get('/in/listed', APP))).toEqual(granted);
  for (const path of ['/in/listed', '/in/closed']) {
    expect(corsHeaders(await outer.get(path, STRANGER))).toEqual({});
  }
});

test('3.3: on express a preflight does not list the method of a version that is never reached', async () => {
  @Controller('things')
  class FirstController {
    @Put()
    @Version('1')
    @CorsPolicy({ origin: APP })
    put(): string {
      return 'put';
    }
    @Delete()
    @Version('1')
    @NoCors()
    remove(): string {
      return 'removed';
    }
  }
  @Controller('things')
  class ShadowedController {
    @Delete()
    @Version('1')
    @CorsPolicy({ origin: APP })
    remove(): string {
      return 'never';
    }
  }
  const app = await startApp({
    controllers: [FirstController, ShadowedController],
    setUp: (nest) => nest.enableVersioning(BY_HEADER),
  });
  const preflight = corsHeaders(await app.preflight('/things', { origin: APP, method: 'PUT' }));
  expect(preflight['access-control-allow-methods']).toBe('PUT');
});
