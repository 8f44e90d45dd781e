/*
 * Mongoose: the origins of tenants in a collection. Writers increment a version on every change, and the list is
 * reloaded only if the version changed. On a replica set a change stream reports changes at once. Needs a MongoDB:
 * MONGODB_URL.
 */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { TenantOrigins, Tenants } from './mongoose-origins.js';
import { platform } from './platform.js';
import { start } from './start.js';

@CorsPolicy('tenant')
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
      policies: { tenant: { origin: TenantOrigins, credentials: true, allowedHeaders: ['Content-Type'] } },
    }),
  ],
  controllers: [PricesController],
  providers: [
    {
      provide: Tenants,
      useFactory: () => new Tenants(process.env['MONGODB_URL'] ?? 'mongodb://127.0.0.1:27017/shop'),
    },
    TenantOrigins,
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] });
app.enableShutdownHooks();
await start(app);
