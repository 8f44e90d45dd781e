/*
 * Nest on an existing Express instance. The policies apply from `new ExpressAdapter(server)` on. A route that was
 * registered earlier answers before Nest and this library see the request. A route that is registered later can have an
 * entry in `routes`.
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
