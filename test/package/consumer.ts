// A user's application of the package. `npm run check:package` compiles it against the archive to be published, in both
// module forms and with each major version of Nest.
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { Controller, Get, Module, Put } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import * as library from 'nestjs-cors-policy';

const page = 'https://page.example';

function send(port: number, method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', method, path, headers }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode, headers: response.headers }));
    })
      .on('error', reject)
      .end();
  });
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

type Decorators = Pick<typeof library, 'CorsPolicy' | 'NoCors'>;

/** Starts applications whose controllers have the decorators of one form of the package. The other form reads them. */
export async function exercise(decorators: Decorators): Promise<void> {
  await exerciseOn(new ExpressAdapter(), decorators);
  await exerciseOn(new FastifyAdapter(), decorators);
}

async function exerciseOn(adapter: AbstractHttpAdapter, decorators: Decorators): Promise<void> {
  @decorators.CorsPolicy('page')
  @Controller('orders')
  class OrdersController {
    @Get()
    list(): string[] {
      return ['order'];
    }

    @Put(':id')
    update(): string {
      return 'updated';
    }

    @Get('secret')
    @decorators.NoCors()
    secret(): string {
      return 'secret';
    }
  }

  @Module({
    imports: [library.CorsModule.forRoot({ policies: { page: { origin: page } } })],
    controllers: [OrdersController],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, adapter, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  try {
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;

    const preflight = await send(port, 'OPTIONS', '/orders/1', {
      origin: page,
      'access-control-request-method': 'PUT',
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers['access-control-allow-origin'], page);
    assert.match(preflight.headers['access-control-allow-methods'] ?? '', /\bPUT\b/);

    const allowed = await send(port, 'GET', '/orders', { origin: page });
    assert.equal(allowed.status, 200);
    assert.equal(allowed.headers['access-control-allow-origin'], page);

    const stranger = await send(port, 'GET', '/orders', { origin: 'https://stranger.example' });
    assert.equal(stranger.status, 200);
    assert.equal(stranger.headers['access-control-allow-origin'], undefined);

    const secret = await send(port, 'GET', '/orders/secret', { origin: page });
    assert.equal(secret.headers['access-control-allow-origin'], undefined);
  } finally {
    await app.close();
  }

  @Module({ imports: [library.CorsModule.forRoot({ policies: { page: { origin: 'page.example/' } } })] })
  class MistakenModule {}

  const boot = async (): Promise<unknown> =>
    (await NestFactory.create(MistakenModule, { logger: false, abortOnError: false })).init();
  await assert.rejects(boot, library.CorsConfigurationError);
}
