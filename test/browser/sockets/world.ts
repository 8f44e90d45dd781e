import { Controller, Get, Header, type INestApplication } from '@nestjs/common';
import type { Server } from 'node:http';
import { WebSocketGateway } from '@nestjs/websockets';
import { WebSocketServer } from 'ws';
import { CorsInspector, type CorsModuleOptions, CorsPolicy, NoCors } from '../../../lib/index.js';
import { browser, type WebSocketResult } from '../../../lib/testing.js';
import { closeApps, type PlatformName, startApp, type TestApp } from '../../support/app.js';
import { withSocketIo, withWs } from '../../support/sockets.js';
import { type PageAsk, pageOf, startPages } from './page.js';

/** A socket that a page opens, and the parts of the library that predict the result. */
export interface SocketCase {
  readonly name: string;
  readonly ask: PageAsk;
  readonly inspector: CorsInspector;
  /** The arguments of `explain()`, without the origin. */
  readonly place: { readonly url: string; readonly namespace?: string };
  /** Opens the socket in a page of the test kit; `undefined`: the polling transport, which the kit does not support. */
  readonly inKit: ((origin: string) => Promise<WebSocketResult>) | undefined;
}

@CorsPolicy('partner')
@WebSocketGateway()
class PartnerIo {}

@CorsPolicy('opaque')
@WebSocketGateway({ namespace: '/opaque' })
class OpaqueIo {}

@NoCors()
@WebSocketGateway({ namespace: '/closed' })
class ClosedIo {}

@WebSocketGateway({ path: '/plain' })
class PlainIo {}

@CorsPolicy('partner')
@WebSocketGateway({ path: '/partner' })
class PartnerWs {}

@CorsPolicy('opaque')
@WebSocketGateway({ path: '/opaque' })
class OpaqueWs {}

@NoCors()
@WebSocketGateway({ path: '/closed' })
class ClosedWs {}

@WebSocketGateway({ path: '/plain' })
class PlainWs {}

const TRANSPORTS = [['polling'], ['websocket'], ['polling', 'websocket']];

/** The pages, and an app with gateways of each kind. Every host name resolves to this machine. */
export class SocketWorld {
  private constructor(
    readonly cases: readonly SocketCase[],
    /** The addresses of pages. */
    readonly pages: Readonly<Record<'allowed' | 'stranger' | 'own', string>>,
    private readonly stopPages: () => Promise<unknown>,
  ) {}

  static async start(platform: PlatformName): Promise<SocketWorld> {
    const server = await startPages();
    const at = (host: string): string => `http://${host}.test:${server.port}`;
    const cors: CorsModuleOptions = {
      policies: {
        partner: { origin: at('allowed') },
        opaque: { origin: ['null', at('allowed')], dangerously: { allowNullOrigin: true } },
      },
      routes: [{ path: '/raw', policy: 'partner' }],
    };

    @Controller()
    class PageController {
      @Get('page')
      @Header('Content-Type', 'text/html; charset=utf-8')
      page(): string {
        return pageOf(at('allowed'));
      }
    }

    const controllers = [PageController];
    const io = await startApp(
      {
        ...{ cors, controllers, providers: [PartnerIo, OpaqueIo, ClosedIo, PlainIo] },
        setUp: (app) => {
          withSocketIo(app);
          listenAtRaw(app);
        },
      },
      platform,
    );
    const ws = await startApp(
      { cors, controllers, providers: [PartnerWs, OpaqueWs, ClosedWs, PlainWs], setUp: withWs },
      platform,
    );
    const own = `http://api.test:${io.port}/page`;
    const pages = { allowed: at('allowed'), stranger: at('stranger'), own };
    return new SocketWorld([...casesOfIo(io), ...casesOfWs(ws)], pages, () => server.close());
  }

  async stop(): Promise<void> {
    await closeApps();
    await this.stopPages();
  }
}

function listenAtRaw(app: INestApplication): void {
  const sockets = new WebSocketServer({ noServer: true });
  (app.getHttpServer() as Server).on('upgrade', (message, socket, head) => {
    if (message.url === '/raw') {
      sockets.handleUpgrade(message, socket, head, (client) => client.send('hello'));
    }
  });
}

/** Every gateway that `routes()` lists, with each transport, and the raw listeners. */
function casesOfIo({ app, port }: TestApp): SocketCase[] {
  const inspector = app.get(CorsInspector);
  const server = `http://api.test:${port}`;
  const kit = browser(app, { origin: server, url: server });
  const gateways = gatewaysOf(inspector).flatMap(({ handler, path, namespace = '/' }) =>
    TRANSPORTS.map((transports): SocketCase => ({
      name: `${handler} by ${transports.join(' and ')}`,
      ask: { url: `${server}${namespace}`, io: { path, transports } },
      inspector,
      place: { url: `ws${server.slice(4)}${path}/`, namespace },
      inKit:
        transports.join() === 'websocket'
          ? (origin) => kit.open(origin).webSocket(`${path}/`, { namespace })
          : undefined,
    })),
  );
  const raw = `ws${server.slice(4)}/raw`;
  const inKit: SocketCase['inKit'] = (origin) => kit.open(origin).webSocket(raw);
  return [...gateways, { name: 'a raw upgrade', ask: { url: raw }, inspector, place: { url: raw }, inKit }];
}

function casesOfWs({ app, port }: TestApp): SocketCase[] {
  const inspector = app.get(CorsInspector);
  const server = `http://api.test:${port}`;
  const kit = browser(app, { origin: server, url: server });
  return gatewaysOf(inspector).map(({ handler, path }) => {
    const url = `ws${server.slice(4)}${path}`;
    return {
      name: handler,
      ask: { url },
      inspector,
      place: { url },
      inKit: (origin) => kit.open(origin).webSocket(url),
    };
  });
}

function gatewaysOf(inspector: CorsInspector): { handler: string; path: string; namespace?: string | undefined }[] {
  return inspector
    .routes()
    .filter(({ kind }) => kind === 'gateway')
    .map(({ handler, path, namespace }) => ({ handler: String(handler), path: String(path), namespace }));
}
