import type { DynamicModule, INestApplication } from '@nestjs/common';
import { type CorsConfigurationError, CorsInspector } from '../../lib/index.js';
import { isSafelistedResponseHeader } from '../../lib/core/browser/visible-headers.js';
import { needsPreflight } from '../../lib/testing.js';
import { closeApps, corsHeaders, startApp, type TestApp } from '../support/app.js';
import { runExample } from '../support/run-example.js';
import { codeBlocksOf, pages } from './markdown.js';

/* The statements of the guides are true for the library and for its model of a browser. */

const textOf = (path: string): string => pages.find((page) => page.path === path)!.text;

/** The exports of the first TypeScript block of a page. */
const firstBlockOf = (path: string): Promise<Readonly<Record<string, unknown>>> =>
  runExample(codeBlocksOf(textOf(path)).find(({ language }) => language === 'ts')!.code);

const start = (cors: unknown, setUp?: (app: INestApplication) => void): Promise<TestApp> =>
  startApp({ cors: null, imports: [cors as DynamicModule], ...(setUp && { setUp }) });

afterEach(closeApps);

describe('docs/cors.md', () => {
  const text = textOf('docs/cors.md');
  const rows = [...text.matchAll(/^\| `(\{.*\})` +\| (yes|no) +\|$/gm)].map(([, init, answer]) => [init!, answer!]);

  it('has requests with a preflight and without', () => {
    expect(new Set(rows.map(([, answer]) => answer))).toEqual(new Set(['yes', 'no']));
    expect(rows.length).toBeGreaterThan(8);
  });

  it.each(rows)('fetch(url, %s) needs a preflight: %s', async (init, answer) => {
    const { request } = await runExample(`export const request = ${init};`);
    const { method = 'GET', headers = {} } = request as { method?: string; headers?: Record<string, string> };

    expect(needsPreflight({ method, headers: Object.entries(headers) })).toBe(answer === 'yes');
  });

  it('lists the response headers that every script may read', () => {
    const [, list] = /\n\[seven response headers\][^:]*:\/\/[^:]*: *\n?([\s\S]*?)\. `Set-Cookie`/.exec(text)!;
    const names = [...list!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

    expect(names).toHaveLength(7);
    expect(names.filter((name) => !isSafelistedResponseHeader(name))).toEqual([]);
  });

  it('shows a controller that answers as it says', async () => {
    const { OrdersController } = await firstBlockOf('docs/cors.md');
    const test = await startApp({ controllers: [OrdersController as never] });
    const app = 'https://app.example';

    expect(corsHeaders(await test.preflight('/orders/7', { origin: app, headers: 'content-type' }))).toMatchObject({
      'access-control-allow-origin': app,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'Content-Type',
      'access-control-max-age': '600',
    });
    expect(corsHeaders(await test.get('/orders', 'https://www.app.example'))).toEqual({});
  });
});

describe('docs/versions.md', () => {
  const partner = 'https://partner.example';

  it('shows versions that share a grant, and are enforced', async () => {
    const { OrdersController, addVersions } = await firstBlockOf('docs/versions.md');
    const test = await startApp({ controllers: [OrdersController as never], setUp: addVersions as () => void });
    const put = async (version: string): Promise<number> =>
      (await test.request('PUT', '/orders', { Origin: partner, 'X-Version': version })).status;

    expect(
      corsHeaders(await test.preflight('/orders', { origin: partner, method: 'PUT', headers: 'x-version' })),
    ).toEqual({
      'access-control-allow-origin': partner,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'Content-Type, X-Version',
    });
    expect([await put('1'), await put('2')]).toEqual([403, 200]);
    expect(
      test.app
        .get(CorsInspector)
        .audit()
        .map(({ code }) => code),
    ).toContain('versions-differ');
  });

  it('says of which header a preflight is needed', () => {
    const needs = (name: string, value: string) => needsPreflight({ method: 'GET', headers: [[name, value]] });

    expect(needs('X-Version', '2')).toBe(true);
    expect(needs('Accept', 'application/vnd.shop+json;v=2')).toBe(false);
    expect(needs('Accept', 'application/json;v=2')).toBe(false);
  });
});

describe('docs/previews.md', () => {
  const admits = async (origin: string): Promise<boolean> => {
    const { app } = await start((await firstBlockOf('docs/previews.md')).cors);
    return app.get(CorsInspector).admits('app', origin);
  };

  it('allows the previews of one project', async () => {
    expect(await admits('https://shop-git-login-acme.vercel.app')).toBe(true);
    expect(await admits('https://other-git-login-acme.vercel.app')).toBe(false);
  });

  it('says which code the same list has with credentials', async () => {
    const origin = 'https://shop-git-*-acme.vercel.app';
    const error: unknown = await startApp({ cors: { policies: { app: { origin, credentials: true } } } }).catch(
      (thrown: unknown) => thrown,
    );

    expect((error as CorsConfigurationError).issues.map(({ code }) => code)).toEqual(['origin-public-suffix']);
  });
});

describe('docs/apps.md', () => {
  it.each([
    ['capacitor://localhost', true],
    ['https://localhost', true],
    ['app://.', true],
    ['chrome-extension://abcdefghijklmnopabcdefghijklmnop', true],
    ['moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc', true],
    ['chrome-extension://bcdefghijklmnopabcdefghijklmnopa', false],
    ['null', false],
    ['file://', false],
  ])('%s is allowed: %s', async (origin, allowed) => {
    const { app } = await start((await firstBlockOf('docs/apps.md')).cors);

    expect(await app.get(CorsInspector).admits('apps', origin)).toBe(allowed);
  });
});

describe('docs/mounts.md', () => {
  it('gives policies to two mounted apps, and leaves the third alone', async () => {
    const { cors, mount } = await firstBlockOf('docs/mounts.md');
    const handler =
      (name: string) =>
      (_request: object, response: { end(text: string): void }): void =>
        response.end(name);
    const test = await start(cors, (app) =>
      (mount as (...parts: unknown[]) => void)(app, handler('auth'), handler('trpc'), handler('oidc')),
    );
    const origin = 'https://app.example';
    const granted = { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };

    expect(corsHeaders(await test.get('/api/auth/ok', origin))).toEqual(granted);
    expect((await test.preflight('/trpc/add', { origin, method: 'POST', headers: 'content-type' })).status).toBe(204);
    expect(corsHeaders(await test.get('/trpc/list', origin))).toEqual(granted);
    const left = await test.preflight('/oidc/token', { origin, method: 'POST' });
    expect([left.status, left.text, corsHeaders(left)]).toEqual([200, 'oidc', {}]);
  });
});
