/*
 * A serverless function on Fastify. Nest never listens: the function passes each event to Fastify's `inject()`, which
 * answers without a socket. Events and results are similar to those of function platforms; here a server of node:http
 * makes them.
 */
import 'reflect-metadata';
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { startServer } from './start.js';

@CorsPolicy('shop')
@Controller('prices')
class PricesController {
  @Get()
  list(): readonly number[] {
    return [650, 900];
  }

  @Post()
  add(@Body('price') price: number): { price: number } {
    return { price };
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

async function coldStart(): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
    logger: ['warn', 'error', 'fatal'],
  });
  return app.init();
}

interface FunctionEvent {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface FunctionResult {
  readonly statusCode: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

let warm: Promise<NestFastifyApplication> | undefined;

/** The function that the platform calls. Events that arrive during the cold start wait for it. */
export async function handler({ method, url, headers, body }: FunctionEvent): Promise<FunctionResult> {
  const app = await (warm ??= coldStart());
  const response = await app.inject({ method, url, headers, payload: body });
  return { statusCode: response.statusCode, headers: response.headers, body: response.body };
}

// Replaces the function platform.
const server = createServer((request, response) => {
  void text(request)
    .then((body) =>
      handler({
        method: request.method as FunctionEvent['method'],
        url: request.url ?? '/',
        headers: request.headers,
        body,
      }),
    )
    .then((result) => response.writeHead(result.statusCode, result.headers).end(result.body));
});
await startServer(server);
