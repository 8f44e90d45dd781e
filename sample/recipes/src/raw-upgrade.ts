/*
 * A WebSocket server of the app, without a gateway. An entry of `routes` applies to every upgrade on its path,
 * whichever code handles it. A WebSocket server on another HTTP server calls `CorsInspector.admits(policy, origin)`
 * itself.
 */
import 'reflect-metadata';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsModule } from 'nestjs-cors-policy';
import { WebSocketServer } from 'ws';
import { platform } from './platform.js';
import { start } from './start.js';

@Module({
  imports: [
    CorsModule.forRoot({
      policies: { partner: { origin: 'https://partner.example', credentials: true, allowedHeaders: ['Content-Type'] } },
      routes: [{ path: '/prices', policy: 'partner' }],
    }),
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] });
const prices = new WebSocketServer({ noServer: true });

(app.getHttpServer() as Server).on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
  if (request.url === '/prices') {
    prices.handleUpgrade(request, socket, head, (client) => client.send('tea: 12.50'));
  } else {
    socket.destroy();
  }
});

await start(app);
