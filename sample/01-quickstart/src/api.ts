import type { INestApplication } from '@nestjs/common';
import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsInspector } from 'nestjs-cors-policy';
import { AppModule } from './app.module.js';

/** Builds the shop's API, ready to listen. There is no `enableCors()`: the policies stand on the routes. */
export async function createApi(): Promise<INestApplication> {
  const app = await NestFactory.create(AppModule, {
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
