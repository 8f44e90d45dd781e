/*
 * A serverless function on Express: Nest never listens. It is initialised once, at the cold start, and Express is
 * called for each request; its caller has the server, here one of node:http.
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

/** What is exported to the platform that runs the function. Requests that come while it starts wait for the one start. */
export const handler: RequestListener = (request, response) => {
  warm ??= coldStart();
  void warm.then((express) => express(request, response));
};

// The platform's part.
await startServer(createServer(handler));
