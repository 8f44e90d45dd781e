import { Controller, Get, Injectable } from '@nestjs/common';
import { connect } from 'node:net';
import { CorsAllowlists, type CorsContext, CorsPolicy, type OriginAllowlist } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { NextController, servesTheNext } from '../support/hostile.js';
import { ask, rawHead, sendRaw } from '../support/raw-http.js';

/* Memory and waiting requests stay bounded for clients that choose many origins, keys and times. */

const APP = 'https://app.example';
const MAX_ENTRIES = 100;

afterEach(closeApps);

@Injectable()
class CountingOrigins implements OriginAllowlist {
  static asked = 0;
  async isAllowed(origin: string): Promise<boolean> {
    CountingOrigins.asked++;
    return Promise.resolve(origin === APP);
  }
}

@Injectable()
class HungOrigins implements OriginAllowlist {
  asked = 0;
  isAllowed(_origin: string, _context: CorsContext): Promise<boolean> {
    this.asked++;
    return new Promise(() => undefined);
  }
}

@Injectable()
class KeyedOrigins implements OriginAllowlist {
  cacheKey({ url }: CorsContext): string {
    return url;
  }
  async isAllowed(_origin: string, _context: CorsContext): Promise<boolean> {
    return Promise.resolve(true);
  }
}

@Controller()
class TargetController {
  @Get('counted')
  @CorsPolicy({ origin: CountingOrigins })
  counted(): string {
    return 'counted';
  }
  @Get('hung')
  @CorsPolicy({ origin: HungOrigins })
  hung(): string {
    return 'hung';
  }
  @Get('silent')
  @CorsPolicy({ origin: HungOrigins, enforce: true })
  silent(): string {
    return 'silent';
  }
  @Get('keyed')
  @CorsPolicy({ origin: KeyedOrigins })
  keyed(): string {
    return 'keyed';
  }
}

describe.each(PLATFORMS)('hostile clients of providers, on %s', (platform) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startApp(
      {
        cors: { allowlists: { maxEntries: MAX_ENTRIES, timeoutMs: 60 } },
        controllers: [NextController, TargetController],
        providers: [CountingOrigins, HungOrigins, KeyedOrigins],
      },
      platform,
    );
  });

  test('4.1: with ten thousand distinct origins, at most maxEntries answers are kept, and no log line is written', async () => {
    const before = app.logs.length;
    CountingOrigins.asked = 0;
    for (let batch = 0; batch < 100; batch++) {
      const origins = Array.from({ length: 100 }, (_, index) => `https://x${batch}-${index}.example`);
      await sendRaw(
        app.port,
        origins.map((origin) => `GET /counted HTTP/1.1\r\nHost: a\r\nOrigin: ${origin}\r\n\r\n`).join(''),
      );
    }
    expect(CountingOrigins.asked).toBe(10_000);
    const [status] = app.app
      .get(CorsAllowlists)
      .status()
      .filter(({ name }) => name === 'CountingOrigins');
    expect(status!.entries).toBeLessThanOrEqual(MAX_ENTRIES);
    expect(status!.entries).toBeGreaterThan(0);
    expect(app.logs.length).toBe(before);
    expect(corsHeaders(await app.get('/counted', APP))).toEqual({ 'access-control-allow-origin': APP });
  }, 60_000);

  test('4.1: a provider that never answers denies after its time, and delays no other request', async () => {
    const silent = app.get('/silent', APP).then((response) => response);
    await servesTheNext(app);
    const response = await silent;
    expect([response.status, corsHeaders(response)]).toEqual([403, {}]);
    expect((await app.preflight('/silent', { origin: APP, method: 'GET' })).status).toBe(204);
    await servesTheNext(app);
  });

  test('4.1: a provider that never answers denies hundreds of requests at once, each in time', async () => {
    const start = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => ask(app, 'GET /hung', `Origin: https://x${index}.example`)),
    );
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(['200 hung']));
    expect(answers.every((answer) => Object.keys(answer.cors()).length === 0)).toBe(true);
    await servesTheNext(app);
  }, 20_000);

  test('4.1: a client that leaves while its origin is being checked has no effect on other requests', async () => {
    for (const line of ['GET /hung', 'OPTIONS /hung']) {
      await new Promise<void>((closed) => {
        const socket = connect(app.port, '127.0.0.1', () => {
          socket.write(rawHead(`${line} HTTP/1.1`, [`Origin: ${APP}`, 'Access-Control-Request-Method: GET']));
          setTimeout(() => socket.resetAndDestroy(), 20);
        });
        socket.on('error', () => undefined).on('close', () => closed());
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    await servesTheNext(app);
  });

  test('4.1: keys that the client chooses fill the cache up to maxEntries only', async () => {
    for (let batch = 0; batch < 10; batch++) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          ask(app, `GET /keyed?${batch}-${index}`, `Origin: https://a${index}.example`),
        ),
      );
    }
    const status = app.app
      .get(CorsAllowlists)
      .status()
      .find(({ name }) => name === 'KeyedOrigins');
    expect(status!.entries).toBeGreaterThan(0);
    expect(status!.entries).toBeLessThanOrEqual(MAX_ENTRIES);
  });
});
