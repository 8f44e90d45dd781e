/*
 * Nest on an Express instance that was there before it. The policies hold from the point on where the adapter is made:
 * what is registered before `new ExpressAdapter(server)` answers before Nest and this library see the request, and what
 * is registered after it can have an entry in `routes`.
 */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { start } from './start.js';

@CorsPolicy('shop')
@Controller('prices')
class PricesController {
  @Get()
  list(): readonly number[] {
    return [650, 900];
  }
}

@Module({
  imports: [
    CorsModule.forRoot({
      policies: { shop: { origin: 'https://shop.example' }, public: { origin: '*' } },
      routes: [{ path: '/status', policy: 'public', methods: ['GET'] }],
    }),
  ],
  controllers: [PricesController],
})
class AppModule {}

const server = express();
server.get('/before', (_request, response) => {
  response.json({ policy: 'none: this route is before the adapter' });
});
const adapter = new ExpressAdapter(server);
server.get('/status', (_request, response) => {
  response.json({ policy: 'public, by its entry in `routes`' });
});

await start(await NestFactory.create(AppModule, adapter, { logger: ['warn', 'error', 'fatal'] }));
