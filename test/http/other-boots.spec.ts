import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import { firstValueFrom } from 'rxjs';
import request from 'supertest';
import { CorsInspector, CorsModule, CorsPolicy } from '../../lib/index.js';
import { corsHeaders } from '../support/app.js';

const ORIGIN = 'https://app.example';
const quiet = { logger: false as const, abortOnError: false };

@CorsPolicy({ origin: ORIGIN, enforce: true })
@Controller('prices')
class PricesController {
  @Get()
  @MessagePattern('prices')
  list() {
    return [650];
  }
}

@Module({ imports: [CorsModule.forRoot({ defaultPolicy: { origin: '*' } })], controllers: [PricesController] })
class AppModule {}

describe('an app that serves no HTTP', () => {
  it('starts as a context, for scripts', async () => {
    const context = await NestFactory.createApplicationContext(AppModule, quiet);

    expect(() => context.get(CorsInspector).routes()).toThrow('not running yet');
    await context.close();
  });

  it('starts as a microservice, and answers messages', async () => {
    const app = await NestFactory.createMicroservice(AppModule, {
      ...quiet,
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
    });
    await app.listen();
    const { port } = app.unwrap<{ address(): AddressInfo }>().address();
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
    try {
      expect(await firstValueFrom(client.send('prices', {}))).toEqual([650]);
    } finally {
      await client.close();
      await app.close();
    }
  });
});

describe.each(['before', 'after'])('an app whose Express is mounted in another one %s the boot', (moment) => {
  const outer = express();
  const server = createServer(outer);
  let app: INestApplication;

  beforeAll(async () => {
    const inner = express();
    outer.get('/own', (_request, response) => void response.vary('Accept').send('own'));
    if (moment === 'before') {
      outer.use('/api', inner);
    }
    app = await NestFactory.create(AppModule, new ExpressAdapter(inner), quiet);
    await app.init();
    if (moment === 'after') {
      outer.use('/api', inner);
    }
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });

  afterAll(async () => {
    await app.close();
    await new Promise((closed) => server.close(closed));
  });

  it('decides for requests below its own path', async () => {
    const asked = await request(server)
      .options('/api/prices')
      .set({ Origin: ORIGIN, 'Access-Control-Request-Method': 'GET' });
    expect([asked.status, corsHeaders(asked)]).toMatchObject([204, { 'access-control-allow-origin': ORIGIN }]);

    const allowed = await request(server).get('/api/prices').set('Origin', ORIGIN);
    expect([allowed.body, corsHeaders(allowed)]).toEqual([[650], { 'access-control-allow-origin': ORIGIN }]);
    const refused = await request(server).get('/api/prices').set('Origin', 'https://stranger.example');
    expect([refused.status, refused.headers['vary'], corsHeaders(refused)]).toEqual([
      403,
      'Origin, Sec-Fetch-Site',
      {},
    ]);
    expect(corsHeaders(await request(server).get('/api/missing'))).toEqual({ 'access-control-allow-origin': '*' });
  });

  it('leaves other requests alone', async () => {
    const own = await request(server).get('/own').set('Origin', ORIGIN);
    expect([own.text, own.headers['vary'], corsHeaders(own)]).toEqual(['own', 'Accept', {}]);
    expect(corsHeaders(await request(server).get('/prices').set('Origin', ORIGIN))).toEqual({});
  });
});
