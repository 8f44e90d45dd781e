import { Controller, Get, Header, type INestApplication, NotFoundException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import { CorsConfigurationError, CorsInspector, CorsPolicy, NoCors } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, type PlatformName, startApp, type TestApp } from '../support/app.js';
import { NEST } from '../support/nest.js';

/* 2.3: `resourcePolicy` and `timing`, also with other code that sends Cross-Origin-Resource-Policy app-wide. */

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

@Controller('images')
@CorsPolicy({ origin: '*', resourcePolicy: 'cross-origin' })
class ImagesController {
  @Get('logo')
  logo(): string {
    return 'logo';
  }
  @Get('lost')
  lost(): never {
    throw new NotFoundException();
  }
  @Get('listed')
  @CorsPolicy({ origin: APP, resourcePolicy: 'same-site', timing: true })
  listed(): string {
    return 'listed';
  }
  @Get('enforced')
  @CorsPolicy({ origin: APP, enforce: true })
  enforced(): string {
    return 'enforced';
  }
  @Get('timed')
  @CorsPolicy({ timing: true })
  timed(): string {
    return 'timed';
  }
  @Get('own-timing')
  @CorsPolicy({ timing: true })
  @Header('Timing-Allow-Origin', APP)
  ownTiming(): string {
    return 'own';
  }
  @Get('replaced-timing')
  @CorsPolicy({ timing: true, override: true })
  @Header('timing-allow-origin', APP)
  replacedTiming(): string {
    return 'replaced';
  }
  @Get('own-origin')
  @CorsPolicy({ timing: true })
  @Header('Access-Control-Allow-Origin', APP)
  ownOrigin(): string {
    return 'own';
  }
  @Get('closed')
  @NoCors()
  closed(): string {
    return 'closed';
  }
}

const LAYERS: Readonly<Record<string, (app: INestApplication, platform: PlatformName) => void>> = {
  helmet: (app) => void app.use(helmet()),
  ...(NEST < 12 ? {} : { 'useSecurityHeaders()': (app: INestApplication) => void app.useSecurityHeaders() }),
  'a hook or middleware of the app': (app, platform) => {
    const instance = app.get(HttpAdapterHost).httpAdapter.getInstance<FastifyInstance>();
    if (platform === 'fastify') {
      instance.addHook('onSend', async (_request, reply) => {
        void reply.header('Cross-Origin-Resource-Policy', 'same-origin');
      });
    } else {
      app.use((_request: object, response: { set(fields: object): void }, next: () => void) => {
        response.set({ 'cross-origin-resource-policy': 'same-origin' });
        next();
      });
    }
  },
};

afterEach(closeApps);

describe.each(PLATFORMS)('2.3, Cross-Origin-Resource-Policy on %s', (platform) => {
  const sent = async (app: TestApp, path: string, origin?: string): Promise<string | undefined> => {
    const { headers } = await app.get(path, origin);
    return (headers as Record<string, string>)['cross-origin-resource-policy'];
  };

  test.each(Object.keys(LAYERS))('the value of the policy replaces that of %s', async (layer) => {
    const app = await startApp(
      { controllers: [ImagesController], setUp: (nest) => LAYERS[layer]!(nest, platform) },
      platform,
    );
    // `<img>` sends no `Origin`, and the header does not depend on it.
    for (const origin of [undefined, APP, STRANGER]) {
      const paths = ['images/logo', 'images/lost', 'images/listed', 'images/enforced', 'images/closed', 'elsewhere'];
      expect(await Promise.all(paths.map((path) => sent(app, `/${path}`, origin)))).toEqual([
        'cross-origin',
        'cross-origin',
        'same-site',
        'cross-origin',
        'same-origin',
        'same-origin',
      ]);
    }
  });

  test('a policy without the field sends none, and a preflight has none', async () => {
    const app = await startApp({ controllers: [ImagesController], cors: { defaultPolicy: { origin: '*' } } }, platform);
    expect(await sent(app, '/elsewhere', APP)).toBeUndefined();
    const preflight = await app.preflight('/images/logo', { method: 'GET' });
    expect(preflight.headers['cross-origin-resource-policy']).toBeUndefined();
  });

  test('2.5: explain() and routes() show it', async () => {
    const app = await startApp({ controllers: [ImagesController] }, platform);
    const inspector = app.app.get(CorsInspector);
    const { response, policy } = await inspector.explain({ url: '/images/listed', origin: APP });
    expect(response.headers).toEqual({
      'Access-Control-Allow-Origin': APP,
      'Cross-Origin-Resource-Policy': 'same-site',
      'Timing-Allow-Origin': APP,
      Vary: 'Origin',
    });
    expect(policy).toMatchObject({ resourcePolicy: 'same-site', timing: true, override: false });
  });
});

describe.each(PLATFORMS)('2.3, Timing-Allow-Origin on %s', (platform) => {
  test.each([
    ['/images/listed', APP, APP],
    ['/images/listed', STRANGER, undefined],
    ['/images/listed', undefined, undefined],
    ['/images/timed', STRANGER, '*'],
    ['/images/timed', undefined, '*'],
    ['/images/logo', APP, undefined],
  ])('%s of %s is sent %s', async (path, origin, expected) => {
    const app = await startApp({ controllers: [ImagesController] }, platform);
    const response = await app.get(path, origin);
    expect(response.headers['timing-allow-origin']).toBe(expected);
    expect(corsHeaders(response)['access-control-allow-origin']).toBe(
      expected ?? (path.endsWith('logo') ? '*' : undefined),
    );
  });
});

describe.each(PLATFORMS)('2.3, Timing-Allow-Origin of the app itself on %s', (platform) => {
  test.each([
    ['is sent in place of that of the policy', '/images/own-timing', APP],
    ['is replaced under `override`', '/images/replaced-timing', '*'],
    ['is not added where the CORS headers of the app itself are sent', '/images/own-origin', undefined],
  ])('%s', async (_title, path, expected) => {
    const app = await startApp({ controllers: [ImagesController] }, platform);
    const response = await app.get(path, STRANGER);
    expect(response.headers['timing-allow-origin']).toBe(expected);
    // Cross-Origin-Resource-Policy does not depend on the origin. The policy sets it even if the app sets CORS headers.
    expect(response.headers['cross-origin-resource-policy']).toBe('cross-origin');
  });
});

describe('3.7, a wrong value', () => {
  test.each([
    ['cross-orign', "'cross-origin'"],
    ['Same-Origin', "'same-origin'"],
    ['unsafe-none', undefined],
    [true, undefined],
  ])('%s of resourcePolicy stops startup', async (value, suggestion) => {
    const boot = startApp({ cors: { defaultPolicy: { origin: '*', resourcePolicy: value as 'same-site' } } });
    const error = (await boot.catch((thrown: unknown) => thrown)) as CorsConfigurationError;
    expect(error.issues).toMatchObject([
      {
        place: 'defaultPolicy',
        field: 'resourcePolicy',
        code: 'not-a-resource-policy',
        reason: expect.stringMatching(/the known values are same-origin, same-site, cross-origin\.$/) as unknown,
      },
    ]);
    expect(error.issues[0]!.suggestion).toBe(suggestion);
  });

  test.each(['override', 'timing'])('%s that is not a boolean stops startup', async (field) => {
    const boot = startApp({ cors: { defaultPolicy: { origin: '*', [field]: 'yes' } } });
    await expect(boot).rejects.toMatchObject({ issues: [{ field, code: 'not-a-boolean' }] });
  });
});
