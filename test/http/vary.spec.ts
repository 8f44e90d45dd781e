import { Controller, Get, Res } from '@nestjs/common';
import { Readable } from 'node:stream';
import express, { type Request, type Response } from 'express';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, startApp } from '../support/app.js';
import { rawRequest, varyOf } from '../support/raw-http.js';

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';
const GRANTED = { 'access-control-allow-origin': APP };

afterEach(closeApps);

type Act = (response: Response, request: Request) => void;

describe('Vary of a response of Express', () => {
  const ACTS: Readonly<Record<string, Act>> = {
    'res.vary()': (res) => res.vary('Cookie').send('x'),
    'res.vary() twice': (res) => res.vary('Cookie').vary('Origin, cookie').send('x'),
    'res.setHeader()': (res) => res.setHeader('vary', 'Cookie').end('x'),
    'res.setHeader() of a list': (res) => res.setHeader('Vary', ['Cookie', 'Origin']).end('x'),
    'res.append()': (res) => res.append('Vary', 'Cookie').send('x'),
    'res.appendHeader()': (res) => res.appendHeader('Vary', 'Cookie').end('x'),
    'res.set()': (res) => res.set({ Vary: 'Cookie, origin' }).send('x'),
    'res.removeHeader(), then set': (res) => {
      res.removeHeader('Vary');
      res.setHeader('Vary', 'Cookie');
      res.end('x');
    },
    'res.writeHead() of an object': (res) => res.writeHead(200, { vary: 'Cookie' }).end('x'),
    'res.writeHead() with a message': (res) => res.writeHead(200, 'Fine', { Vary: 'Cookie' }).end('x'),
    'res.writeHead() of an object and nothing more': (res) =>
      (res.writeHead as (...args: unknown[]) => Response).call(res, 200, { Vary: 'Cookie' }, undefined).end('x'),
    'res.writeHead() of a message and nothing more': (res) => {
      res.setHeader('Vary', 'Cookie');
      (res.writeHead as (...args: unknown[]) => Response).call(res, 200, 'Fine', undefined).end('x');
    },
    'res.writeHead() of no message': (res) =>
      (res.writeHead as (...args: unknown[]) => Response).call(res, 200, undefined, { Vary: 'Cookie' }).end('x'),
    'res.writeHead() of a list in the object': (res) => res.writeHead(200, { Vary: ['Cookie', 'ORIGIN'] }).end('x'),
    'res.writeHead() of a flat list': (res) => res.writeHead(200, ['X-A', '1', 'Vary', 'Cookie']).end('x'),
    'res.writeHead() of a flat list that names it twice': (res) =>
      res.writeHead(200, ['Vary', 'Cookie', 'vary', 'Origin']).end('x'),
    'res.writeHead() of pairs': (res) =>
      (res.writeHead as (...args: unknown[]) => Response)
        .call(res, 200, [
          ['Vary', 'Cookie'],
          ['X-A', '1'],
        ])
        .end('x'),
    'res.write()': (res) => {
      res.setHeader('Vary', 'Cookie');
      res.write('x');
      setTimeout(() => res.end(), 5);
    },
    'res.flushHeaders()': (res) => {
      res.vary('Cookie').flushHeaders();
      res.end('x');
    },
    'pipe()': (res) => void Readable.from(['x']).pipe(res.vary('Cookie')),
  };

  @Controller('acts')
  class ActsController {
    @Get('cors')
    @CorsPolicy({ origin: APP })
    cors(@Res() response: Response): void {
      act(response);
    }
    @Get('plain')
    @CorsPolicy({ origin: '*' })
    plain(@Res() response: Response): void {
      act(response);
    }
    @Get('bare')
    bare(@Res() response: Response): void {
      act(response);
    }
  }
  const act = (response: Response): void => ACTS[String(response.req.headers['x-act'])]!(response, response.req);

  test.each(Object.keys(ACTS))('3.5: Vary by %s is neither lost nor sent twice', async (name) => {
    const app = await startApp({ controllers: [ActsController] });
    for (const [origin, expected] of [
      [APP, GRANTED],
      [STRANGER, {}],
    ] as const) {
      const response = await rawRequest(app.port, 'GET /acts/cors HTTP/1.1', [`Origin: ${origin}`, `X-Act: ${name}`]);
      expect([response.status, response.cors(), varyOf(response).sort()]).toEqual([
        200,
        expected,
        ['cookie', 'origin'],
      ]);
      expect(response.body).toContain('x');
    }
    const plain = await rawRequest(app.port, 'GET /acts/plain HTTP/1.1', [`X-Act: ${name}`]);
    expect([plain.cors(), varyOf(plain)]).toEqual([
      { 'access-control-allow-origin': '*' },
      expect.arrayContaining(['cookie']) as unknown,
    ]);
  });

  type Wrap = (response: Response) => void;
  const WRAPS: Readonly<Record<string, Wrap>> = {
    'as compression does': (res) => {
      const { writeHead } = res;
      res.writeHead = function (this: Response, ...args: unknown[]) {
        this.vary('Accept-Encoding');
        return (writeHead as (...args: unknown[]) => Response).apply(this, args);
      } as typeof res.writeHead;
    },
    'with three parameters, whatever was given': (res) => {
      const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => Response;
      res.writeHead = ((status: number, reason: unknown, headers: unknown) => {
        const own = (typeof reason === 'string' ? headers : reason) as object | undefined;
        return writeHead(status, { ...own, Vary: 'Accept-Encoding' }, undefined);
      }) as typeof res.writeHead;
    },
    'as helmets do, by replacing the header at the end': (res) => {
      const { end } = res;
      res.end = function (this: Response, ...args: unknown[]) {
        this.setHeader('Vary', 'Accept-Encoding');
        return (end as (...args: unknown[]) => Response).apply(this, args);
      } as typeof res.end;
    },
  };

  test.each(Object.keys(WRAPS))('3.5: middleware that wraps the response %s loses no Vary', async (name) => {
    @Controller()
    class WrappedController {
      @Get('wrapped')
      @CorsPolicy({ origin: APP })
      wrapped(): string {
        return 'x';
      }
    }
    const app = await startApp({
      controllers: [WrappedController],
      setUp: (nest) =>
        nest.use((_request: Request, response: Response, next: () => void) => {
          WRAPS[name]!(response);
          next();
        }),
    });
    const response = await rawRequest(app.port, 'GET /wrapped HTTP/1.1', [`Origin: ${APP}`]);
    expect([response.status, response.cors(), varyOf(response).sort()]).toEqual([
      200,
      GRANTED,
      ['accept-encoding', 'origin'],
    ]);
  });

  test.each(['mounted', 'called'])('3.5: another Express app that is %s below a path loses no Vary', async (how) => {
    const inner = express();
    inner.get('/x', (_request, response) => void response.setHeader('Vary', 'Cookie').end('x'));
    const app = await startApp({
      cors: { routes: [{ path: '/inner/*path', policy: { origin: APP } }] },
      setUp: (nest) =>
        nest.use(
          '/inner',
          how === 'mounted' ? inner : (request: Request, response: Response) => inner(request, response),
        ),
    });
    const response = await rawRequest(app.port, 'GET /inner/x HTTP/1.1', [`Origin: ${APP}`]);
    expect([response.body, response.cors(), varyOf(response)]).toEqual(['x', GRANTED, ['cookie', 'origin']]);
  });
});

describe('Vary of a reply of Fastify', () => {
  type FastifyAct = (reply: FastifyReply) => unknown;
  const ACTS: Readonly<Record<string, FastifyAct>> = {
    'reply.header()': (reply) => reply.header('Vary', 'Cookie').send('x'),
    'reply.header() of a list': (reply) => reply.header('vary', ['Cookie', 'ORIGIN']).send('x'),
    'reply.headers()': (reply) => reply.headers({ VARY: 'Cookie, Origin' }).send('x'),
    'reply.header() twice': (reply) => reply.header('Vary', 'Cookie').header('Vary', 'Cookie').send('x'),
    'reply.raw.setHeader()': (reply) => {
      reply.raw.setHeader('Vary', 'Cookie');
      return reply.send('x');
    },
    'reply.hijack() and raw.writeHead()': (reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { Vary: 'Cookie' }).end('x');
    },
    'reply.send() of a stream': (reply) => reply.header('Vary', 'Cookie').send(Readable.from(['x'])),
    'reply.send() of a web response': (reply) =>
      reply.send(new globalThis.Response('x', { headers: { vary: 'Cookie', 'content-type': 'text/plain' } })),
    'reply.raw.setHeader() and reply.header()': (reply) => {
      reply.raw.setHeader('Vary', 'Accept');
      return reply.header('Vary', 'Cookie').send('x');
    },
  };

  @Controller('acts')
  class ActsController {
    @Get('cors')
    @CorsPolicy({ origin: APP })
    cors(@Res() reply: FastifyReply): void {
      ACTS[String(reply.request.headers['x-act'])]!(reply);
    }
  }

  test.each(Object.keys(ACTS))('3.5: Vary by %s is neither lost nor sent twice', async (name) => {
    const app = await startApp({ controllers: [ActsController] }, 'fastify');
    for (const [origin, expected] of [
      [APP, GRANTED],
      [STRANGER, {}],
    ] as const) {
      const response = await rawRequest(app.port, 'GET /acts/cors HTTP/1.1', [`Origin: ${origin}`, `X-Act: ${name}`]);
      const names = varyOf(response).filter((each) => each !== 'accept');
      expect([response.status, response.cors(), names.sort()]).toEqual([200, expected, ['cookie', 'origin']]);
      expect(response.body).toContain('x');
    }
  });

  test.each(['onRequest', 'preHandler', 'onSend'] as const)(
    '3.5: a hook of the app (%s) that sets Vary loses none, and one that fails keeps the headers',
    async (hook) => {
      @Controller()
      class HookedController {
        @Get('hooked')
        @CorsPolicy({ origin: APP })
        hooked(): string {
          return 'x';
        }
      }
      const app = await startApp(
        {
          controllers: [HookedController],
          setUp: (nest) => {
            const instance = nest.getHttpAdapter().getInstance() as FastifyInstance;
            const set = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
              void reply.header('Vary', 'Accept-Encoding');
              if (request.headers['x-fail'] !== undefined) {
                throw new Error('the hook failed');
              }
            };
            instance.addHook(hook as 'onRequest', set);
          },
        },
        'fastify',
      );
      const hooked = await rawRequest(app.port, 'GET /hooked HTTP/1.1', [`Origin: ${APP}`]);
      expect([hooked.status, hooked.cors(), varyOf(hooked).sort()]).toEqual([
        200,
        GRANTED,
        ['accept-encoding', 'origin'],
      ]);
      const failed = await rawRequest(app.port, 'GET /hooked HTTP/1.1', [`Origin: ${APP}`, 'X-Fail: 1']);
      expect([failed.status, failed.cors(), varyOf(failed)]).toEqual([
        500,
        GRANTED,
        expect.arrayContaining(['origin']) as unknown,
      ]);
      expect(varyOf(failed).filter((name) => name === 'origin')).toHaveLength(1);
    },
  );
});
