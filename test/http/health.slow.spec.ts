import { spawn } from 'node:child_process';
import { once } from 'node:events';
import request from 'supertest';
import {
  CorsAllowlists,
  type CorsHealth,
  CorsHealthIndicator,
  type CorsHealthOptions,
  CorsModule,
  type CorsOrigin,
  type OriginSource,
} from '../../lib/index.js';
import { closeApps, startApp, type TestApp } from '../support/app.js';
import { builtLibrary } from '../support/built-library.js';

const A = 'https://a.example';
const SECRET = 'postgres://app:hunter2@db.internal:5432/tenants';

/** A source that returns a list or fails, as the test sets it. */
class TenantOrigins implements OriginSource {
  list: readonly string[] | undefined = [A];
  load(): Promise<readonly string[]> {
    return this.list === undefined ? Promise.reject(new Error(`no route to ${SECRET}`)) : Promise.resolve(this.list);
  }
}

afterEach(closeApps);

const boot = (source: TenantOrigins, allowlists: object = {}): Promise<TestApp> =>
  startApp({
    providers: [{ provide: TenantOrigins, useValue: source }],
    cors: { policies: { tenant: { origin: TenantOrigins } }, allowlists: { refreshMs: 600_000, ...allowlists } },
  });

const healthOf = ({ app }: TestApp, options?: CorsHealthOptions): CorsHealth =>
  app.get(CorsHealthIndicator).isHealthy('cors', options).cors;
const refresh = ({ app }: TestApp): Promise<void> =>
  app
    .get(CorsAllowlists)
    .refresh()
    .catch(() => undefined);

describe('2.5: the health indicator', () => {
  test('is up while every list is loaded, and shows each list', async () => {
    const source = new TenantOrigins();
    source.list = [A, 'https://b.example/', '*'];
    const started = await boot(source);
    expect(started.app.get(CorsHealthIndicator).isHealthy()).toEqual({
      cors: {
        status: 'up',
        providers: [
          { provider: 'TenantOrigins', state: 'ok', entries: 1, rejected: 2, loadedAt: expect.any(String) as unknown },
        ],
      },
    });
  });

  test('is down while a list cannot be looked up, and up afterwards', async () => {
    let fails = true;
    const lookUp = async (patterns: readonly string[]) =>
      fails ? Promise.reject(new Error('down')) : patterns.filter((pattern) => pattern === A);
    const started = await startApp({
      providers: [{ provide: 'SHOPS', useValue: { lookUp } }],
      cors: {
        policies: { shop: { origin: { provider: 'SHOPS' } } },
        defaultPolicy: 'shop',
        allowlists: { negativeTtlMs: 0 },
      },
    });
    expect(healthOf(started).status).toBe('up');
    await started.get('/', A);
    expect(healthOf(started)).toMatchObject({ status: 'down', providers: [{ state: 'not-loaded' }] });
    fails = false;
    await started.get('/', A);
    expect(healthOf(started)).toMatchObject({
      status: 'up',
      message: '1 failing: a call that fails denies, cached answers are still used',
    });
  });

  test('is down until a list is loaded, and up afterwards', async () => {
    const source = new TenantOrigins();
    source.list = undefined;
    const started = await boot(source);
    const down = healthOf(started, { failing: 'up' });
    expect(down).toEqual({
      status: 'down',
      message: '1 without a usable list: they deny every origin',
      providers: [{ provider: 'TenantOrigins', state: 'not-loaded', entries: 0, rejected: 0 }],
    });
    source.list = [A];
    await refresh(started);
    expect(healthOf(started).status).toBe('up');
  });

  test.each(['up', 'degraded', 'down'] as const)(
    'is %s, as configured, while the last good list is used',
    async (failing) => {
      const source = new TenantOrigins();
      const started = await boot(source);
      source.list = undefined;
      await refresh(started);
      const health = healthOf(started, { failing });
      expect([health.status, health.message]).toEqual([failing, '1 failing: the last good answers are used']);
      expect(health.providers).toMatchObject([{ state: 'failing', entries: 1 }]);
      expect(healthOf(started).status).toBe('up');
    },
  );

  test('is down if a list is stale', async () => {
    const source = new TenantOrigins();
    const started = await boot(source, { refreshMs: 20, maxStaleMs: 21 });
    source.list = undefined;
    await refresh(started);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(healthOf(started, { failing: 'up' })).toMatchObject({ status: 'down', providers: [{ state: 'stale' }] });
  });

  test('does not show the text of an error, which may contain a secret', async () => {
    const source = new TenantOrigins();
    const started = await boot(source);
    source.list = undefined;
    await refresh(started);
    expect(started.app.get(CorsAllowlists).status()[0]?.lastError).toContain('hunter2');
    expect(JSON.stringify(healthOf(started))).not.toMatch(/hunter2|db\.internal|Error/);
  });

  test('lists failing providers first, at most 20, by names of bounded length', async () => {
    const tokens = Array.from({ length: 30 }, (_, index) => Symbol(`${index} ${'x'.repeat(500)}`));
    const failing = { load: () => Promise.reject(new Error('down')) };
    const working = { load: () => Promise.resolve([A]) };
    const origin: CorsOrigin[] = [() => true, ...tokens];
    const started = await startApp({
      providers: tokens.map((provide, index) => ({ provide, useValue: index === 29 ? failing : working })),
      cors: { policies: { all: { origin } } },
    });
    const { status, providers, more } = healthOf(started);
    expect([status, providers.length, more]).toEqual(['down', 20, 11]);
    expect([providers[0]?.state, providers[1]?.state]).toEqual(['not-loaded', 'ok']);
    expect(Math.max(...providers.map(({ provider }) => provider.length))).toBeLessThanOrEqual(100);
  });

  test('is down, and does not throw, before the app is initialised', () => {
    const indicator = new CorsHealthIndicator({ running: undefined } as never, undefined as never);
    expect(indicator.isHealthy('cors').cors).toEqual({
      status: 'down',
      message: 'the app is not initialised',
      providers: [],
    });
    expect(CorsModule.forRoot().exports).toContain(CorsHealthIndicator);
  });
});

test('2.5: the real Terminus answers 200 and 503 with it', async () => {
  await builtLibrary();
  const child = spawn(process.execPath, ['test/fixtures/health-app.js'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('the app ended before it listened')));
    const [port] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer];
    ended.catch(() => undefined);
    const get = (path: string) => request(`http://127.0.0.1:${String(port).trim()}`).get(path);

    const down = await get('/ready');
    expect([down.status, down.body]).toMatchObject([
      503,
      { status: 'error', error: { cors: { status: 'down', providers: [{ state: 'not-loaded' }] } } },
    ]);
    await get('/works').expect(200);
    const up = await get('/ready');
    expect([up.status, up.body]).toMatchObject([200, { status: 'ok', info: { cors: { status: 'up' } } }]);

    await get('/fails').expect(200);
    const limping = await get('/ready');
    expect([limping.status, limping.body]).toMatchObject([
      200,
      { status: 'ok', details: { cors: { status: 'up', providers: [{ state: 'failing', entries: 2 }] } } },
    ]);
    expect((await get('/degraded')).body).toMatchObject({ status: 'degraded' });
    await get('/degraded').expect(200);
    const strict = await get('/strict');
    expect(strict.status).toBe(503);
    expect(strict.text + down.text + limping.text).not.toMatch(/hunter2|db\.internal/);
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
}, 120_000);
