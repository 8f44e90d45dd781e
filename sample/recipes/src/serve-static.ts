/*
 * Static files by @nestjs/serve-static. Browsers load fonts, modules and images for a canvas with CORS, so pages of
 * other origins need a policy for them. No controller serves the files. An entry of `routes` sets the policy; its path
 * has the syntax of the platform.
 */
import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ServeStaticModule } from '@nestjs/serve-static';
import { CorsModule } from 'nestjs-cors-policy';
import { platform } from './platform.js';
import { start } from './start.js';

/** Has no policy, so pages of other origins cannot read it. */
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
