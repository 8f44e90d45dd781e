import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Injectable,
  Post,
  Req,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import {
  CorsAllowlists,
  CorsInspector,
  CorsPolicy,
  type CorsPolicyOptions,
  type Decision,
  NoCors,
  type OriginSource,
} from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { NEST } from '../support/nest.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

const granted = (origin: string): object => ({ 'access-control-allow-origin': origin });

afterEach(closeApps);

describe.each(PLATFORMS)('the inspector on %s', (platform) => {
  describe('2.5: decisionOf() and isTrusted()', () => {
    test('2.5: middleware, guards, handlers and filters can read the decision', async () => {
      const seen: [string, Decision | undefined, boolean][] = [];
      @Injectable()
      class SeeingGuard implements CanActivate {
        constructor(private readonly inspector: CorsInspector) {}
        canActivate(context: ExecutionContext): boolean {
          const native = context.switchToHttp().getRequest<object>();
          seen.push(['guard', this.inspector.decisionOf(native), this.inspector.isTrusted(native)]);
          return true;
        }
      }
      @Catch()
      class SeeingFilter implements ExceptionFilter {
        constructor(private readonly inspector: CorsInspector) {}
        catch(_error: unknown, host: ArgumentsHost): void {
          const native = host.switchToHttp().getRequest<object>();
          seen.push(['filter', this.inspector.decisionOf(native), this.inspector.isTrusted(native)]);
          const response = host.switchToHttp().getResponse<{ status(code: number): { send(body: string): void } }>();
          response.status(418).send('caught');
        }
      }
      @Controller('seen')
      @CorsPolicy({ origin: APP, credentials: true })
      class SeenController {
        constructor(private readonly inspector: CorsInspector) {}
        @Get()
        read(@Req() native: object): string {
          seen.push(['handler', this.inspector.decisionOf(native), this.inspector.isTrusted(native)]);
          return 'read';
        }
        @Get('fails')
        fails(): string {
          throw new Error('fails');
        }
      }
      const app = await startApp(
        {
          controllers: [SeenController],
          providers: [
            { provide: APP_GUARD, useClass: SeeingGuard },
            { provide: APP_FILTER, useClass: SeeingFilter },
          ],
          setUp: (nest) =>
            nest.use((native: object, _response: unknown, next: () => void) => {
              const inspector = nest.get(CorsInspector);
              seen.push(['middleware', inspector.decisionOf(native), inspector.isTrusted(native)]);
              next();
            }),
        },
        platform,
      );
      const allowed = {
        allowed: true,
        reason: 'allowed',
        headers: [
          ['Access-Control-Allow-Origin', APP],
          ['Access-Control-Allow-Credentials', 'true'],
        ],
        vary: ['Origin'],
      };
      await app.get('/seen', APP).expect(200);
      expect(seen).toEqual([
        ['middleware', allowed, true],
        ['guard', allowed, true],
        ['handler', allowed, true],
      ]);
      seen.length = 0;
      const failed = await app.get('/seen/fails', STRANGER);
      expect([failed.status, failed.text]).toEqual([418, 'caught']);
      const refused = { allowed: false, reason: 'origin-not-allowed', headers: [], vary: ['Origin'] };
      expect(seen).toEqual([
        ['middleware', refused, false],
        ['guard', refused, false],
        ['filter', refused, false],
      ]);
      expect(app.app.get(CorsInspector).decisionOf({})).toBeUndefined();
      expect(app.app.get(CorsInspector).isTrusted({})).toBe(false);
    });

    const POLICIES: [string, CorsPolicyOptions | 'no-cors' | undefined, string | undefined, string, boolean][] = [
      ['listed, with credentials', { origin: APP, credentials: true }, APP, 'allowed', true],
      [
        'matched by a pattern, with credentials',
        { origin: 'https://*.example', credentials: true },
        APP,
        'allowed',
        true,
      ],
      [
        'answered by a function, with credentials',
        { origin: async () => true, credentials: true },
        APP,
        'allowed',
        true,
      ],
      ['listed, without credentials', { origin: APP }, APP, 'allowed', false],
      ['any origin', { origin: '*' }, APP, 'allowed', false],
      [
        'any origin, echoed with credentials',
        { origin: [APP, '*'], credentials: true, dangerously: { reflectAnyOriginWithCredentials: true } },
        APP,
        'allowed',
        false,
      ],
      ['not listed', { origin: APP, credentials: true }, STRANGER, 'origin-not-allowed', false],
      ['null', { origin: APP, credentials: true }, 'null', 'origin-null', false],
      ['malformed', { origin: APP, credentials: true }, `${APP}/`, 'origin-malformed', false],
      ['no Origin', { origin: APP, credentials: true }, undefined, 'no-origin', false],
      [
        'a method that the policy lacks',
        { origin: APP, credentials: true, methods: 'PUT' },
        APP,
        'method-not-allowed',
        false,
      ],
      ['@NoCors()', 'no-cors', APP, 'no-cors', false],
      ['no policy', undefined, APP, 'no-policy', false],
    ];
    test.each(POLICIES)('2.5: %s', async (_title, policy, origin, reason, isTrusted) => {
      const mark = policy === 'no-cors' ? NoCors() : policy === undefined ? (): void => undefined : CorsPolicy(policy);
      @Controller('seen')
      class SeenController {
        constructor(private readonly inspector: CorsInspector) {}
        @Post()
        @mark
        read(@Req() native: object): object {
          return { reason: this.inspector.decisionOf(native)?.reason, trusted: this.inspector.isTrusted(native) };
        }
      }
      const app = await startApp({ controllers: [SeenController] }, platform);
      const response = await app.request('POST', '/seen', origin === undefined ? {} : { Origin: origin });
      expect([response.status, response.body]).toEqual([201, { reason, trusted: isTrusted }]);
    });

    // Nest 11 has no CSRF protection.
    if (NEST >= 12) {
      test('2.5: with enableCsrfProtection() exactly the origins that may use a route with cookies pass', async () => {
        const stored = new Set([APP]);
        @Injectable()
        class StoredOrigins implements OriginSource {
          load(): Promise<Iterable<string>> {
            return Promise.resolve([...stored]);
          }
        }
        @Controller('seen')
        class SeenController {
          @Post('cookies')
          @CorsPolicy({ origin: StoredOrigins, credentials: true })
          cookies(): string {
            return 'cookies';
          }
          @Post('asked')
          @CorsPolicy({ origin: (origin) => Promise.resolve(origin === OTHER), credentials: true })
          asked(): string {
            return 'asked';
          }
          @Post('bare')
          @CorsPolicy({ origin: APP })
          bare(): string {
            return 'bare';
          }
          @Post('open')
          @CorsPolicy({ origin: '*' })
          open(): string {
            return 'open';
          }
          @Post('closed')
          @NoCors()
          closed(): string {
            return 'closed';
          }
          @Post('none')
          none(): string {
            return 'none';
          }
        }
        const app = await startApp(
          {
            controllers: [SeenController],
            providers: [StoredOrigins],
            setUp: (nest) =>
              void nest.enableCsrfProtection({
                exclude: (native) => nest.get(CorsInspector).isTrusted(native as object),
              }),
          },
          platform,
        );
        const post = async (path: string, origin: string, headers: Record<string, string> = {}): Promise<number> =>
          (await app.request('POST', `/seen/${path}`, { Origin: origin, ...headers })).status;

        expect(await post('cookies', APP)).toBe(201);
        expect(await post('cookies', APP, { 'Sec-Fetch-Site': 'cross-site' })).toBe(201);
        expect(await post('cookies', STRANGER)).toBe(403);
        expect(await post('cookies', OTHER)).toBe(403);
        stored.add(OTHER).delete(APP);
        await app.app.get(CorsAllowlists).refresh(StoredOrigins);
        expect(await post('cookies', OTHER)).toBe(201);
        expect(await post('cookies', APP)).toBe(403);
        expect(await post('asked', OTHER)).toBe(201);
        expect(await post('asked', APP)).toBe(403);
        for (const path of ['bare', 'open', 'closed', 'none', 'nowhere']) {
          expect([path, await post(path, APP)]).toEqual([path, 403]);
        }
        expect(await post('closed', app.url)).toBe(201);
        // The CSRF check refuses the request. The allowed page can still read the response.
        const refused = await app.request('POST', '/seen/bare', { Origin: APP });
        expect([refused.status, corsHeaders(refused)]).toEqual([403, granted(APP)]);
        const preflight = await app.preflight('/seen/cookies', { origin: OTHER, method: 'POST' });
        expect(preflight.status).toBe(204);
      });
    }
  });
});
