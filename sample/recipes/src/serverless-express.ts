/*
 * A serverless function on Express. Nest never listens: the cold start initialises the app once, and the function calls
 * Express for each request. The function platform has the server; this file replaces it with a server of node:http.
 */
import 'reflect-metadata';
import { createServer, type RequestListener } from 'node:http';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { startServer } from './start.js';

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
      policies: { shop: { origin: 'https://shop.example', credentials: true, allowedHeaders: ['Content-Type'] } },
    }),
  ],
  controllers: [PricesController],
})
class AppModule {}

async function coldStart(): Promise<RequestListener> {
  const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: ['warn', 'error', 'fatal'] });
  await app.init();
  return app.getHttpAdapter().getInstance() as RequestListener;
}

let warm: Promise<RequestListener> | undefined;

/** The function that the platform calls. Requests that arrive during the cold start wait for it. */
export const handler: RequestListener = (request, response) => {
  warm ??= coldStart();
  void warm.then((express) => express(request, response));
};

// Replaces the function platform.
await startServer(createServer(handler));
