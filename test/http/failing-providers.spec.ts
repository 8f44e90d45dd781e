import { Controller, Get, Put } from '@nestjs/common';
import { CorsPolicy, type OriginAllowlist } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

const APP = 'https://app.example';

afterEach(closeApps);

class Broken implements OriginAllowlist {
  constructor(private readonly answer: () => unknown) {}
  isAllowed(): boolean {
    return this.answer() as boolean;
  }
}

describe.each(PLATFORMS)('providers that fail, on %s', (platform) => {
  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['rejects with nothing', () => new Promise((_resolve, reject) => (reject as () => void)())],
    ['answers with what only looks like true', () => 'true'],
    ['answers with 1', () => 1],
    ['answers with an object', () => Promise.resolve({ allowed: true })],
    ['answers with nothing', () => undefined],
    ['never answers', () => new Promise(() => undefined)],
    [
      'answers with a thenable that throws',
      () => ({
        then() {
          throw new Error('then');
        },
      }),
    ],
  ])('3.5: a provider that %s denies, and is no 500', async (_title, answer) => {
    @Controller('broken')
    @CorsPolicy({ origin: { provider: 'broken' } })
    class BrokenController {
      @Get()
      get(): string {
        return 'served';
      }
      @Put()
      @CorsPolicy({ origin: () => answer() as boolean })
      put(): string {
        return 'served';
      }
    }
    const app = await startApp(
      {
        cors: { allowlists: { timeoutMs: 30 } },
        controllers: [BrokenController],
        providers: [{ provide: 'broken', useValue: new Broken(answer) }],
      },
      platform,
    );
    for (const method of ['GET', 'PUT']) {
      const response = await app.request(method, '/broken', { Origin: APP });
      expect([response.status, response.text, corsHeaders(response), response.headers['vary']]).toEqual([
        200,
        'served',
        {},
        'Origin',
      ]);
      const preflight = await app.preflight('/broken', { origin: APP, method });
      expect([preflight.status, corsHeaders(preflight)]).toEqual([204, {}]);
    }
  });
});
