import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { corsWebSocketAdapter } from 'nestjs-cors-policy/websockets';
import { AppModule } from './app.module.ts';

const { PLATFORM, SOCKETS, PORT } = process.env;

const app =
  PLATFORM === 'fastify'
    ? await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] })
    : await NestFactory.create(AppModule, new ExpressAdapter(), { logger: ['error'] });
app.useWebSocketAdapter(corsWebSocketAdapter(SOCKETS === 'ws' ? new WsAdapter(app) : new IoAdapter(app), app));
app.use('/early', (_request: IncomingMessage, response: ServerResponse) => {
  response.statusCode = 418;
  response.end();
});
await app.init();
// An upgrade without a gateway, under an entry of `routes`.
(app.getHttpServer() as Server).prependListener('upgrade', ({ url }: IncomingMessage, socket: Duplex) => {
  if (url === '/raw') {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  }
});
await app.listen(PORT ?? 3000, '127.0.0.1');
console.log(await app.getUrl());
