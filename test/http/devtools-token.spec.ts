import { createServer } from 'node:http';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsDevtoolsModule, type CorsDevtoolsOptions } from '../../lib/devtools.js';
import { CorsModule, CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { pageAddress, tokenHeader, withToken } from '../support/devtools.js';

/* Rule 6.5: the token in the address of the development page. */

@Controller('orders')
class OrdersController {
  @Get()
  list(): string {
    return 'orders';
  }
}

const FILES = ['', '/', '/style.css', '/page.js', '/overview.json', '/run.json', '/nothing'];
const FIXED = 'a-token_of-22-or-more-';

describe.each(PLATFORMS)('6.5: the token of the development page on %s', (platform) => {
  afterEach(closeApps);

  const start = (options?: CorsDevtoolsOptions, prefix = ''): Promise<TestApp> =>
    startApp(
      {
        imports: [CorsDevtoolsModule.forRoot(options)],
        controllers: [OrdersController],
        setUp: (app) => app.setGlobalPrefix(prefix),
      },
      platform,
    );

  it('is in the address that the log prints, has 192 random bits, and is another one after each start', async () => {
    const addresses = [await start(), await start()].map((started) => {
      const address = new URL(pageAddress(started));
      expect(address.origin + address.pathname).toBe(`${started.url}/__cors`);
      return address.searchParams.get('token');
    });

    expect(addresses).toEqual([expect.stringMatching(/^[\w-]{32}$/), expect.stringMatching(/^[\w-]{32}$/)]);
    expect(new Set(addresses).size).toBe(2);
  });

  it.each(FILES)('is needed for %j', async (file) => {
    const { get } = await start();

    for (const token of ['', `?token=`, `?token=${'a'.repeat(32)}`]) {
      const { status, text, headers } = await get(`/__cors${file}${token}`);
      expect({ status, text }).toEqual({ status: 403, text: expect.stringMatching(/^This page needs its token\. /) });
      expect(headers['set-cookie']).toBeUndefined();
    }
  });

  it('moves into a strict cookie of the path of the page, and out of the address', async () => {
    const started = await start({ path: 'tools/cors' }, 'api');
    const { pathname, search } = new URL(pageAddress(started));
    expect(pathname).toBe('/api/tools/cors');

    const { status, headers } = await started.get(pathname + search);
    expect({ status, location: headers.location }).toEqual({ status: 303, location: 'cors' });
    const [cookie = ''] = headers['set-cookie'] as unknown as string[];
    const [own = '', ...rest] = cookie.split(';');
    expect(own).toMatch(new RegExp(`^cors-devtools-${started.port}=[\\w-]{32}$`));
    // A token that is in a log is worth nothing as a cookie, which may be valid for further starts.
    expect(own).not.toContain(search.slice('?token='.length));
    expect(rest.join(';')).toBe(' Path=/api/tools/cors; HttpOnly; SameSite=Strict');
    for (const file of ['', '/', '/page.js', '/overview.json']) {
      const response = await started.get(pathname + file, undefined, { Cookie: `session=1; ${own}` });
      expect(response.status).toBe(200);
      expect(response.headers['set-cookie']).toBeUndefined();
    }
    expect((await started.get(`${pathname}/${search}`)).headers.location).toBe('./');
  });

  it('leaves an open page its cookie over a restart, but no token of the log', async () => {
    const project = await mkdtemp(join(tmpdir(), 'cors-page-'));
    await mkdir(join(project, 'node_modules'));
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue(project);
    try {
      const first = await start();
      const { pathname, search } = new URL(pageAddress(first));
      const value = /=([\w-]+);/.exec(String((await first.get(pathname + search)).headers['set-cookie']))![1]!;
      await closeApps();
      const statusIn = async (options?: CorsDevtoolsOptions): Promise<number> => {
        const next = await start(options);
        const Cookie = `cors-devtools-${next.port}=${value}`;
        expect((await next.get(pathname + search)).status).toBe(403);
        return (await next.get('/__cors/run.json', undefined, { Cookie })).status;
      };

      expect(await statusIn()).toBe(200);
      expect(await statusIn({ hosts: ['app.test'] })).toBe(403);
      expect(await statusIn({ allowInProduction: true })).toBe(403);
      expect(await statusIn({ token: FIXED })).toBe(403);
    } finally {
      cwd.mockRestore();
      await rm(project, { recursive: true });
    }
  });

  it('opens nothing from the cookie of another port or with another value', async () => {
    const started = await start();
    const { pathname, search } = new URL(pageAddress(started));
    const { headers } = await started.get(pathname + search);
    const [, value = ''] = /=([\w-]+);/.exec(String(headers['set-cookie'])) ?? [];

    for (const cookie of [
      `cors-devtools-1=${value}`,
      `cors-devtools-${started.port}=${value}a`,
      `cors-devtools-${started.port}=${value.slice(1)}`,
      `cors-devtools-${started.port}=${search.slice('?token='.length)}`,
      `cors-devtools-${started.port}`,
    ]) {
      expect((await started.get('/__cors/run.json', undefined, { Cookie: cookie })).status).toBe(403);
    }
  });

  it('is read from Authorization: Bearer, for tools', async () => {
    const started = await start();

    expect((await started.get('/__cors/run.json', undefined, tokenHeader(started))).status).toBe(200);
    expect((await started.get('/__cors/run.json', undefined, { Authorization: 'Bearer a' })).status).toBe(403);
  });

  it('opens nothing to strangers and to pages of other origins', async () => {
    const { get } = withToken(await start());

    expect((await get('/__cors/run.json', undefined, { Host: 'app.example' })).status).toBe(403);
    expect((await get('/__cors/run.json', undefined, { 'X-Forwarded-For': '::1' })).status).toBe(403);
    expect((await get('/__cors/run.json', 'https://evil.example')).status).toBe(403);
  });

  it('is not in the address of the page after a link of another site, whose redirect gets no strict cookie', async () => {
    const started = await start();
    const { pathname, search } = new URL(pageAddress(started));
    const navigation = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };

    const { status, text, headers } = await started.get(pathname + search, undefined, navigation);
    expect(status).toBe(200);
    expect(text).toContain('content="0;url=__cors"');
    expect(headers['set-cookie']).toHaveLength(1);
  });

  it('can be fixed by an option, and then stays out of the log', async () => {
    const { get, logs } = await start({ token: FIXED });

    expect((await get(`/__cors?token=${FIXED}`)).status).toBe(303);
    expect((await get('/__cors/run.json', undefined, { Authorization: `Bearer ${FIXED}` })).status).toBe(200);
    expect(logs.join()).toContain('/__cors?token=<the option token>');
    expect(logs.join()).not.toContain(FIXED);
  });

  it('is logged once more when the page is opened without it, and not at each try', async () => {
    const started = await start();

    for (let time = 0; time < 5; time += 1) {
      await started.get('/__cors');
    }

    const lines = started.logs.filter((line) => line.includes('opened without its token'));
    expect(lines).toEqual([expect.stringContaining(`It is at ${pageAddress(started)}`)]);
  });
});

it('6.5: the address is logged for an app that does not listen itself, when its page is opened', async () => {
  const logs: string[] = [];
  const logger = { log: (line: string) => logs.push(line), warn: () => {}, error: () => {} };
  const imports = [CorsModule.forRoot({}), CorsDevtoolsModule.forRoot({ tester: false })];
  const app = await NestFactory.create({ module: class AppModule {}, imports }, { logger });
  await app.init();
  const server = createServer(app.getHttpAdapter().getInstance()).listen(0, '127.0.0.1');
  await sleep(20);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/__cors`;

  expect((await fetch(url)).status).toBe(403);
  const [, address = ''] = /is at (\S+)$/.exec(logs.at(-1)!)!;
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/__cors\?token=[\w-]{32}$/);
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(303);
  server.close();
  await app.close();
});

// Express itself needs a working directory.
describe('6.5: the development page on Fastify without a working directory', () => {
  afterEach(closeApps);

  it('starts, and shows the places of policies', async () => {
    const before = process.cwd();
    const folder = await mkdtemp(join(tmpdir(), 'cors-gone-'));
    process.chdir(folder);
    await rm(folder, { recursive: true });
    try {
      expect(() => process.cwd()).toThrow(/ENOENT/);

      @Controller('placed')
      @CorsPolicy({ origin: 'https://app.example' })
      class PlacedController {
        @Get()
        list(): void {}
      }

      const started = await startApp(
        { imports: [CorsDevtoolsModule.forRoot()], controllers: [PlacedController] },
        'fastify',
      );
      const { status, text } = await withToken(started).get('/__cors/overview.json');
      expect(status).toBe(200);
      expect(text).toMatch(/"[^"]*devtools-token\.spec\.ts:\d+"/);
    } finally {
      process.chdir(before);
    }
  });
});
