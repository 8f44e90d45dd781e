import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication, Type, WebSocketAdapter } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { corsWebSocketAdapter } from 'nestjs-cors-policy/websockets';
import { freeOrAny, originOf } from '../../01-quickstart/src/addresses.js';
import { createApi } from '../../01-quickstart/src/api.js';
import { SocketIoShop, WsShop } from './shop/shop.module.js';

/** A running shop. */
export interface Shop {
  readonly name: 'socket.io' | 'ws';
  /** Its own origin. */
  readonly url: string;
  readonly app: INestApplication;
}

export const TEA_HOUSE = 'https://tea-house.example';

// A deployment sets these variables from outside.
process.env['PARTNER_ORIGINS'] ??= 'https://shop.example';
process.env['FIRST_TENANT_ORIGIN'] ??= TEA_HOUSE;

/** An app has one WebSocket adapter, so the chat on socket.io and the chat on ws are two apps. */
export async function startShops(port: number): Promise<readonly [Shop, Shop]> {
  const socketIo = await startShop('socket.io', SocketIoShop, (app) => new IoAdapter(app), port);
  try {
    return [socketIo, await startShop('ws', WsShop, (app) => new WsAdapter(app), port === 0 ? 0 : port + 1)];
  } catch (error) {
    await socketIo.app.close();
    throw error;
  }
}

async function startShop(
  name: Shop['name'],
  module: Type,
  adapterOf: (app: INestApplication) => WebSocketAdapter,
  port: number,
): Promise<Shop> {
  const app = await createApi(new ExpressAdapter(), module);
  // This line applies the policies to all gateways of the app.
  app.useWebSocketAdapter(corsWebSocketAdapter(adapterOf(app), app));
  await app.listen(await freeOrAny(port), '127.0.0.1');
  return { name, app, url: originOf(((app.getHttpServer() as Server).address() as AddressInfo).port) };
}
