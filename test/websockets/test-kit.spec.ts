import type { INestApplication } from '@nestjs/common';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type OnGatewayConnection, type OnGatewayDisconnect, WebSocketGateway } from '@nestjs/websockets';
import { type CorsModuleOptions, CorsPolicy, NoCors } from '../../lib/index.js';
import { browser, corsMatchers, type WebSocketResult } from '../../lib/testing.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { ALLOWED, closeClients, ioResult, STRANGER, withSocketIo, withWs, wsResult } from '../support/sockets.js';
import { until } from '../support/until.js';

/* Rule 6.3: the test kit compared with real clients. */

expect.extend(corsMatchers);

const ADMIN = 'https://admin.example';
const events: string[] = [];
let lastCookie: string | undefined;

class Recording implements OnGatewayConnection, OnGatewayDisconnect {
  handleConnection(_client: unknown, message?: IncomingMessage): void {
    lastCookie = message?.headers?.cookie;
    events.push('connected');
  }
  handleDisconnect(): void {
    events.push('disconnected');
  }
}

@CorsPolicy('partner')
@WebSocketGateway({ path: '/chat' })
class ChatGateway extends Recording {}

@NoCors()
@WebSocketGateway({ path: '/closed' })
class ClosedGateway extends Recording {}

@WebSocketGateway({ path: '/plain' })
class PlainGateway extends Recording {}

@CorsPolicy('partner')
@WebSocketGateway()
class RootNamespace extends Recording {}

@CorsPolicy('admin')
@WebSocketGateway({ namespace: 'admin' })
class AdminNamespace extends Recording {}

const cors: CorsModuleOptions = {
  policies: { partner: { origin: [ALLOWED, ADMIN], credentials: true }, admin: { origin: ADMIN } },
};

afterEach(async () => {
  closeClients();
  await closeApps();
  events.length = 0;
});

const word = ({ blocked, answer }: WebSocketResult): unknown => (blocked ? (answer?.status ?? 'no answer') : 'open');

describe.each(PLATFORMS)('6.3: page.webSocket() on %s', (platform) => {
  const startWs = () =>
    startApp({ cors, providers: [ChatGateway, ClosedGateway, PlainGateway], setUp: withWs }, platform);

  it('shows what the client of ws gets', async () => {
    const { app, url } = await startWs();
    const page = browser(app, { origin: ALLOWED, url });
    for (const path of ['/chat', '/closed', '/plain']) {
      for (const origin of [ALLOWED, ADMIN, STRANGER, 'null', url]) {
        const [seen, real] = [
          await page.open(origin).webSocket(path),
          await wsResult(url.replace('http', 'ws') + path, origin),
        ];
        expect([path, origin, word(seen)]).toEqual([path, origin, real]);
      }
    }
  });

  it.each([['/'], ['/admin'], ['/unserved']])('shows what the client of socket.io gets of %s', async (namespace) => {
    const { app, url } = await startApp(
      { cors, providers: [RootNamespace, AdminNamespace], setUp: withSocketIo },
      platform,
    );
    const page = browser(app, { origin: ALLOWED, url });
    for (const origin of [ALLOWED, ADMIN, STRANGER, 'null', url]) {
      const { blocked, message, answer } = await page.open(origin).webSocket('/socket.io/', { namespace });
      const real = await ioResult(url + namespace, origin, { transports: ['websocket'] });
      const seen = !blocked ? 'open' : answer?.status === 101 ? message : 'websocket error';
      expect([origin, seen]).toEqual([origin, real]);
    }
  });

  it('asks an app that does not listen', async () => {
    const { app } = await startWs();
    app.getHttpServer().close();
    const page = browser(app, { origin: ALLOWED });
    const opened = await page.webSocket('/chat');
    expect(opened).toMatchObject({ blocked: false, protocol: '', answer: { status: 101 } });
    expect(await page.open(STRANGER).webSocket('wss://api.test/chat')).toMatchObject({
      blocked: true,
      reason: 'handshake-refused',
      message:
        "WebSocket connection to 'wss://api.test/chat' failed: Error during WebSocket handshake: Unexpected response code: 403",
      answer: { status: 403 },
    });
    expect(await page.open('https://api.test').webSocket('/chat')).toMatchObject({ blocked: false });
  });

  it('closes what it has opened, in order', async () => {
    const { app } = await startWs();
    await browser(app, { origin: ALLOWED }).webSocket('/chat');
    await until(() => events.length === 2);
    expect(events).toEqual(['connected', 'disconnected']);
  });

  it('sends the cookies that the browser would send, whatever the policy says', async () => {
    const { app } = await startWs();
    const page = browser(app, { origin: ALLOWED });
    page.setCookie('none=1; SameSite=None; Secure');
    page.setCookie('lax=1; SameSite=Lax');
    await page.webSocket('/chat');
    expect(lastCookie).toBe('none=1');
    await page.open('https://shop.api.test').webSocket('/plain');
    expect(lastCookie).toBe('none=1; lax=1');
  });

  it('asks a gateway on a port of its own as a server of its own', async () => {
    const port = await freePort();

    @CorsPolicy('admin')
    @WebSocketGateway(port)
    class OwnPort extends Recording {}

    const { app } = await startApp({ cors, providers: [OwnPort], setUp: withWs }, platform);
    const own = `http://127.0.0.1:${port}`;
    const page = browser(app, { origin: ADMIN, servers: { [own]: own } });
    expect(word(await page.webSocket(`ws://127.0.0.1:${port}/`))).toBe('open');
    expect(word(await page.open(ALLOWED).webSocket(`ws://127.0.0.1:${port}/`))).toBe(403);
    await expect(page.webSocket('ws://elsewhere.example/')).rejects.toThrow(/is not a known server/);
  });
});

describe('6.3: page.webSocket()', () => {
  const page = browser('http://127.0.0.1:9', { origin: ALLOWED });

  it.each([
    ['/chat#top', [], /contains a fragment identifier \('top'\)/],
    ['ftp://api.test/', [], /scheme must be either 'http', 'https', 'ws', or 'wss'. 'ftp' is not allowed/],
    ['http://[', [], /The URL 'http:\/\/\[' is invalid/],
    ['/chat', ['a', 'a'], /The subprotocol 'a' is duplicated/],
    ['/chat', ['a b'], /The subprotocol 'a b' is invalid/],
    ['/chat', '', /The subprotocol '' is invalid/],
  ])('throws as the constructor does: %s %j', async (url, protocols, message) => {
    const thrown = await page.webSocket(url, { protocols }).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: 'SyntaxError', message: expect.stringMatching(message) });
  });

  it('throws for a field that is unknown', async () => {
    await expect(page.webSocket('/', { protocol: 'a' } as object)).rejects.toThrow(/Did you mean "protocols"/);
  });

  it('says that nothing is sent to some ports, and that nothing listens', async () => {
    expect(await page.webSocket('/')).toEqual({
      blocked: true,
      reason: 'unsafe-port',
      message:
        "WebSocket connection to 'ws://127.0.0.1:9/' failed: Error in connection establishment: net::ERR_UNSAFE_PORT",
    });
    const port = await freePort();
    expect(await browser(`http://127.0.0.1:${port}`, { origin: ALLOWED }).webSocket('/')).toMatchObject({
      reason: 'no-answer',
      message: expect.stringMatching(/net::ERR_CONNECTION_REFUSED$/),
    });
  });

  it('gives up sockets that are not open yet when the page closes', async () => {
    const server = createServer().on('upgrade', () => undefined);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const waiting = browser(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { origin: ALLOWED });
      const result = waiting.webSocket('/');
      setTimeout(() => waiting.close(), 50);
      await expect(result).rejects.toThrow(/aborted/);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('6.3: toAllowWebSocket()', () => {
  const start = async (): Promise<INestApplication> =>
    (await startApp({ cors, providers: [ChatGateway, ClosedGateway], setUp: withWs })).app;

  it('passes if the WebSocket opens, and fails with advice if it does not', async () => {
    const app = await start();
    await expect(app).toAllowWebSocket({ from: ALLOWED, path: '/chat' });
    await expect(app).not.toAllowWebSocket({ from: STRANGER, path: '/chat' });
    await expect(expect(app).toAllowWebSocket({ from: STRANGER, path: '/chat' })).rejects.toThrow(
      /^The server refuses the WebSocket \/chat to a page of https:\/\/stranger.example \(handshake-refused\):\n {2}WebSocket connection to 'wss:\/\/api.test\/chat' failed: .* 403\nTo allow it: .*"https:\/\/stranger.example"/,
    );
    await expect(expect(app).not.toAllowWebSocket({ from: ALLOWED, path: '/chat' })).rejects.toThrow(
      /^The server opens the WebSocket \/chat to a page of https:\/\/app.example, and was expected to refuse it/,
    );
  });

  it('asks a namespace of socket.io', async () => {
    const { app } = await startApp({ cors, providers: [RootNamespace, AdminNamespace], setUp: withSocketIo });
    const at = { path: '/socket.io/', namespace: '/admin' };
    await expect(app).toAllowWebSocket({ from: ADMIN, ...at });
    await expect(app).not.toAllowWebSocket({ from: ALLOWED, ...at });
    await expect(expect(app).not.toAllowWebSocket({ from: ALLOWED, ...at, namespace: '/unserved' })).rejects.toThrow(
      /nothing was judged \(namespace-refused: Invalid namespace\)/,
    );
  });

  it('never passes, negated or not, without a result', async () => {
    const app = await start();
    for (const expectation of [expect(app), expect(app).not]) {
      await expect(expectation.toAllowWebSocket({ from: ALLOWED, path: '/chta' })).rejects.toThrow(
        /nothing was judged/,
      );
      await expect(expectation.toAllowWebSocket({ from: 'https://api.test', path: '/chat' })).rejects.toThrow(
        /is the origin of the API itself/,
      );
      await expect(expectation.toAllowWebSocket({ from: ALLOWED, pth: '/chat' } as never)).rejects.toThrow(
        /Did you mean "path"/,
      );
    }
    await expect(expect(7).not.toAllowWebSocket({ from: ALLOWED })).rejects.toThrow(/is asked of a Nest app/);
    const server = createServer((_request, response) => response.writeHead(503).end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(expect(url).not.toAllowWebSocket({ from: ALLOWED })).rejects.toThrow(/nothing was judged .* 503/);
    server.closeAllConnections();
    server.close();
  });
});

describe('6.3: page.webSocket() judges the answer as Chromium does', () => {
  let server: Server;
  let answer: string;
  let url: string;

  beforeAll(async () => {
    server = createServer().on('upgrade', (_message: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => undefined);
      socket.end(answer);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  // The messages are those of Chromium 156. test/browser/kit-sockets.slow.spec.ts compares them with the browser.
  it.each([
    ['HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n', 'HTTP Authentication failed; no valid credentials available'],
    ['HTTP/1.1 302 X\r\nLocation: /\r\n\r\n', 'Error during WebSocket handshake: Unexpected response code: 302'],
    ['', 'Connection closed before receiving a handshake response'],
    ['HTTP/1.1 101 X\r\n\r\n', "Error during WebSocket handshake: 'Upgrade' header is missing"],
  ])('%j', async (raw, words) => {
    answer = raw;
    const { message } = await browser(url, { origin: ALLOWED }).webSocket('/');
    expect(message).toBe(`WebSocket connection to '${url.replace('http', 'ws')}/' failed: ${words}`);
  });
});
