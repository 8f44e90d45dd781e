import type { INestApplication } from '@nestjs/common';
import { ConsoleLogger, type Type } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { CorsInspector } from 'nestjs-cors-policy';
import { AppModule } from './app.module.js';

/** Builds the shop's API, ready to listen, on Express unless told otherwise. There is no `enableCors()`: the policies stand on the routes. */
export async function createApi(
  platform: AbstractHttpAdapter = new ExpressAdapter(),
  module: Type = AppModule,
): Promise<INestApplication> {
  const app = await NestFactory.create(module, platform, {
    // The library's warnings stay visible; Nest's start-up lines would drown the report.
    logger: new ConsoleLogger({ logLevels: ['warn', 'error', 'fatal'] }),
    forceCloseConnections: true,
  });

  // CORS hides answers, it does not stop a form from being sent. Nest's CSRF protection does, and lets through exactly
  // the origins that a route's own policy trusts with cookies: those of the repository too.
  const inspector = app.get(CorsInspector);
  app.enableCsrfProtection({ exclude: (request: object) => inspector.isTrusted(request) });

  return app;
}
