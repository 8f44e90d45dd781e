import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import type { Server, ServerOptions } from 'socket.io';
import { CorsConfigurationError, CorsPolicy } from '../../lib/index.js';
import { corsWebSocketAdapter } from '../../lib/websockets.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { ALLOWED, closeClients, ioResult, STRANGER, withSocketIo, withWs, wsResult } from '../support/sockets.js';

/* Rules 8.1 and 8.5: which adapters can be wrapped, and what stops startup. */

@CorsPolicy('partner')
@WebSocketGateway()
class ChatGateway implements OnGatewayConnection {
  handleConnection(): void {
    // Nothing to do.
  }
}

const cors = { policies: { partner: { origin: ALLOWED } } };

/** The adapter from the documentation of Nest, with `ioredis`. */
class RedisIoAdapter extends IoAdapter {
  #constructorOfAdapter: ReturnType<typeof createAdapter> | undefined;
  readonly clients: Redis[] = [];

  async connectToRedis(): Promise<void> {
    const publisher = new Redis(process.env.CORS_TEST_REDIS_URL ?? 'redis://127.0.0.1:6379', { lazyConnect: true });
    const subscriber = publisher.duplicate();
    await Promise.all([publisher.connect(), subscriber.connect()]);
    this.clients.push(publisher, subscriber);
    this.#constructorOfAdapter = createAdapter(publisher, subscriber);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server = super.createIOServer(port, options);
    server.adapter(this.#constructorOfAdapter!);
    return server;
  }
}

afterEach(async () => {
  closeClients();
  await closeApps();
});

async function issuesOf(started: Promise<unknown>): Promise<readonly { place: string; field: string; code: string }[]> {
  try {
    await started;
  } catch (error) {
    if (error instanceof CorsConfigurationError) {
      return error.issues.map(({ place, field, code }) => ({ place, field, code }));
    }
    throw error;
  }
  return [];
}

describe.each(PLATFORMS)('corsWebSocketAdapter() on %s', (platform) => {
  it('8.1: wraps a subclass that connects socket.io to Redis', async () => {
    let inner: RedisIoAdapter | undefined;
    const { url } = await startApp(
      {
        cors,
        providers: [ChatGateway],
        setUp: async (app) => {
          inner = new RedisIoAdapter(app);
          await inner.connectToRedis();
          app.useWebSocketAdapter(corsWebSocketAdapter(inner, app));
        },
      },
      platform,
    );

    expect(await ioResult(url, ALLOWED)).toBe('open');
    expect(await ioResult(url, STRANGER)).toMatch(/error 403/);
    closeClients();
    await closeApps();
    await Promise.all(inner!.clients.map((client) => client.quit()));
  });

  it('8.1: leaves everything but servers to the adapter', async () => {
    const parser = (): never => undefined as never;
    let wrapped: WsAdapter | undefined;
    let inner: WsAdapter | undefined;
    const { url } = await startApp(
      {
        cors,
        providers: [ChatGateway],
        setUp: (app) => {
          inner = new WsAdapter(app);
          wrapped = corsWebSocketAdapter(inner, app);
          wrapped.setMessageParser(parser);
          app.useWebSocketAdapter(wrapped);
        },
      },
      platform,
    );

    expect(wrapped).toBeInstanceOf(WsAdapter);
    expect(Reflect.get(inner!, 'messageParser')).toBe(parser);
    expect(await wsResult(url.replace('http', 'ws'), STRANGER)).toBe(403);
  });

  it('8.5: a decorated gateway without the wrapped adapter stops startup', async () => {
    const plain = (app: INestApplication): void => {
      app.useWebSocketAdapter(new IoAdapter(app));
    };

    expect(await issuesOf(startApp({ cors, providers: [ChatGateway], setUp: plain }, platform))).toEqual([
      { place: 'ChatGateway', field: '', code: 'gateway-unguarded' },
    ]);
  });

  it('8.5: CORS options of the gateway beside a policy stop startup', async () => {
    @CorsPolicy('partner')
    @WebSocketGateway({ cors: { origin: '*' } })
    class OpenGateway extends ChatGateway {}

    @WebSocketGateway({ cors: true, path: '/plain' })
    class PlainGateway {}

    const start = (providers: (new () => object)[], options = cors): Promise<unknown> =>
      startApp({ cors: options, providers, setUp: withSocketIo }, platform);

    expect(await issuesOf(start([OpenGateway]))).toEqual([
      { place: 'OpenGateway', field: 'cors', code: 'gateway-cors' },
    ]);
    expect(await issuesOf(start([PlainGateway]))).toEqual([]);
    expect(await issuesOf(start([PlainGateway], { ...cors, ...{ defaultPolicy: 'partner' } }))).toEqual([
      { place: 'PlainGateway', field: 'cors', code: 'gateway-cors' },
    ]);
  });

  it('8.5: CORS options that an adapter gives to socket.io beside a policy stop startup', async () => {
    class ConfiguredAdapter extends IoAdapter {
      override createIOServer(port: number, options?: ServerOptions): Server {
        return super.createIOServer(port, { ...options, cors: { origin: '*' } } as ServerOptions);
      }
    }
    const setUp = (app: INestApplication): void => {
      app.useWebSocketAdapter(corsWebSocketAdapter(new ConfiguredAdapter(app), app));
    };

    expect(await issuesOf(startApp({ cors, providers: [ChatGateway], setUp }, platform))).toEqual([
      { place: 'ChatGateway', field: 'cors', code: 'gateway-cors' },
    ]);
  });

  it('8.1: an app without CorsModule cannot be guarded', async () => {
    await expect(startApp({ cors: null, setUp: withWs }, platform)).rejects.toThrow(/does not import CorsModule/);
  });

  it('8.1: a server of another kind stops startup', async () => {
    class OtherAdapter extends IoAdapter {
      override create(): never {
        return { on: () => undefined, close: () => undefined } as never;
      }
    }
    const setUp = (app: INestApplication): void => {
      app.useWebSocketAdapter(corsWebSocketAdapter(new OtherAdapter(app), app));
    };

    await expect(startApp({ cors, providers: [ChatGateway], setUp }, platform)).rejects.toThrow(
      /not a server of socket\.io or ws/,
    );
  });
});
