import { Controller, Get } from '@nestjs/common';
import { type CorsModuleOptions, CorsPolicy, type CorsPolicyOptions, NoCors } from '../../lib/index.js';
import { closeApps, PLATFORMS } from '../support/app.js';
import { bootError, facts } from '../support/boot-error.js';

const APP = 'https://app.example';

afterEach(closeApps);

describe.each(PLATFORMS)('places of errors, on %s', (platform) => {
  test('3.7: all errors are in one error, each with its place', async () => {
    @Controller('orders')
    @CorsPolicy('partnr')
    class OrdersController {
      @Get()
      list(): string {
        return 'list';
      }
      @Get('update')
      @CorsPolicy({ maxAge: 1e9 })
      update(): string {
        return 'update';
      }
      @Get('closed')
      @NoCors()
      @CorsPolicy('partner')
      closed(): string {
        return 'closed';
      }
    }
    @Controller('shops')
    @CorsPolicy({ origin: 'shops.example' })
    class ShopsController {
      @Get()
      @NoCors()
      list(): string {
        return 'list';
      }
    }
    const options = {
      policies: { partner: { origin: 'https://partner.example/' }, other: { origin: APP, credentials: 'yes' } },
      defaultPolicy: { origin: '*', credentials: true },
      routes: [
        { path: '/graphql', policy: 'partner' },
        { path: 'relative', policy: 'missing' },
        { path: '/files', policy: { origin: APP, methods: ['TRACE'] } },
      ],
      allowlists: { refreshMs: 0 },
      debug: 'yes',
      polices: {},
    };
    const error = await bootError(
      { cors: options as unknown as CorsModuleOptions, controllers: [OrdersController, ShopsController] },
      platform,
    );
    const expected = [
      ['CorsModule.forRoot()', 'polices', 'unknown-field'],
      ['CorsModule.forRoot()', 'debug', 'not-a-boolean'],
      ['CorsModule.forRoot()', 'allowlists.refreshMs', 'allowlist-option'],
      ['policies.partner', 'origin', 'origin-trailing-slash'],
      ['policies.other', 'credentials', 'not-a-boolean'],
      ['defaultPolicy', 'origin', 'any-origin-with-credentials'],
      ['routes[1]', 'path', 'not-a-path'],
      ['routes[1]', '', 'unknown-policy'],
      ['routes[2]', 'methods', 'forbidden-method'],
      ['OrdersController', '', 'unknown-policy'],
      ['OrdersController.update', 'maxAge', 'out-of-range'],
      ['OrdersController.closed', '', 'two-decorators'],
      ['ShopsController', 'origin', 'origin-scheme-missing'],
    ];
    expect(error.issues.map(({ place, field: name, code }) => [place, name, code])).toEqual(expected);
    expect(Object.isFrozen(error.issues)).toBe(true);
    expect(error.name).toBe('CorsConfigurationError');
    const lines = error.message.split('\n');
    expect(lines[0]).toBe('The CORS configuration is wrong: 13 errors stop startup.');
    for (const [index, [place, name, code]] of expected.entries()) {
      const where = name === '' ? place! : `${place}, ${name}`;
      expect(
        lines.filter((line) => line.startsWith(`  ${index + 1}. ${where}: `) && line.endsWith(`[${code}]`)),
      ).toHaveLength(1);
    }
  });

  test('3.7: the error of an unknown name lists the known names and the nearest one', async () => {
    const error = await bootError(
      { cors: { policies: { partner: { origin: APP }, public: { origin: '*' } }, defaultPolicy: 'Partners' } },
      platform,
    );
    expect(error.issues).toEqual([
      {
        place: 'defaultPolicy',
        field: '',
        value: 'Partners',
        code: 'unknown-policy',
        reason: 'No policy is registered as "Partners"; the registered policies are partner, public.',
        suggestion: "'partner'",
      },
    ]);
    const alone = await bootError({ cors: { defaultPolicy: 'constructor' } }, platform);
    expect(facts(alone.issues)).toMatchObject([{ code: 'unknown-policy' }]);
    expect(alone.message).toContain('The CORS configuration is wrong: 1 error stops startup.');
  });

  test('3.7: a policy that is not an object is reported once, however many places use it', async () => {
    @Controller()
    @CorsPolicy('partner')
    class OneController {
      @Get()
      read(): string {
        return 'read';
      }
    }
    for (const value of ['https://app.example', null, 5, [APP], true]) {
      const policies = { partner: value as unknown as CorsPolicyOptions };
      const error = await bootError({ cors: { policies }, controllers: [OneController] }, platform);
      expect(facts(error.issues)).toEqual([{ place: 'policies.partner', field: '', value, code: 'not-a-policy' }]);
    }
  });

  test('3.7: a decorator with neither a name nor an object is reported with its place', async () => {
    @Controller()
    class OneController {
      @Get('list')
      @CorsPolicy([APP] as unknown as string)
      list(): string {
        return 'list';
      }
      @Get('absent')
      @CorsPolicy(undefined as unknown as string)
      absent(): string {
        return 'absent';
      }
      @Get('overrides')
      @CorsPolicy('partner', 'https://app.example' as CorsPolicyOptions)
      overrides(): string {
        return 'overrides';
      }
    }
    const error = await bootError(
      { cors: { policies: { partner: { origin: APP } } }, controllers: [OneController] },
      platform,
    );
    expect(error.issues.map(({ place, code }) => [place, code])).toEqual([
      ['OneController.list', 'not-a-policy'],
      ['OneController.absent', 'unknown-policy'],
      ['OneController.overrides', 'not-a-policy'],
    ]);
  });

  test('3.7: an error is reported on a class without routes, and on a class whose handlers all replace it', async () => {
    @Controller('empty')
    @CorsPolicy({ maxAge: -5 })
    class EmptyController {}
    @Controller('replaced')
    @CorsPolicy({ exposedHeaders: 'Set-Cookie' })
    class ReplacedController {
      @Get()
      @CorsPolicy('partner')
      read(): string {
        return 'read';
      }
    }
    const error = await bootError(
      { cors: { policies: { partner: { origin: APP } } }, controllers: [EmptyController, ReplacedController] },
      platform,
    );
    expect(error.issues.map(({ place, field: name }) => [place, name])).toEqual([
      ['EmptyController', 'maxAge'],
      ['ReplacedController', 'exposedHeaders'],
    ]);
  });
});
