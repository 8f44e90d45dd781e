import type { INestApplication } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import { CorsModule, CorsPolicy, NoCors, type OriginSource } from '../../lib/index.js';
import { type CorsCommandPort, previewPort } from '../../lib/nest/command-port.js';
import { PLATFORMS } from '../support/app.js';
import { ALLOWED, STRANGER, withSocketIo, withWs } from '../support/sockets.js';

/* Rule 8.6: a preview creates no provider and no server. It finds the gateways by their decorators. */

const made: string[] = [];

class Counted implements OnGatewayConnection {
  constructor() {
    made.push(this.constructor.name);
  }
  handleConnection(): void {
    // Nothing to do.
  }
}

class Tenants extends Counted implements OriginSource {
  load(): Promise<string[]> {
    return Promise.resolve([ALLOWED]);
  }
}

@CorsPolicy('partner')
@WebSocketGateway()
class ChatGateway extends Counted {}

@CorsPolicy({ origin: Tenants })
@WebSocketGateway({ namespace: 'tenants' })
class TenantGateway extends Counted {}

@NoCors()
@WebSocketGateway(4998)
class ClosedGateway extends Counted {}

@WebSocketGateway({ path: '/plain' })
class PlainGateway extends Counted {}

const ADAPTERS = { 'socket.io': withSocketIo, ws: withWs } as const;

describe.each(
  PLATFORMS.flatMap((platform) => (['socket.io', 'ws'] as const).map((adapter) => [platform, adapter] as const)),
)('a preview on %s with %s', (platform, webSockets) => {
  let app: INestApplication & { readonly container: object };
  let port: CorsCommandPort;

  beforeAll(async () => {
    made.length = 0;
    const adapter = (platform === 'express' ? new ExpressAdapter() : new FastifyAdapter()) as ExpressAdapter;
    app = await NestFactory.create(
      {
        module: class AppModule {},
        imports: [CorsModule.forRoot({ policies: { partner: { origin: ALLOWED } } })],
        providers: [Tenants, ChatGateway, TenantGateway, ClosedGateway, PlainGateway],
      },
      adapter,
      { preview: true, logger: false, abortOnError: false },
    );
    ADAPTERS[webSockets](app);
    port = await previewPort({
      host: app.get(HttpAdapterHost),
      modules: app.get(ModulesContainer),
      container: app.container,
      init: () => app.init(),
    });
  });
  afterAll(() => app.close());

  it('boots with the wrapped adapter, and creates nothing', () => {
    expect(made).toEqual([]);
  });

  it('lists the gateways with their policies', () => {
    const rows = port.survey().routes.filter(({ kind }) => kind === 'gateway');
    expect(rows.map(({ handler, path, namespace, policy }) => [handler, path, namespace, policy?.name])).toEqual([
      ['ChatGateway', '/socket.io', undefined, 'partner'],
      ['TenantGateway', '/socket.io', '/tenants', 'TenantGateway'],
      ['ClosedGateway', '/socket.io', undefined, '@NoCors()'],
      ['PlainGateway', '/plain', undefined, undefined],
    ]);
  });

  it.each([
    ['/socket.io/', '/', ALLOWED, 'allowed'],
    ['/socket.io/', '/', STRANGER, 'blocked'],
    ['/socket.io/', '/tenants', STRANGER, 'unknown'],
    ['/socket.io/', '/tenants', undefined, 'allowed'],
    ['ws://localhost:4998/socket.io/', '/', ALLOWED, 'blocked'],
    ['/plain/', '/', STRANGER, 'allowed'],
    ['/nowhere/', '/', ALLOWED, 'blocked'],
  ])('explains %s in the namespace %s to %s: %s', async (url, namespace, origin, verdict) => {
    const told = await port.explain({ url, namespace, origin, webSocket: true });
    expect(told.verdict).toBe(verdict);
  });
});
