import type { Server } from 'node:http';
import type { INestApplication, Type } from '@nestjs/common';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import { WebSocketServer } from 'ws';
import { CorsPolicy, type CorsPolicyOptions } from '../../lib/index.js';
import type { AppParts } from '../support/app.js';
import type { HandshakeHead } from '../support/raw-handshake.js';
import { withSocketIo, withWs } from '../support/sockets.js';

/** An entrance for handshakes: a kind of gateway or a raw listener. */
export interface Door extends Pick<HandshakeHead, 'path' | 'upgrades'> {
  readonly name: string;
  /** The status of a successful handshake. */
  readonly opens: number;
  /**
   * Makes the parts of an app with this entrance.
   *
   * @param heard gets a line for each connection that reaches the app
   */
  parts(policy: CorsPolicyOptions, heard: string[]): AppParts;
}

export const DOORS: readonly Door[] = [
  {
    name: "socket.io's polling",
    path: '/socket.io/?EIO=4&transport=polling',
    upgrades: false,
    opens: 200,
    parts: (policy, heard) => ({ providers: [gateway(policy, heard)], setUp: withSocketIo }),
  },
  {
    name: "socket.io's websocket",
    path: '/socket.io/?EIO=4&transport=websocket',
    opens: 101,
    parts: (policy, heard) => ({ providers: [gateway(policy, heard)], setUp: withSocketIo }),
  },
  {
    name: 'ws',
    path: '/',
    opens: 101,
    parts: (policy, heard) => ({ providers: [gateway(policy, heard)], setUp: withWs }),
  },
  {
    name: 'a raw upgrade',
    path: '/live',
    opens: 101,
    parts: (policy, heard) => ({
      cors: { routes: [{ path: '/live', policy }] },
      setUp: (app) => listenAt(app, '/live', heard),
    }),
  },
];

function gateway(policy: CorsPolicyOptions, heard: string[]): Type {
  @CorsPolicy(policy)
  @WebSocketGateway()
  class DoorGateway implements OnGatewayConnection {
    handleConnection(): void {
      heard.push('connection');
    }
  }
  return DoorGateway;
}

function listenAt(app: INestApplication, path: string, heard: string[]): void {
  const server = new WebSocketServer({ noServer: true });
  (app.getHttpServer() as Server).on('upgrade', (message, socket, head) => {
    if (message.url === path) {
      server.handleUpgrade(message, socket, head, (client) => {
        heard.push('connection');
        client.on('message', (data: Buffer) => heard.push(data.toString()));
      });
    }
  });
  // The app must end these connections itself.
  const { close } = app;
  app.close = async (...args) => {
    server.clients.forEach((client) => client.terminate());
    return close.apply(app, args);
  };
}
