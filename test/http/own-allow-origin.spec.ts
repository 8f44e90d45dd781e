import { Controller, Get, Header, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { FastifyReply } from 'fastify';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { rawRequest, varyOf } from '../support/raw-http.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

afterEach(closeApps);

describe.each(PLATFORMS)('Access-Control-Allow-Origin of the app, given by @Header(), on %s', (platform) => {
  test('3.5: CORS headers of @Header() replace those of the policy field by field', async () => {
    @Controller('own')
    class OwnController {
      @Get('expose')
      @CorsPolicy({ origin: APP, credentials: true, exposedHeaders: 'X-Ours' })
      @Header('access-control-expose-headers', 'X-Own')
      expose(): string {
        return 'own';
      }
      @Get('refused')
      @CorsPolicy({ origin: OTHER })
      @Header('Access-Control-Allow-Origin', 'https://own.example')
      refused(): string {
        return 'own';
      }
    }
    const app = await startApp({ controllers: [OwnController] }, platform);
    const get = async (path: string) => {
      const response = await rawRequest(app.port, `GET ${path} HTTP/1.1`, [`Origin: ${APP}`]);
      return [response.cors(), varyOf(response)];
    };
    expect(await get('/own/expose')).toEqual([
      {
        'access-control-allow-origin': APP,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'X-Own',
      },
      ['origin'],
    ]);
    expect(await get('/own/refused')).toEqual([{ 'access-control-allow-origin': 'https://own.example' }, ['origin']]);
  });
});

describe('Access-Control-Allow-Origin of the app on a response of Express', () => {
  const OWN: Readonly<Record<string, (response: Response) => unknown>> = {
    'res.set()': (res) => res.set('Access-Control-Allow-Origin', OTHER).send('x'),
    'res.append()': (res) => res.append('Access-Control-Allow-Origin', OTHER).send('x'),
    'res.writeHead()': (res) => res.writeHead(200, { 'access-control-allow-origin': OTHER }).end('x'),
    'res.writeHead() of a flat list': (res) => res.writeHead(200, ['Access-Control-Allow-Origin', OTHER]).end('x'),
  };

  test.each(Object.keys(OWN))('3.5: an ACAO by %s wins, and is sent once', async (name) => {
    @Controller()
    class OwnController {
      @Get('own')
      @CorsPolicy({ origin: APP })
      own(@Res() response: Response): void {
        OWN[name]!(response);
      }
    }
    const app = await startApp({ controllers: [OwnController] });
    const response = await rawRequest(app.port, 'GET /own HTTP/1.1', [`Origin: ${APP}`]);
    expect([response.cors(), varyOf(response)]).toEqual([{ 'access-control-allow-origin': OTHER }, ['origin']]);
  });
});

describe('Access-Control-Allow-Origin of the app on a reply of Fastify', () => {
  test.each<[string, (reply: FastifyReply) => unknown]>([
    ['reply.header()', (reply) => reply.header('Access-Control-Allow-Origin', OTHER).send('x')],
    ['reply.header() in another case', (reply) => reply.header('ACCESS-CONTROL-allow-origin', OTHER).send('x')],
    [
      'reply.raw.setHeader()',
      (reply) => {
        reply.raw.setHeader('Access-Control-Allow-Origin', OTHER);
        return reply.send('x');
      },
    ],
  ])('3.5: an ACAO by %s wins, and is sent once', async (_title, own) => {
    @Controller()
    class OwnController {
      @Get('own')
      @CorsPolicy({ origin: APP })
      own(@Res() reply: FastifyReply): void {
        own(reply);
      }
    }
    const app = await startApp({ controllers: [OwnController] }, 'fastify');
    const response = await rawRequest(app.port, 'GET /own HTTP/1.1', [`Origin: ${APP}`]);
    expect([response.cors(), varyOf(response)]).toEqual([{ 'access-control-allow-origin': OTHER }, ['origin']]);
  });
});
