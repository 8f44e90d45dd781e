import { All, applyDecorators, Controller, Get, type INestApplication, Scope } from '@nestjs/common';
import { CorsInspector, CorsPolicy, type CorsPolicyOptions, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { Proxied, REPLACING } from '../support/replacing.js';
import { BY_HEADER } from '../support/versions.js';

const APP = 'https://app.example';
const DEFAULT = 'https://default.example';

afterEach(closeApps);

const PARTNER: CorsPolicyOptions = { origin: [APP], credentials: true, exposedHeaders: ['X-Total', 'X-Page'] };

describe.each(PLATFORMS)('decorators on classes and handlers, on %s', (platform) => {
  test('3.2: one decorator may be on many targets, and each target is refined separately', async () => {
    const Partner = (): ClassDecorator & MethodDecorator => applyDecorators(CorsPolicy('partner', { maxAge: 1 }));
    const shared = CorsPolicy({ exposedHeaders: ['X-Shared'] });
    @Controller('first')
    @Partner()
    class FirstController {
      @Get()
      @shared
      read(): string {
        return 'first';
      }
    }
    @Controller('second')
    @shared
    @Reflect.metadata('other', true)
    class SecondController {
      @Get()
      read(): string {
        return 'second';
      }
      @Get('again')
      @shared
      again(): string {
        return 'again';
      }
    }
    const app = await startApp(
      {
        cors: { policies: { partner: PARTNER }, defaultPolicy: { origin: DEFAULT } },
        controllers: [FirstController, SecondController],
      },
      platform,
    );
    expect(corsHeaders(await app.get('/first', APP))).toEqual({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'X-Shared',
    });
    for (const path of ['/second', '/second/again']) {
      expect(corsHeaders(await app.get(path, DEFAULT))).toEqual({
        'access-control-allow-origin': DEFAULT,
        'access-control-expose-headers': 'X-Shared',
      });
    }
    const places = app.app.get(CorsInspector).routes();
    expect(places.map(({ handler, provenance }) => [handler, provenance['exposedHeaders']])).toEqual([
      ['FirstController.read', 'FirstController.read'],
      ['SecondController.read', 'SecondController'],
      ['SecondController.again', 'SecondController.again'],
    ]);
  });

  test.each<[string, () => object]>([
    [
      'two policies on a handler',
      () => {
        @Controller('two')
        class TwoController {
          @Get()
          @CorsPolicy('partner')
          @CorsPolicy({ maxAge: 1 })
          read(): string {
            return 'two';
          }
        }
        return TwoController;
      },
    ],
    [
      'a policy and @NoCors() on a handler',
      () => {
        @Controller('two')
        class TwoController {
          @NoCors()
          @Get()
          @CorsPolicy('partner')
          read(): string {
            return 'two';
          }
        }
        return TwoController;
      },
    ],
  ])('3.2: %s stop startup', async (_title, controller) => {
    const boot = startApp({ cors: { policies: { partner: PARTNER } }, controllers: [controller() as never] }, platform);
    await expect(boot).rejects.toMatchObject({
      issues: [{ place: 'TwoController.read', field: '', code: 'two-decorators' }],
    });
  });

  test('3.2: a decorator counts where a further one puts another function in place of the method', async () => {
    const Wrapped = (): MethodDecorator => (_target, _key, descriptor) => {
      const { value } = descriptor as unknown as { value: (this: object) => string };
      Object.assign(descriptor, {
        value(this: object) {
          return value.call(this);
        },
      });
    };
    @CorsPolicy({ origin: APP })
    class Base {
      @Get('closed')
      @Wrapped()
      @NoCors({ enforce: true })
      closed(): string {
        return 'closed';
      }
      @Get('other')
      @Wrapped()
      @NoCors({ enforce: true })
      other(): string {
        return 'other';
      }
    }
    @Controller('own')
    class OwnController extends Base {
      @Get('other')
      override other(): string {
        return 'own';
      }
    }
    const app = await startApp({ controllers: [OwnController] }, platform);
    expect((await app.get('/own/closed', APP)).status).toBe(403);
    expect(corsHeaders(await app.get('/own/other', APP))).toEqual({ 'access-control-allow-origin': APP });

    @Controller()
    class TwiceController {
      @Get()
      @CorsPolicy({ origin: APP })
      @Wrapped()
      @NoCors()
      read(): string {
        return 'read';
      }
    }
    await expect(startApp({ controllers: [TwiceController] }, platform)).rejects.toThrow('two-decorators');
  });

  test.each(REPLACING)(
    '3.2: a decorator counts where a further one puts %s in place of the class',
    async (_title, Replaced) => {
      @Controller('closed')
      @Replaced
      @NoCors({ enforce: true })
      class ClosedController {
        @Get()
        list(): string {
          return 'closed';
        }
      }
      const app = await startApp(
        { controllers: [ClosedController], cors: { defaultPolicy: { origin: APP } } },
        platform,
      );
      const answer = await app.get('/closed', APP);
      expect([answer.status, corsHeaders(answer)]).toEqual([403, {}]);
    },
  );

  test('3.2: two decorators are reported on both sides of one that puts a proxy in place of the class', async () => {
    @Controller('twice')
    @CorsPolicy({ origin: APP })
    @Proxied
    @NoCors()
    class TwiceController {}
    await expect(startApp({ controllers: [TwiceController] }, platform)).rejects.toThrow('two-decorators');
  });

  test.each([
    ['one instance', {}],
    ['an instance for each request', { scope: Scope.REQUEST }],
  ])('3.2: a handler that the constructor binds has its policy, with %s', async (_title, options) => {
    @Controller({ path: 'bound', ...options })
    @CorsPolicy({ origin: APP })
    class BoundController {
      constructor() {
        this.closed = this.closed.bind(this);
        this.parameter = this.parameter.bind(this);
      }
      @Get('closed')
      @NoCors({ enforce: true })
      closed(): string {
        return 'closed';
      }
      @All('all/:id')
      parameter(): string {
        return 'parameter';
      }
    }
    const app = await startApp({ controllers: [BoundController] }, platform);
    expect((await app.get('/bound/closed', APP)).status).toBe(403);
    const answer = await app.get('/bound/all/1', APP);
    expect([answer.text, corsHeaders(answer)]).toEqual(['parameter', { 'access-control-allow-origin': APP }]);
    expect((await app.preflight('/bound/closed', { method: 'GET' })).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
  });

  test('3.2: methods whose constructors put one function in their place have their own policies', async () => {
    const shared = (): string => 'shared';
    @Controller({ path: 'shared', version: '1' })
    class ClosedController {
      constructor() {
        this.list = shared;
      }
      @Get()
      @NoCors({ enforce: true })
      list(): string {
        return 'never called';
      }
    }
    @Controller({ path: 'shared', version: '2' })
    class OpenController {
      constructor() {
        this.list = shared;
      }
      @Get()
      @CorsPolicy({ origin: '*' })
      list(): string {
        return 'never called';
      }
    }
    const setUp = (nest: INestApplication): unknown => nest.enableVersioning(BY_HEADER);
    const app = await startApp({ controllers: [ClosedController, OpenController], setUp }, platform);
    expect((await app.get('/shared', APP, { 'x-version': '1' })).status).toBe(403);
    expect((await app.get('/shared', APP, { 'x-version': '2' })).text).toBe('shared');
  });

  test('3.2: startup stops where a handler is not found, also beside one of another version of its path', async () => {
    @Controller({ path: 'hidden', version: '1' })
    class ProxyController {
      constructor() {
        return new Proxy(this, {
          get: (target, name: 'list' | 'constructor') =>
            name === 'list' ? (): string => target[name]() : target[name],
        });
      }
      @Get()
      @NoCors({ enforce: true })
      list(): string {
        return 'closed';
      }
    }
    @Controller({ path: 'hidden', version: '2' })
    class OpenController {
      @Get()
      list(): string {
        return 'open';
      }
    }
    const setUp = (nest: INestApplication): unknown => nest.enableVersioning(BY_HEADER);
    await expect(startApp({ controllers: [ProxyController, OpenController], setUp }, platform)).rejects.toThrow(
      'does not find ProxyController.list among the routes',
    );
  });

  test.each<[what: string, descriptorOf: (type: { prototype: object }) => PropertyDescriptor | undefined]>([
    ['the name of a method alone', () => undefined],
    ['its descriptor too', ({ prototype }) => Object.getOwnPropertyDescriptor(prototype, 'read')],
  ])('3.2: a decorator that is called by hand, with %s, applies to that method alone', async (_, descriptorOf) => {
    class Base {
      @Get()
      read(): string {
        return 'read';
      }
    }
    @CorsPolicy({ origin: APP })
    @Controller('closed')
    class ClosedController extends Base {
      @Get('other')
      other(): string {
        return 'other';
      }
    }
    @CorsPolicy({ origin: APP })
    @Controller('open')
    class OpenController extends Base {}
    Reflect.apply(NoCors({ enforce: true }), undefined, [ClosedController.prototype, 'read', descriptorOf(Base)]);
    const app = await startApp({ controllers: [ClosedController, OpenController] }, platform);
    expect((await app.get('/closed', APP)).status).toBe(403);
    expect(corsHeaders(await app.get('/closed/other', APP))).toEqual({ 'access-control-allow-origin': APP });
    expect(corsHeaders(await app.get('/open', APP))).toEqual({ 'access-control-allow-origin': APP });
  });

  test('3.2: two decorators on a class are reported once, however many handlers it has', async () => {
    @NoCors()
    @Controller('two')
    @CorsPolicy('partner')
    class TwoController {
      @Get('a')
      a(): string {
        return 'a';
      }
      @Get('b')
      b(): string {
        return 'b';
      }
    }
    const boot = startApp({ cors: { policies: { partner: PARTNER } }, controllers: [TwoController] }, platform);
    await expect(boot).rejects.toMatchObject({
      issues: [{ place: 'TwoController', field: '', code: 'two-decorators' }],
    });
  });
});
