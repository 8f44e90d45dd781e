/*
 * An app that is closed and started again in one process, with other policies, at each SIGHUP (`kill -HUP <pid>`). Each
 * start creates a new app and a new adapter, and nothing of the last app remains. (A change of origins alone needs no
 * new start: the list of an OriginSource is reloaded while the app runs.)
 */
import 'reflect-metadata';
import { Controller, type DynamicModule, Get, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';
import { platform } from './platform.js';
import { start } from './start.js';

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

async function boot(): Promise<INestApplication> {
  const origin = origins[boots++ % origins.length] ?? '';
  const app = await NestFactory.create(AppModule.for(origin), platform(), {
    logger: ['warn', 'error', 'fatal'],
    // Otherwise `close()` waits for keep-alive connections.
    forceCloseConnections: true,
  });
  await start(app);
  return app;
}

let app = boot();

process.on('SIGHUP', () => {
  app = app.then((last) => last.close()).then(boot);
});

await app;
