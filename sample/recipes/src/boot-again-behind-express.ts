/*
 * An Express app that stays, and a Nest app behind it. Each SIGHUP (`kill -HUP <pid>`) starts the Nest app again, and
 * every request still gets an answer.
 *
 * Each Nest app has its own Express instance. The Express app that stays passes requests to it. On a shared instance,
 * the routes of the closed app would still exist and answer first. The library logs a warning in that case.
 */
import 'reflect-metadata';
import { createServer, type RequestListener } from 'node:http';
import { Controller, type DynamicModule, Get, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { announce, startServer } from './start.js';

@CorsPolicy('shop')
@Controller('prices')
class PricesController {
  @Get()
  list(): readonly number[] {
    return [650, 900];
  }
}

@Module({ controllers: [PricesController] })
class AppModule {
  static for(origin: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CorsModule.forRoot({ policies: { shop: { origin, credentials: true, allowedHeaders: ['Content-Type'] } } }),
      ],
    };
  }
}

const origins = ['https://blue.example', 'https://green.example'];
let boots = 0;

/** Initialises the app and does not listen. The Express app that stays has the port. */
async function boot(): Promise<INestApplication> {
  const origin = origins[boots++ % origins.length] ?? '';
  const app = await NestFactory.create(AppModule.for(origin), new ExpressAdapter(), {
    logger: ['warn', 'error', 'fatal'],
  });
  return app.init();
}

const listenerOf = (app: INestApplication): RequestListener => app.getHttpAdapter().getInstance() as RequestListener;

let app = await boot();

const front = express();
front.get('/health', (_request, response) => {
  response.json({ boots });
});
front.use((request, response) => listenerOf(app)(request, response));

async function bootAgain(): Promise<void> {
  const last = app;
  app = await boot();
  await last.close();
  announce(server);
}

process.on('SIGHUP', () => void bootAgain());

const server = createServer(front);
await startServer(server);
