import { Controller, Get } from '@nestjs/common';
import { CorsInspector, type CorsContext, type CorsPolicyOptions, CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';

/* 3.7: the library warns about an origin function that allows every origin with credentials. */

const PAGE = 'https://page.example';

afterEach(closeApps);

function found({ app }: TestApp): readonly unknown[] {
  return app
    .get(CorsInspector)
    .audit()
    .filter(({ code }) => code === 'admits-strangers')
    .map(({ place, detail }) => [place, detail]);
}

describe.each(PLATFORMS)('origin functions at startup, on %s', (platform) => {
  const start = (policy: CorsPolicyOptions) =>
    startApp({ cors: { policies: { partner: policy }, allowlists: { timeoutMs: 50 } } }, platform);

  test.each<[string, CorsPolicyOptions['origin']]>([
    ['at once', () => true],
    ['later', async () => Promise.resolve(true)],
    ['by the scheme alone', (origin: string) => /^https?:/.test(origin)],
  ])('3.7: a function that allows everyone %s is a warning', async (_how, origin) => {
    const app = await start({ origin, credentials: true });
    expect(found(app)).toEqual([['policies.partner', expect.stringMatching(/function|origin\(\)/)]]);
    expect(app.logs.filter((line) => line.includes('[admits-strangers]'))).toHaveLength(1);
  });

  test.each<[string, CorsPolicyOptions]>([
    ['admits one origin', { origin: (origin) => origin === PAGE, credentials: true }],
    ['admits no http: origin', { origin: (origin) => origin.startsWith('https:'), credentials: true }],
    ['has no credentials', { origin: () => true }],
    ['is meant so', { origin: () => true, credentials: true, dangerously: { reflectAnyOriginWithCredentials: true } }],
    [
      'throws',
      {
        origin: () => {
          throw new Error('needs a request');
        },
        credentials: true,
      },
    ],
    ['never answers', { origin: () => new Promise<boolean>(() => undefined), credentials: true }],
  ])('3.7: a function that %s is not a warning', async (_what, policy) => {
    expect(found(await start(policy))).toEqual([]);
  });

  test('3.7: each function is called once for each stranger, however many policies use it', async () => {
    const asked: [string, CorsContext][] = [];
    const origin = (name: string, context: CorsContext): boolean => {
      asked.push([name, context]);
      return true;
    };
    @Controller()
    @CorsPolicy({ origin, credentials: true })
    class AskedController {
      @Get('a')
      a(): void {}
      @Get('b')
      @CorsPolicy({ maxAge: 60 })
      b(): void {}
    }
    const app = await startApp({ controllers: [AskedController] }, platform);
    expect(asked.map(([name]) => name).sort()).toEqual([
      'http://stranger.invalid',
      'https://another-stranger.invalid:8443',
      'https://stranger.invalid',
    ]);
    expect(asked[0]![1]).toMatchObject({ preflight: false, request: undefined, route: undefined });
    expect(found(app)).toEqual([['AskedController', 'origin()']]);
  });
});
