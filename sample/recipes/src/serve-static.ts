/*
 * Static files by @nestjs/serve-static. Fonts, modules and images for a canvas are read by CORS, so pages of other
 * origins need a policy for them. No controller serves them: an entry of `routes` does it, in the platform's own syntax
 * of paths.
 */
import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ServeStaticModule } from '@nestjs/serve-static';
import { CorsModule } from 'nestjs-cors-policy';
import { platform } from './platform.js';
import { start } from './start.js';

/** No policy: closed to other origins. */
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
      policies: { public: { origin: '*', maxAge: 7200 } },
      routes: [{ path: '/assets/*path', policy: 'public', methods: ['GET'] }],
    }),
    ServeStaticModule.forRoot({ rootPath: fileURLToPath(new URL('../public', import.meta.url)), serveRoot: '/assets' }),
  ],
  controllers: [PricesController],
})
class AppModule {}

await start(await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] }));
