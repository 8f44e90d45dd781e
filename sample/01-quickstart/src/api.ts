import type { INestApplication } from '@nestjs/common';
import { ConsoleLogger, type Type } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { CorsInspector } from 'nestjs-cors-policy';
import { AppModule } from './app.module.js';

/**
 * Builds the shop's API, on Express by default. The API is ready to listen. It does not call `enableCors()`: the
 * policies are on the routes.
 */
export async function createApi(
  platform: AbstractHttpAdapter = new ExpressAdapter(),
  module: Type = AppModule,
): Promise<INestApplication> {
  const app = await NestFactory.create(module, platform, {
    // The library's warnings stay visible. Nest's many start-up lines would hide the report.
    logger: new ConsoleLogger({ logLevels: ['warn', 'error', 'fatal'] }),
    forceCloseConnections: true,
  });

  // CORS hides answers but does not stop a form from being sent. Nest's CSRF protection stops it. It allows exactly the
  // origins that the route's policy trusts with cookies, also those of the repository.
  const inspector = app.get(CorsInspector);
  app.enableCsrfProtection({ exclude: (request: object) => inspector.isTrusted(request) });

  return app;
}
