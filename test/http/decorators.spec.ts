import { applyDecorators, Controller, Get } from '@nestjs/common';
import { CorsInspector, CorsPolicy, type CorsPolicyOptions, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

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
