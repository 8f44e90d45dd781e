import { Controller, Get } from '@nestjs/common';
import { CorsPolicy, NoCors } from '../../lib/index.js';
import { preflightAnswer } from '../support/answers.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

afterEach(closeApps);

const PUBLIC = { origin: '*', maxAge: 60 };

describe.each(PLATFORMS)('places without an origin of their own, on %s', (platform) => {
  test('3.2: inside @NoCors() a name opens a handler, and options must have their own origin', async () => {
    @Controller('closed')
    @NoCors()
    class ClosedController {
      @Get('closed')
      closed(): string {
        return 'closed';
      }
      @Get('named')
      @CorsPolicy('public')
      named(): string {
        return 'named';
      }
      @Get('own')
      @CorsPolicy({ origin: OTHER, maxAge: 7 })
      own(): string {
        return 'own';
      }
    }
    const app = await startApp(
      {
        cors: {
          policies: { public: PUBLIC },
          defaultPolicy: { origin: APP, credentials: true, exposedHeaders: ['X-Total'], allowedHeaders: ['X-One'] },
        },
        controllers: [ClosedController],
      },
      platform,
    );
    expect(corsHeaders(await app.get('/closed/closed', APP))).toEqual({});
    expect(corsHeaders(await app.get('/closed/named', OTHER))).toEqual({ 'access-control-allow-origin': '*' });
    // No option of the default policy applies: no credentials, no exposed headers, any request header.
    expect(corsHeaders(await app.get('/closed/own', OTHER))).toEqual({ 'access-control-allow-origin': OTHER });
    const asked = await app.preflight('/closed/own', { origin: OTHER, method: 'GET', headers: 'x-any' });
    expect([asked.status, corsHeaders(asked)]).toEqual([
      204,
      {
        'access-control-allow-origin': OTHER,
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'x-any',
        'access-control-max-age': '7',
      },
    ]);
  });

  test('3.2: inside @NoCors() options without an origin stop startup', async () => {
    @Controller('closed')
    @NoCors()
    class ClosedController {
      @Get('refined')
      @CorsPolicy({ maxAge: 5 })
      refined(): string {
        return 'refined';
      }
    }
    const boot = startApp({ cors: { defaultPolicy: { origin: APP } }, controllers: [ClosedController] }, platform);
    await expect(boot).rejects.toMatchObject({
      issues: [{ place: 'ClosedController.refined', field: 'origin', code: 'origin-missing' }],
    });
  });

  test('3.2: a class may leave the origin to its handlers if each of them has one', async () => {
    @Controller('left')
    @CorsPolicy({ credentials: true, maxAge: 30 })
    class LeftController {
      @Get('app')
      @CorsPolicy({ origin: APP })
      app(): string {
        return 'app';
      }
      @Get('other')
      @CorsPolicy({ origin: OTHER, maxAge: 60 })
      other(): string {
        return 'other';
      }
      @Get('named')
      @CorsPolicy('public')
      named(): string {
        return 'named';
      }
      @Get('closed')
      @NoCors()
      closed(): string {
        return 'closed';
      }
    }
    const app = await startApp({ cors: { policies: { public: PUBLIC } }, controllers: [LeftController] }, platform);
    const credentials = { 'access-control-allow-credentials': 'true' };
    expect(corsHeaders(await app.get('/left/app', APP))).toEqual({
      'access-control-allow-origin': APP,
      ...credentials,
    });
    expect(await preflightAnswer(app, '/left/app', APP, 'GET')).toEqual([
      204,
      {
        'access-control-allow-origin': APP,
        ...credentials,
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-max-age': '30',
      },
    ]);
    expect(await preflightAnswer(app, '/left/other', OTHER, 'GET')).toMatchObject([
      204,
      { 'access-control-max-age': '60' },
    ]);
    expect(corsHeaders(await app.get('/left/named', OTHER))).toEqual({ 'access-control-allow-origin': '*' });
    expect(corsHeaders(await app.get('/left/closed', APP))).toEqual({});
  });

  test('3.2: a class without an origin stops startup if one of its handlers has none', async () => {
    @Controller('left')
    @CorsPolicy({ maxAge: 30 })
    class LeftController {
      @Get('app')
      @CorsPolicy({ origin: APP })
      app(): string {
        return 'app';
      }
      @Get('forgotten')
      forgotten(): string {
        return 'forgotten';
      }
      @Get('forgotten-too')
      forgottenToo(): string {
        return 'forgotten';
      }
    }
    await expect(startApp({ controllers: [LeftController] }, platform)).rejects.toMatchObject({
      issues: [{ place: 'LeftController', field: 'origin', code: 'origin-missing' }],
    });
  });
});
