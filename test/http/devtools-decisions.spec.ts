import { once } from 'node:events';
import { get as httpGet, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { Controller, Get, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CorsDevtoolsModule } from '../../lib/devtools.js';
import { CorsModule, CorsPolicy } from '../../lib/index.js';
import type { DecisionEvent, DecisionsMessage } from '../../lib/tooling/devtools/protocol.js';
import { type AppParts, closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { pageAddress, tokenHeader } from '../support/devtools.js';

const PARTNER = 'https://partner.example';
const STRANGER = 'https://stranger.example';

@Controller('orders')
@CorsPolicy('partner')
class OrdersController {
  @Get()
  list(): string {
    return 'orders';
  }

  @Put(':id')
  update(): string {
    return 'updated';
  }
}

@Controller('orders')
class OrdersAtDefaultController {
  @Get()
  list(): string {
    return 'orders';
  }
}

const lower = (headers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** An open stream of decisions, read as a browser reads it. */
class Stream {
  readonly messages: DecisionsMessage[] = [];
  readonly ids: string[] = [];
  #rest = '';

  constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    response.on('error', () => {});
  }

  get decisions(): readonly DecisionEvent[] {
    return this.messages.flatMap(({ decisions }) => decisions);
  }

  async until(isThere: () => boolean): Promise<void> {
    for (let i = 0; !isThere(); i++) {
      if (i > 1_000) {
        throw new Error(`Not in the stream: ${JSON.stringify(this.messages)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #read(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop()!;
    for (const line of blocks.flatMap((block) => block.split('\n'))) {
      const [, name, value = ''] = /^(\w+): (.*)$/.exec(line) ?? [];
      if (name === 'data') {
        this.messages.push(JSON.parse(value) as DecisionsMessage);
      } else if (name === 'id') {
        this.ids.push(value);
      }
    }
  }
}

describe.each(PLATFORMS)('6.5: the live decisions of the development page on %s', (platform) => {
  afterEach(closeApps);

  const start = (parts: AppParts = {}): Promise<TestApp> =>
    startApp(
      {
        cors: { policies: { partner: { origin: PARTNER, credentials: true, allowedHeaders: ['X-Key'] } } },
        imports: [CorsDevtoolsModule.forRoot({ tester: false })],
        controllers: [OrdersController],
        ...parts,
      },
      platform,
    );

  const ask = async (
    app: TestApp,
    headers: Readonly<Record<string, string>> = tokenHeader(app),
  ): Promise<IncomingMessage> => {
    const asked = httpGet(`${app.url}/__cors/decisions.events`, { headers, agent: false });
    asked.on('error', () => {});
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return response;
  };
  const stream = async (app: TestApp, headers?: Readonly<Record<string, string>>): Promise<Stream> =>
    new Stream(await ask(app, { ...tokenHeader(app), ...headers }));

  it('shows decisions of before and of now, oldest first, without those about the page itself', async () => {
    const app = await start();
    await app.get('/orders', PARTNER);
    await app.get('/__cors/overview.json', undefined, tokenHeader(app));
    await app.get('/__cors/', PARTNER);

    const live = await stream(app);
    await live.until(() => live.messages.length > 0);
    await app.get('/orders?page=2', STRANGER, { Cookie: 'session=secret' });
    await live.until(() => live.decisions.length > 1);

    expect(live.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(live.decisions).toEqual([
      {
        id: 1,
        time: expect.any(Number),
        route: 'OrdersController.list',
        policy: 'partner',
        origin: PARTNER,
        method: 'GET',
        url: '/orders',
        base: app.url,
        preflight: false,
        allowed: true,
        reason: 'allowed',
        credentials: false,
        headers: [],
      },
      expect.objectContaining({
        id: 2,
        origin: STRANGER,
        url: '/orders?page=2',
        allowed: false,
        reason: 'origin-not-allowed',
        credentials: true,
      }),
    ]);
    expect(live.messages.every(({ leftOut, run }) => leftOut === 0 && run.length > 30)).toBe(true);
  });

  it('pairs a preflight with its request, and shows names of headers without values', async () => {
    const app = await start();
    const live = await stream(app);

    await app.preflight('/orders/7', { origin: PARTNER, headers: 'x-key' });
    await app.request('PUT', '/orders/7', { Origin: PARTNER, 'X-Key': 'secret', Authorization: 'Bearer secret' });
    await app.preflight('/orders/8', { origin: STRANGER, headers: 'x-key' });
    await app.request('PUT', '/orders/8', { Origin: STRANGER, 'X-Key': 'secret' });
    await live.until(() => live.decisions.length === 4);

    const [preflight, request, refused, unasked] = live.decisions;
    expect(preflight).toMatchObject({ preflight: true, method: 'PUT', headers: ['x-key'], allowed: true });
    expect(request).toMatchObject({ preflight: false, pair: preflight!.id });
    expect([...request!.headers].sort()).toEqual(['authorization', 'x-key']);
    expect(refused).toMatchObject({ preflight: true, allowed: false });
    expect(unasked).not.toHaveProperty('pair');
    expect(JSON.stringify(live.messages)).not.toContain('secret');
  });

  it('offers refused origins to the page', async () => {
    const app = await start();
    await app.get('/orders', STRANGER);
    await app.get('/orders', 'https://other.example');
    await app.get('/orders', STRANGER);
    await app.get('/orders', 'no origin');

    const { body } = await app.get('/__cors/overview.json', undefined, tokenHeader(app));

    expect(body.refusedOrigins).toEqual([STRANGER, 'https://other.example']);
  });

  it('goes on where an interrupted stream of the same run ended', async () => {
    const app = await start();
    await app.get('/orders', PARTNER);
    const first = await stream(app);
    await first.until(() => first.decisions.length === 1);
    first.response.destroy();
    await app.get('/orders', STRANGER);

    const second = await stream(app, { 'Last-Event-ID': first.ids.at(-1)! });
    const other = await stream(app, { 'Last-Event-ID': 'another-run/1' });
    await second.until(() => second.messages.length > 0 && other.messages.length > 0);

    expect(second.decisions).toMatchObject([{ id: 2 }]);
    expect(other.decisions).toMatchObject([{ id: 1 }, { id: 2 }]);
  });

  it('says how many of a flood are left out', async () => {
    const app = await start();
    const live = await stream(app);
    await live.until(() => live.messages.length > 0);

    // One connection: what is tested is the number of decisions.
    const socket = connect(app.port, '127.0.0.1').resume();
    socket.write(`GET /orders HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nOrigin: ${PARTNER}\r\n\r\n`.repeat(320));
    await live.until(() => live.decisions.at(-1)?.id === 320);

    const counts = live.messages.slice(1).map(({ decisions }) => decisions.length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(50);
    socket.destroy();
    expect(live.decisions.length + live.messages.reduce((sum, { leftOut }) => sum + leftOut, 0)).toBe(320);
  });

  it('serves four streams at most, and another one when one of them has ended', async () => {
    const app = await start();
    const open = await Promise.all([1, 2, 3, 4].map(async () => stream(app)));

    const fifth = await ask(app);
    expect(fifth.statusCode).toBe(429);
    fifth.destroy();

    open[0]!.response.destroy();
    let status: number | undefined;
    for (let i = 0; status !== 200 && i < 50; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const again = await ask(app);
      status = again.statusCode;
      if (status !== 200) {
        again.destroy();
      }
    }
    expect(status).toBe(200);
  });

  it('keeps no place for a client that leaves while middleware runs', async () => {
    let left = 0;
    const late = (_request: object, response: ServerResponse, next: () => void): void => {
      if (left === 4) {
        next();
        return;
      }
      response.on('close', () => {
        left += 1;
        setTimeout(next, 10);
      });
    };
    const app = await start({ setUp: (each) => each.use(late) });
    for (let i = 1; i <= 4; i++) {
      const asked = httpGet(`${app.url}/__cors/decisions.events`, { headers: tokenHeader(app), agent: false });
      asked.on('error', () => {});
      setTimeout(() => asked.destroy(), 30);
      while (left < i) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));

    const live = await ask(app);

    expect(live.statusCode).toBe(200);
    live.destroy();
  });

  it.each([
    ['without a token', {}],
    ['of a page of another origin', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors' }],
    ['under a name of another machine', { Host: 'evil.example' }],
    ['through a proxy', { 'X-Forwarded-For': '203.0.113.7' }],
  ])('refuses a request %s', async (why, headers) => {
    const app = await start();

    const response = await ask(app, { ...(why === 'without a token' ? {} : tokenHeader(app)), ...headers });

    expect(response.statusCode).toBe(403);
    response.destroy();
  });

  it('keeps the app neither from closing nor from serving others, even where a client does not read', async () => {
    // Not `forceCloseConnections`, which would end the streams too.
    const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
    const app = await start({ adapter, create: { forceCloseConnections: false } });
    const reading = await stream(app);
    const socket = connect(app.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    socket.write(
      `GET /__cors/decisions.events HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\n` +
        `Authorization: ${tokenHeader(app).Authorization}\r\n\r\n`,
    );
    await app.get('/orders', PARTNER);
    await reading.until(() => reading.decisions.length === 1);
    const ended = once(reading.response, 'close');

    const started = performance.now();
    await app.app.close();
    await ended;

    expect(performance.now() - started).toBeLessThan(2_000);
    socket.destroy();
  });
});

it('6.5: streams decisions over HTTP/2, and closes with the app', async () => {
  const adapter = new FastifyAdapter({ http2: true });
  const lines: string[] = [];
  const logger = { log: (line: string) => lines.push(line), warn: () => {}, error: () => {} };
  const app = await NestFactory.create(
    {
      module: class AppModule {},
      imports: [
        CorsModule.forRoot({ defaultPolicy: { origin: PARTNER } }),
        CorsDevtoolsModule.forRoot({ tester: false }),
      ],
      controllers: [OrdersAtDefaultController],
    },
    adapter,
    { logger },
  );
  await app.listen(0, '127.0.0.1');
  const { origin } = new URL(pageAddress({ logs: lines }));
  const session = connectHttp2(origin).on('error', () => {});
  const stream = session.request({ ':path': '/__cors/decisions.events', ...lower(tokenHeader({ logs: lines })) });
  let text = '';
  stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  stream.on('error', () => {});
  session.request({ ':path': '/orders', origin: PARTNER }).resume();
  for (let i = 0; !text.includes('"url":"/orders"') && i < 100; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  expect(text).toContain('"url":"/orders"');
  await app.close();
});
