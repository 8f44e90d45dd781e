/*
 * A WebSocket server of the app's own, without a gateway: an entry of `routes` applies to upgrades on its path, whoever
 * listens to them. Of a server that is not the app's own, ask `CorsInspector.admits(policy, origin)`.
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
