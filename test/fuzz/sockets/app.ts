import type { Server } from 'node:http';
import type { INestApplication, Type } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { WebSocketServer } from 'ws';
import { CorsInspector } from '../../../lib/index.js';
import { type Decoration, NAMED } from '../../model/domain.js';
import { decoratorOf } from '../../model/pure-app.js';
import { startApp } from '../../support/app.js';
import { freePort } from '../../support/free-port.js';
import { withSocketIo, withWs } from '../../support/sockets.js';
import { type FuzzGateway, type SocketsApp, TENANTS } from './plan.js';

/** A running random app. */
export interface RunningSockets {
  /** The port of the gateways. */
  readonly ports: Readonly<Record<FuzzGateway['port'], number>>;
  readonly inspector: CorsInspector;
  /** Collects the name of each gateway or raw listener that receives a client. */
  readonly heard: string[];
}

/** Starts an app as users do. Rejects if the library stops the startup. */
export async function startSockets(plan: SocketsApp): Promise<RunningSockets> {
  const { platform, adapter, defaultPolicy, entries, gateways } = plan;
  const heard: string[] = [];
  const ownPort = await freePort();
  const raw = new WebSocketServer({ noServer: true });
  const { app, port } = await startApp(
    {
      cors: {
        policies: NAMED,
        ...(defaultPolicy && { defaultPolicy: optionOf(defaultPolicy) }),
        routes: entries.map(({ path, policy, methods }) => ({
          path,
          ...(methods && { methods: [...methods] }),
          ...(policy === 'unmanaged' ? { unmanaged: true as const } : { policy: optionOf(policy) }),
        })),
      },
      providers: gateways.map((each, at) => gatewayOf(each, `G${at}`, each.port === 'its own' ? ownPort : 0, heard)),
      setUp: (made) => {
        (adapter === 'ws' ? withWs : withSocketIo)(made);
        listenAt(made, raw, plan.raw, heard);
      },
    },
    platform,
  );
  return { ports: { 'of the app': port, 'its own': ownPort }, inspector: app.get(CorsInspector), heard };
}

function optionOf({ name, options }: Decoration): string | NonNullable<Decoration['options']> {
  return name ?? options!;
}

function gatewayOf({ path, namespace, decoration }: FuzzGateway, name: string, port: number, heard: string[]): Type {
  class Made {
    handleConnection(): void {
      heard.push(name);
    }
  }
  Object.defineProperty(Made, 'name', { value: name });
  WebSocketGateway(port, {
    ...(path !== undefined && { path }),
    ...(namespace !== undefined && { namespace: namespace === TENANTS.written ? TENANTS.pattern : namespace }),
  })(Made);
  if (decoration !== undefined) {
    decoratorOf(decoration)(Made);
  }
  return Made;
}

/** Adds an `upgrade` listener, like the code of an app, that reads the path in its own way. */
function listenAt(app: INestApplication, sockets: WebSocketServer, paths: readonly string[], heard: string[]): void {
  if (paths.length === 0) {
    return;
  }
  (app.getHttpServer() as Server).on('upgrade', (message, socket, head) => {
    const path = decodeURIComponent(message.url!.split('?', 1)[0]!).toLowerCase();
    if (paths.includes(path)) {
      sockets.handleUpgrade(message, socket, head, (client) => {
        heard.push(path);
        client.on('error', () => client.terminate());
      });
    }
  });
}
