import { Controller, Get, Injectable, Module } from '@nestjs/common';
import {
  type CorsContext,
  CorsInspector,
  CorsModule,
  type OriginAllowlist,
  type OriginSource,
} from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';

/* Rule 2.5: CorsInspector.admits(), which the code of an app can call. */

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

@Injectable()
class Tenants implements OriginSource {
  load(): Promise<string[]> {
    return Promise.resolve([APP]);
  }
}

@Injectable()
class ByHost implements OriginAllowlist {
  readonly seen: CorsContext[] = [];

  isAllowed(origin: string, context: CorsContext): Promise<boolean> {
    this.seen.push(context);
    return Promise.resolve(origin === `https://${context.hostname}`);
  }
}

@Injectable()
class Failing implements OriginAllowlist {
  isAllowed(_origin: string): boolean {
    throw new Error('down');
  }
}

@Controller('plain')
class PlainController {
  @Get()
  read(): string {
    return 'plain';
  }
}

@Module({ imports: [CorsModule.forFeature({ policies: { feature: { origin: 'https://*.feature.example' } } })] })
class FeatureModule {}

describe.each(PLATFORMS)('2.5: CorsInspector.admits() on %s', (platform) => {
  let inspector: CorsInspector;
  let byHost: ByHost;

  beforeAll(async () => {
    const { app } = await startApp(
      {
        cors: {
          policies: {
            listed: { origin: [APP, 'http://localhost:*', /^https:\/\/pr-\d+\.example$/], credentials: true },
            open: { origin: '*' },
            none: { origin: false },
            sandbox: { origin: ['null', APP], dangerously: { allowNullOrigin: true } },
            tenants: { origin: Tenants },
            hosted: { origin: ByHost },
            failing: { origin: Failing },
          },
        },
        imports: [FeatureModule],
        controllers: [PlainController],
        providers: [Tenants, ByHost, Failing],
      },
      platform,
    );
    inspector = app.get(CorsInspector);
    byHost = app.get(ByHost);
  });

  afterAll(closeApps);

  test.each<[policy: string, origin: string | undefined, admitted: boolean]>([
    ['listed', APP, true],
    ['listed', 'http://localhost:5173', true],
    ['listed', 'https://pr-7.example', true],
    ['listed', STRANGER, false],
    ['listed', `${APP}/`, false],
    ['listed', `${APP}, ${APP}`, false],
    ['listed', 'HTTPS://APP.EXAMPLE', false],
    ['listed', '', false],
    ['listed', 'null', false],
    ['listed', undefined, false],
    ['sandbox', 'null', true],
    ['open', STRANGER, true],
    ['open', 'null', true],
    ['open', 'not an origin', true],
    ['open', undefined, true],
    ['none', APP, false],
    ['feature', 'https://a.feature.example', true],
    ['feature', 'https://feature.example', false],
    ['tenants', APP, true],
    ['tenants', STRANGER, false],
    ['tenants', `https://${'a'.repeat(600)}.example`, false],
  ])('answers at once, also for policies that no route uses: %s, %s', (policy, origin, admitted) => {
    expect(inspector.admits(policy, origin)).toBe(admitted);
  });

  test('calls a provider with the given context, and with defaults for the rest', async () => {
    const request = { upgrade: true };
    const asked = inspector.admits('hosted', APP, { hostname: 'app.example', url: '/socket', request });
    expect(asked).toBeInstanceOf(Promise);
    expect(await asked).toBe(true);
    expect(byHost.seen.at(-1)).toEqual({
      origin: APP,
      method: 'GET',
      url: '/socket',
      hostname: 'app.example',
      params: {},
      route: undefined,
      preflight: false,
      request,
    });
    expect(await inspector.admits('hosted', APP)).toBe(false);
  });

  test('calls no provider for an origin that is missing, malformed or null', async () => {
    const before = byHost.seen.length;
    for (const origin of [undefined, null, 5, ['https://app.example'], 'null', 'https://a b', `${APP}/x`]) {
      expect(await inspector.admits('hosted', origin as string)).toBe(false);
    }
    expect(byHost.seen.length).toBe(before);
  });

  test('denies if a provider fails', async () => {
    expect(await inspector.admits('failing', APP)).toBe(false);
  });

  test('throws for an unknown policy name', () => {
    expect(() => inspector.admits('lsited', APP)).toThrow(
      'no policy is registered as "lsited"; the registered policies are listed, open, none, sandbox, tenants, hosted, failing, feature. Did you mean "listed"?',
    );
    expect(() => inspector.admits(undefined as never, APP)).toThrow('no policy is registered as undefined');
  });

  test.each<[what: string, value: unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['an empty object', {}],
    ['a text', 'GET /'],
    ['a number', 7],
    ['an object with an empty raw request', { raw: null }],
    ['a request that was not received', { method: 'GET', url: '/', headers: { origin: APP } }],
    ['a function', () => undefined],
  ])('decisionOf() and isTrusted() know nothing of %s', (_what, value) => {
    expect(inspector.decisionOf(value)).toBeUndefined();
    expect(inspector.isTrusted(value)).toBe(false);
  });
});
