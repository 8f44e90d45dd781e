import { Controller, Get, Injectable, Put } from '@nestjs/common';
import { once } from 'node:events';
import { connect } from 'node:net';
import { CorsAllowlists, CorsPolicy, type OriginAllowlist } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';

const APP = 'https://app.example';
const MAX_ENTRIES = 100;

@Injectable()
class CountingOrigins implements OriginAllowlist {
  async isAllowed(origin: string): Promise<boolean> {
    return Promise.resolve(origin === APP);
  }
}

@Injectable()
class SilentOrigins implements OriginAllowlist {
  isAllowed(_origin: string): Promise<boolean> {
    return new Promise(() => undefined);
  }
}

@Controller()
class TargetController {
  @Get('one')
  @CorsPolicy({ origin: [APP, 'https://*.app.example', /^https:\/\/[a-z]+\.re\.example$/], allowedHeaders: ['X-A'] })
  one(): string {
    return 'one';
  }
  @Put('one')
  @CorsPolicy({ origin: APP })
  put(): string {
    return 'put';
  }
  @Get('counted')
  @CorsPolicy({ origin: CountingOrigins })
  counted(): string {
    return 'counted';
  }
  @Get('silent')
  @CorsPolicy({ origin: SilentOrigins, enforce: true })
  silent(): string {
    return 'silent';
  }
}

afterEach(closeApps);

/** Sends bytes as they are and answers with the status of the first response; 0 where the connection just ends. */
async function sendRaw({ port }: TestApp, bytes: string): Promise<{ status: number; head: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  socket.write(Buffer.from(bytes, 'latin1'));
  socket.end();
  await once(socket, 'close');
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0),
    head: answer.split('\r\n\r\n', 1)[0]!.toLowerCase(),
  };
}

describe.each(PLATFORMS)('hostile requests, on %s', (platform) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startApp(
      {
        cors: { allowlists: { maxEntries: MAX_ENTRIES, timeoutMs: 50 } },
        controllers: [TargetController],
        providers: [CountingOrigins, SilentOrigins],
      },
      platform,
    );
  });
  const servesTheNext = async (): Promise<void> => {
    const next = await app.get('/one', APP);
    expect([next.status, next.text, corsHeaders(next)]).toEqual([200, 'one', { 'access-control-allow-origin': APP }]);
  };

  test.each<[string, string]>([
    ['a control character', 'https://app.example\x01'],
    ['bytes outside ASCII', 'https://äpp.example'],
    ['a tab inside', 'https://app\t.example'],
    ['15,000 labels', `https://${'a.'.repeat(7000)}app.example`],
    ['15,000 colons', `https://${':'.repeat(14_000)}`],
    ['an IPv6 address without an end', `https://[${'1:'.repeat(7000)}`],
    ['only slashes', '/'.repeat(14_000)],
    ['many schemes', 'https://'.repeat(1700)],
  ])('3.1: an Origin with %s is refused in silence', async (_title, origin) => {
    const { status, head } = await sendRaw(
      app,
      `GET /one HTTP/1.1\r\nHost: a\r\nOrigin: ${origin}\r\nConnection: close\r\n\r\n`,
    );
    expect([200, 400]).toContain(status);
    expect(head).not.toContain('access-control-');
    await servesTheNext();
  });

  test.each<[string, string, string]>([
    ['commas', 'PUT', ','.repeat(15_000)],
    ['names without number', 'PUT', 'x-a,'.repeat(3500)],
    ['one endless name', 'PUT', 'x'.repeat(15_000)],
    ['white space', 'PUT', `x-a${' '.repeat(4100)},x-b`],
    ['bytes outside ASCII', 'PUT', 'x-ä'],
    ['an endless method', 'P'.repeat(15_000), 'x-a'],
    ['a method that is no token', 'PUT, GET', 'x-a'],
    ['a method of bytes outside ASCII', 'PÜT', 'x-a'],
  ])('3.3: a preflight with %s grants nothing', async (_title, method, headers) => {
    const { status, head } = await sendRaw(
      app,
      `OPTIONS /one HTTP/1.1\r\nHost: a\r\nOrigin: ${APP}\r\nAccess-Control-Request-Method: ${method}\r\n` +
        `Access-Control-Request-Headers: ${headers}\r\nConnection: close\r\n\r\n`,
    );
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    expect(head).not.toContain('access-control-allow-methods');
    expect(head).not.toContain('access-control-allow-headers');
    await servesTheNext();
  });

  test.each([
    '*',
    '//one',
    '//evil.example/one',
    '/\\one',
    '/../one',
    '/%00',
    '/%ZZ',
    `/${'a/'.repeat(6000)}`,
    `/${'%61'.repeat(4000)}`,
    'http://[',
    'http://evil.example/one',
    '/one?x=%ZZ',
    '/one;x=1',
    '/one#x',
  ])('3.3: the target %.30s is no 500, and takes no other route’s policy', async (target) => {
    for (const method of ['GET', 'OPTIONS']) {
      const { status, head } = await sendRaw(
        app,
        `${method} ${target} HTTP/1.1\r\nHost: a\r\nOrigin: ${APP}\r\nAccess-Control-Request-Method: PUT\r\nConnection: close\r\n\r\n`,
      );
      expect(status).toBeLessThan(500);
      if (status === 404) {
        expect(head).not.toContain('access-control-');
      }
    }
    await servesTheNext();
  });

  test('4: ten thousand distinct origins keep no more answers than maxEntries, and write no log lines', async () => {
    const before = app.logs.length;
    for (let batch = 0; batch < 100; batch++) {
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => app.get('/counted', `https://x${batch}-${index}.example`)),
      );
    }
    const [status] = app.app
      .get(CorsAllowlists)
      .status()
      .filter(({ token }) => token === CountingOrigins);
    expect(status!.entries).toBeLessThanOrEqual(MAX_ENTRIES);
    expect(status!.entries).toBeGreaterThan(0);
    expect(app.logs.length).toBe(before);
    expect(corsHeaders(await app.get('/counted', APP))).toEqual({ 'access-control-allow-origin': APP });
  }, 60_000);

  test('4: a provider that never answers denies after its time, and holds no other request up', async () => {
    const silent = app.get('/silent', APP).then((response) => response);
    await servesTheNext();
    const response = await silent;
    expect([response.status, corsHeaders(response)]).toEqual([403, {}]);
    expect((await app.preflight('/silent', { origin: APP, method: 'GET' })).status).toBe(204);
    await servesTheNext();
  });

  test('3.3: what a preflight costs follows the length of its headers, not their square', async () => {
    const cost = async (length: number): Promise<number> => {
      const headers = `${'x-a,'.repeat(length / 4)}@`;
      const runs: number[] = [];
      for (let run = 0; run < 15; run++) {
        const start = performance.now();
        await app.preflight('/one', { origin: `https://${'a.'.repeat(length / 2)}x`, method: 'PUT', headers });
        runs.push(performance.now() - start);
      }
      return runs.sort((a, b) => a - b)[7]!;
    };
    await cost(400);
    const short = await cost(400);
    expect(await cost(6400)).toBeLessThan(short * 64);
  });
});
