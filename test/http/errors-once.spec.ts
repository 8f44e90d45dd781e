import { Controller, Get } from '@nestjs/common';
import { CorsPolicy, type CorsPolicyOptions } from '../../lib/index.js';
import { closeApps, PLATFORMS } from '../support/app.js';
import { bootError, facts } from '../support/boot-error.js';

const APP = 'https://app.example';

afterEach(closeApps);

describe.each(PLATFORMS)('one error is reported once, on %s', (platform) => {
  @Controller('many')
  @CorsPolicy('partner')
  class ManyController {
    @Get('a')
    a(): string {
      return 'a';
    }
    @Get('b')
    @CorsPolicy({ maxAge: 5 })
    b(): string {
      return 'b';
    }
    @Get('c')
    @CorsPolicy('partner', { exposedHeaders: ['X-C'] })
    c(): string {
      return 'c';
    }
  }

  test.each<[string, CorsPolicyOptions, object]>([
    ['a bad origin', { origin: `${APP}/` }, { field: 'origin', code: 'origin-trailing-slash' }],
    ['no origin', { maxAge: 7 }, { field: 'origin', code: 'origin-missing' }],
    [
      "'*' with credentials",
      { origin: '*', credentials: true },
      { field: 'origin', code: 'any-origin-with-credentials' },
    ],
    ['an unknown field', { origin: APP, orign: APP } as object, { field: 'orign', code: 'unknown-field' }],
    [
      'an insecure origin',
      { origin: 'http://app.example', credentials: true },
      { field: 'origin', code: 'origin-insecure' },
    ],
  ])('3.7: %s in a shared policy is reported once, not for each route', async (_rule, partner, issue) => {
    const error = await bootError(
      {
        cors: {
          policies: { partner },
          defaultPolicy: 'partner',
          routes: [
            { path: '/x', policy: 'partner' },
            { path: '/y', policy: 'partner' },
          ],
        },
        controllers: [ManyController],
      },
      platform,
    );
    expect(error.issues).toMatchObject([{ place: 'policies.partner', ...issue }]);
    expect(error.issues).toHaveLength(1);
  });

  test('3.7: an error in the default policy is reported once, however many places refine it', async () => {
    @Controller()
    @CorsPolicy({ maxAge: 5 })
    class RefiningController {
      @Get('a')
      a(): string {
        return 'a';
      }
      @Get('b')
      @CorsPolicy({ exposedHeaders: ['X-B'] })
      b(): string {
        return 'b';
      }
    }
    for (const [defaultPolicy, place, code] of [
      [{ maxAge: 7 }, 'defaultPolicy', 'origin-missing'],
      ['missing', 'defaultPolicy', 'unknown-policy'],
      [5, 'defaultPolicy', 'not-a-policy'],
      [{ origin: '*', credentials: true }, 'defaultPolicy', 'any-origin-with-credentials'],
    ] as const) {
      const error = await bootError(
        { cors: { defaultPolicy: defaultPolicy as string }, controllers: [RefiningController] },
        platform,
      );
      expect(error.issues.map((issue) => [issue.place, issue.code])).toEqual([[place, code]]);
    }
  });

  test('3.7: an unknown name on a class is reported once, even if its handlers refine it', async () => {
    @Controller()
    @CorsPolicy('partnr')
    class MistypedController {
      @Get('a')
      a(): string {
        return 'a';
      }
      @Get('b')
      @CorsPolicy({ maxAge: 5 })
      b(): string {
        return 'b';
      }
      @Get('c')
      @CorsPolicy({ exposedHeaders: ['X-C'] })
      c(): string {
        return 'c';
      }
    }
    const error = await bootError({ controllers: [MistypedController] }, platform);
    expect(facts(error.issues)).toEqual([
      { place: 'MistypedController', field: '', value: 'partnr', code: 'unknown-policy' },
    ]);
  });

  test('3.7: fields that exclude each other are reported once, where they meet', async () => {
    @Controller()
    @CorsPolicy('public', { credentials: true })
    class TogetherController {
      @Get('a')
      a(): string {
        return 'a';
      }
      @Get('b')
      @CorsPolicy({ maxAge: 5 })
      b(): string {
        return 'b';
      }
      @Get('c')
      @CorsPolicy({ origin: 'http://app.example' })
      c(): string {
        return 'c';
      }
    }
    const error = await bootError(
      { cors: { policies: { public: { origin: '*' } } }, controllers: [TogetherController] },
      platform,
    );
    expect(facts(error.issues)).toEqual([
      { place: 'TogetherController', field: 'origin', value: '*', code: 'any-origin-with-credentials' },
      { place: 'TogetherController.c', field: 'origin', value: 'http://app.example', code: 'origin-insecure' },
    ]);
  });

  test('3.7: an inherited handler is reported for each controller that is wrong', async () => {
    class Base {
      @Get('shared')
      @CorsPolicy({ credentials: true })
      shared(): string {
        return 'shared';
      }
    }
    @Controller('open')
    @CorsPolicy({ origin: '*' })
    class OpenController extends Base {}
    @Controller('listed')
    @CorsPolicy({ origin: APP })
    class ListedController extends Base {}
    const error = await bootError({ controllers: [OpenController, ListedController] }, platform);
    expect(facts(error.issues)).toEqual([
      { place: 'OpenController.shared', field: 'origin', value: '*', code: 'any-origin-with-credentials' },
    ]);
  });

  test('3.7: each of several errors of one field is reported, also long values that differ at their end', async () => {
    const long = (end: string): string => `https://${'a.'.repeat(60)}example/${end}`;
    const error = await bootError(
      { cors: { policies: { partner: { origin: [long('one'), long('two'), 'b.example', 'b.example'] } } } },
      platform,
    );
    expect(error.issues.map(({ value }) => value)).toEqual([long('one'), long('two'), 'b.example']);
  });

  test('3.7: one wrong field hides no other error of its policy', async () => {
    const partner = { credentials: 'yes', maxAge: -5 } as unknown as CorsPolicyOptions;
    const error = await bootError({ cors: { policies: { partner } } }, platform);
    expect(error.issues.map(({ field: name, code }) => [name, code])).toEqual([
      ['credentials', 'not-a-boolean'],
      ['maxAge', 'out-of-range'],
      ['origin', 'origin-missing'],
    ]);
  });
});
