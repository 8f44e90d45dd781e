import { Controller, Get, type INestApplication, Put } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Express } from 'express';
import type { FastifyInstance } from 'fastify';
import request from 'supertest';
import { CorsConfigurationError, CorsModule, CorsPolicy } from '../../lib/index.js';
import { corsHeaders, PLATFORMS, type PlatformName } from '../support/app.js';

const APP = 'https://app.example';

@CorsPolicy({ origin: APP, credentials: true })
@Controller('orders')
class OrdersController {
  @Get()
  list(): string {
    return 'orders';
  }
  @Put(':id')
  update(): string {
    return 'updated';
  }
}

let app: INestApplication;

async function create(platform: PlatformName, defaultPolicy?: { origin: string }): Promise<INestApplication> {
  const module = await Test.createTestingModule({
    imports: [CorsModule.forRoot({ defaultPolicy })],
    controllers: [OrdersController],
  }).compile();
  app =
    platform === 'express'
      ? module.createNestApplication({ logger: false })
      : module.createNestApplication(new FastifyAdapter(), { logger: false });
  return app;
}

describe.each(PLATFORMS)('an app of Test.createTestingModule() on %s', (platform) => {
  afterEach(() => app.close());

  it('applies the policies as an app of NestFactory.create() does', async () => {
    await (await create(platform)).listen(0, '127.0.0.1');
    const server = request(await app.getUrl());
    const preflight = await server.options('/orders/1').set({ Origin: APP, 'Access-Control-Request-Method': 'PUT' });
    expect([preflight.status, corsHeaders(preflight)]).toEqual([
      204,
      {
        'access-control-allow-origin': APP,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'PUT',
      },
    ]);
    expect(corsHeaders(await server.get('/orders').set('Origin', 'https://stranger.example'))).toEqual({});
  });

  it('sees routes that the app registers before app.init()', async () => {
    const instance = (await create(platform, { origin: '*' })).getHttpAdapter().getInstance() as Express &
      FastifyInstance;
    instance.get('/raw', (_request: unknown, reply: { send(text: string): unknown }) => void reply.send('raw'));
    await app.listen(0, '127.0.0.1');
    const preflight = await request(await app.getUrl())
      .options('/raw')
      .set({ Origin: APP, 'Access-Control-Request-Method': 'GET' });
    expect(corsHeaders(preflight)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
    });
  });

  it('3.7: rejects a second CORS layer', async () => {
    (await create(platform)).enableCors();
    await expect(app.init()).rejects.toBeInstanceOf(CorsConfigurationError);
  });
});
