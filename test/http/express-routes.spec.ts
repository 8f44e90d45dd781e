import { All, Controller, Get, Head } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import request from 'supertest';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, corsHeaders, startApp, type TestApp } from '../support/app.js';
import { NEST } from '../support/nest.js';
import { rawRequest } from '../support/raw-http.js';
import { by, named, reached, unserved } from '../support/reached.js';

/* 3.3: a preflight belongs to the route that would serve the real request. */

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

afterEach(closeApps);

describe('3.3, the route of a preflight, as only Express finds it', () => {
  @Controller()
  class PatternsController {
    @Get('opt{/:a}/end')
    @CorsPolicy(named('optional'))
    optional(): string {
      return 'optional';
    }
    @Get('img-:name.:ext')
    @CorsPolicy(named('image'))
    image(): string {
      return 'image';
    }
    @Get('Case/Sub/')
    @CorsPolicy(named('case'))
    case(): string {
      return 'case';
    }
    @Get('case/sub')
    @CorsPolicy(named('lower'))
    lower(): string {
      return 'lower';
    }
  }

  @Controller({ path: 'host', host: 'Admin.:zone.com' })
  @CorsPolicy(named('host'))
  class HostController {
    @Get()
    get(): string {
      return 'host';
    }
  }

  /** Starts an app on an Express instance whose router was built with these settings. */
  async function startWith(settings: readonly string[], raw?: (server: express.Express) => void): Promise<TestApp> {
    const server = express();
    settings.forEach((setting) => server.enable(setting));
    raw?.(server);
    return startApp({
      adapter: new ExpressAdapter(server),
      cors: { routes: [{ path: '/raw/*path', policy: named('raw') }] },
      controllers: [PatternsController, HostController],
    });
  }

  test.each<[string, string[], string, string | undefined]>([
    ['an optional group, without it', [], '/opt/end', 'optional'],
    ['an optional group, with it', [], '/opt/x/end', 'optional'],
    ['an optional group, twice', [], '/opt/x/y/end', undefined],
    ['two parameters in one segment', [], '/img-a.png', 'image'],
    ['two parameters in one segment, one missing', [], '/img-a', undefined],
    ['another case', [], '/CASE/sub', 'case'],
    ['no trailing slash', [], '/Case/Sub', 'case'],
    ['a trailing slash', [], '/case/sub/', 'case'],
    ['case sensitive: another case', ['case sensitive routing'], '/CASE/sub', undefined],
    ['case sensitive: this case', ['case sensitive routing'], '/Case/Sub', 'case'],
    ['case sensitive: the other route', ['case sensitive routing'], '/case/sub', 'lower'],
    ['strict: no slash', ['case sensitive routing', 'strict routing'], '/case/sub', 'lower'],
    ['strict: a slash too many', ['case sensitive routing', 'strict routing'], '/case/sub/', undefined],
  ])('3.3: %s', async (_title, settings, target, name) => {
    const app = await startWith(settings);
    expect(await reached(app, 'GET', target)).toEqual(name === undefined ? unserved() : by(name));
  });

  test('3.3: hosts match in any case, also if paths do not', async () => {
    const app = await startWith(['case sensitive routing']);
    expect(await reached(app, 'GET', '/host', { Host: 'admin.eu.com' })).toEqual(by('host'));
    expect(await reached(app, 'GET', '/host', { Host: 'user.eu.com' })).toEqual(unserved());
  });

  test('3.3: a route that the app registered on the instance gets the requests of the handlers behind it', async () => {
    const app = await startWith([], (server) => {
      server.get('/earlier', (_request: Request, response: Response) => void response.send('earlier'));
    });
    // This route is registered before Nest's adapter, so no code of Nest runs for it.
    const earlier = await rawRequest(app.port, 'GET /earlier HTTP/1.1', [`Origin: ${APP}`]);
    expect([earlier.body, earlier.cors()]).toEqual(['earlier', {}]);
  });

  test('3.3: raw routes before Nest’s have the entry of `routes`, and come before a decorated wildcard', async () => {
    @Controller()
    class CatchAllController {
      @All('*path')
      @CorsPolicy(named('rest'))
      rest(): string {
        return 'rest';
      }
    }
    const app = await startApp({
      cors: { routes: [{ path: '/raw/*path', policy: named('entry') }] },
      controllers: [CatchAllController],
      setUp: (nest) => {
        const server = nest.getHttpAdapter().getInstance() as express.Express;
        server.get('/raw/:name', (_request: Request, response: Response) => void response.send('entry'));
      },
    });
    expect(await reached(app, 'GET', '/raw/x')).toEqual(by('entry'));
    expect(await reached(app, 'PUT', '/raw/x')).toEqual(by('rest'));
    expect(await reached(app, 'GET', '/else')).toEqual(by('rest'));
  });

  test('3.3: @All() serves every method, except those of an earlier route', async () => {
    @Controller('all')
    class AllController {
      @Get()
      @CorsPolicy(named('get'))
      get(): string {
        return 'get';
      }
      @All()
      @CorsPolicy({ ...named('all'), credentials: true })
      all(): string {
        return 'all';
      }
    }
    const app = await startApp({ controllers: [AllController] });
    expect(await reached(app, 'GET', '/all')).toEqual(by('get'));
    expect(await reached(app, 'DELETE', '/all')).toEqual(by('all'));
    expect(corsHeaders(await app.preflight('/all', { origin: APP, method: 'DELETE' }))).toMatchObject({
      'access-control-allow-methods': 'POST, PUT, PATCH, DELETE',
    });
    expect(corsHeaders(await app.preflight('/all', { origin: APP, method: 'GET' }))).toMatchObject({
      'access-control-allow-methods': 'GET, HEAD',
    });
  });

  test('3.3: the order that Nest gives routes by specificity decides', async () => {
    @Controller('o')
    class OrderedController {
      @Get(':any')
      @CorsPolicy(named('any'))
      any(): string {
        return 'any';
      }
      @Get('special')
      @CorsPolicy(named('specific'))
      special(): string {
        return 'specific';
      }
    }
    const app = await startApp({
      controllers: [OrderedController],
      create: { routeResolutionStrategy: 'specificity' } as object,
    });
    // Nest 11 does not have this setting.
    expect(await reached(app, 'GET', '/o/special')).toEqual(by(NEST < 12 ? 'any' : 'specific'));
    expect(await reached(app, 'GET', '/o/else')).toEqual(by('any'));
  });

  test('3.3: GET declared first answers HEAD, although a HEAD is declared behind it', async () => {
    @Controller('h')
    class HeadController {
      @Get()
      @CorsPolicy(named('get-first'))
      get(): string {
        return 'get';
      }
      @Head()
      @CorsPolicy(named('head-behind'))
      head(): void {}
    }
    const app = await startApp({ controllers: [HeadController] });
    expect(await reached(app, 'HEAD', '/h')).toEqual({ handler: 200, response: 'get-first', preflight: 'get-first' });
  });

  test('3.3: no middleware of app.use() runs before a preflight is answered, whatever its form', async () => {
    const ran: string[] = [];
    const app = await startApp({
      controllers: [PatternsController],
      setUp: (nest) => {
        nest.use(express.json());
        nest.use('/opt', (_request: Request, _response: Response, next: NextFunction) => {
          ran.push('path');
          next();
        });
        nest.use((_error: unknown, _request: Request, _response: Response, next: NextFunction) => {
          ran.push('error');
          next();
        });
      },
    });
    const preflight = await request(app.url)
      .options('/opt/end')
      .set({ Origin: STRANGER, 'Access-Control-Request-Method': 'GET', 'Content-Type': 'application/json' })
      .send('{"broken');
    expect([preflight.status, corsHeaders(preflight), ran]).toEqual([204, {}, []]);
  });
});
