import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
  Post,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';
import { rawRequest, varyOf } from '../support/raw-http.js';

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';
const GRANTED = { 'access-control-allow-origin': APP };

afterEach(closeApps);

@Injectable()
class ThrowingMiddleware implements NestMiddleware {
  use(): void {
    throw new HttpException('no', 451);
  }
}

@Injectable()
class RejectingMiddleware implements NestMiddleware {
  async use(): Promise<void> {
    return Promise.reject(new HttpException('no', 452));
  }
}

@Controller('middled')
@CorsPolicy({ origin: APP })
class MiddledController {
  @Get('throwing')
  throwing(): string {
    return 'never';
  }
  @Get('rejecting')
  rejecting(): string {
    return 'never';
  }
}

@Module({ controllers: [MiddledController] })
class MiddledModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ThrowingMiddleware).forRoutes('middled/throwing');
    consumer.apply(RejectingMiddleware).forRoutes('middled/rejecting');
  }
}

describe.each(PLATFORMS)('responses to errors, on %s', (platform) => {
  test('3.5: the CORS headers are on errors that middleware of a module throws or rejects with', async () => {
    const app = await startApp({ imports: [MiddledModule] }, platform);
    for (const [name, status] of [
      ['throwing', 451],
      ['rejecting', 452],
    ] as const) {
      const response = await rawRequest(app.port, `GET /middled/${name} HTTP/1.1`, [`Origin: ${APP}`]);
      expect([response.status, response.cors(), varyOf(response)]).toEqual([status, GRANTED, ['origin']]);
    }
  });

  test('3.5: the CORS headers are on errors of body parsers: too large, malformed, of another charset', async () => {
    @Controller('bodies')
    @CorsPolicy({ origin: APP })
    class BodiesController {
      @Post()
      post(@Body() body: unknown): unknown {
        return body;
      }
    }
    const app = await startApp({ controllers: [BodiesController] }, platform);
    const post = async (type: string, body: string) => {
      const response = await app.request('POST', '/bodies', { Origin: APP, 'Content-Type': type }).send(body);
      return [response.status, corsHeaders(response), response.headers['vary']];
    };
    expect(await post('application/json', '{')).toEqual([400, GRANTED, 'Origin']);
    const large = JSON.stringify({ text: 'x'.repeat(1_100_000) });
    expect(await post('application/json', large)).toEqual([413, GRANTED, 'Origin']);
    if (platform === 'express') {
      expect(await post('application/json;charset=nonsense', '{}')).toEqual([415, GRANTED, 'Origin']);
    }
  });

  test('3.5: under a default policy every 404 has its headers and its Vary', async () => {
    const app = await startApp({ cors: { defaultPolicy: { origin: APP, exposedHeaders: 'X-Default' } } }, platform);
    for (const target of ['/nowhere', '/', '//nowhere', '/%20', `/${'a/'.repeat(2000)}`, '/?a=b']) {
      const response = await rawRequest(app.port, `GET ${target} HTTP/1.1`, [`Origin: ${APP}`]);
      expect([response.status, response.cors(), varyOf(response)]).toEqual([
        404,
        { ...GRANTED, 'access-control-expose-headers': 'X-Default' },
        ['origin'],
      ]);
      const refused = await rawRequest(app.port, `GET ${target} HTTP/1.1`, [`Origin: ${STRANGER}`]);
      expect([refused.status, refused.cors(), varyOf(refused)]).toEqual([404, {}, ['origin']]);
    }
  });

  test('3.5: a global filter that answers by itself keeps the headers on errors and on refusals', async () => {
    @Catch()
    class Everything implements ExceptionFilter {
      catch(_error: unknown, host: ArgumentsHost): void {
        const response = host
          .switchToHttp()
          .getResponse<{ raw?: ServerResponse; hijack?: () => void } & ServerResponse>();
        response.hijack?.();
        const raw = response.raw ?? response;
        raw.statusCode = 499;
        raw.setHeader('Vary', 'Cookie');
        raw.end('filtered');
      }
    }
    @Controller('f')
    class FilteredController {
      @Get()
      @CorsPolicy({ origin: APP, enforce: true })
      get(): void {
        throw new Error('any');
      }
    }
    const app = await startApp(
      { controllers: [FilteredController], providers: [{ provide: APP_FILTER, useClass: Everything }] },
      platform,
    );
    for (const [origin, expected] of [
      [APP, GRANTED],
      [STRANGER, {}],
    ] as const) {
      const response = await rawRequest(app.port, 'GET /f HTTP/1.1', [`Origin: ${origin}`]);
      expect([response.status, response.body, response.cors(), varyOf(response)]).toEqual([
        499,
        'filtered',
        expected,
        ['cookie', 'origin', 'sec-fetch-site'],
      ]);
    }
  });
});
