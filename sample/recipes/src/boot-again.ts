/*
 * Closed and booted again in one process, at each SIGHUP (`kill -HUP <pid>`), with other policies. Each boot is an app
 * of its own, on an adapter of its own, and nothing of the last one's stays. (For origins alone no boot is needed: the
 * list of an OriginSource is loaded again while the app runs.)
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
    // Connections that are kept alive would hold up `close()`.
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
