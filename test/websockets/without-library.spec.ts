import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { ConnectedSocket, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Socket } from 'socket.io';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { ALLOWED, closeClients, connectIo, ioOutcome, STRANGER, wsResult } from '../support/sockets.js';

/* The wrong gateway of docs/websockets.md: Nest's own adapters in an app without this library. */

@WebSocketGateway({ cors: { origin: ALLOWED, credentials: true } })
class ChatGateway {
  @SubscribeMessage('history')
  history(@ConnectedSocket() socket: Socket): string {
    return `the chats of the session ${socket.handshake.headers.cookie}`;
  }
}

@WebSocketGateway({ path: '/chat' })
class WsGateway {}

afterEach(async () => {
  closeClients();
  await closeApps();
});

describe.each(PLATFORMS)('an app without the library on %s', (platform) => {
  const start = (
    gateway: new () => object,
    adapt: (app: INestApplication) => IoAdapter | WsAdapter,
  ): Promise<TestApp> =>
    startApp(
      {
        cors: null,
        providers: [gateway],
        setUp: (app) => {
          app.enableCors({ origin: ALLOWED, credentials: true });
          app.useWebSocketAdapter(adapt(app));
        },
      },
      platform,
    );

  it('opens the websocket transport of socket.io to any page with the cookies, whatever `cors` of the gateway says', async () => {
    const { url } = await start(ChatGateway, (app) => new IoAdapter(app));
    const socket = connectIo(url, STRANGER, {
      transports: ['websocket'],
      extraHeaders: { Origin: STRANGER, Cookie: 'session=7' },
    });

    expect(await ioOutcome(socket)).toBe('open');
    expect(await socket.emitWithAck('history')).toBe('the chats of the session session=7');
  });

  it('sends the headers of `cors` of the gateway on responses of the polling transport alone', async () => {
    const { get } = await start(ChatGateway, (app) => new IoAdapter(app));
    const polled = await get('/socket.io/?EIO=4&transport=polling', STRANGER);

    expect([polled.status, corsHeaders(polled)]).toEqual([
      200,
      { 'access-control-allow-origin': ALLOWED, 'access-control-allow-credentials': 'true' },
    ]);
  });

  it('opens ws to any page, whatever enableCors() says', async () => {
    const { url } = await start(WsGateway, (app) => new WsAdapter(app));

    expect(await wsResult(`${url.replace('http', 'ws')}/chat`, STRANGER)).toBe('open');
  });
});
