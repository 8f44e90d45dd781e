import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Header,
  HttpException,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
  Post,
  Put,
  Res,
  Sse,
  StreamableFile,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import express, { type Request, type Response } from 'express';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { concat, of, throwError } from 'rxjs';
import { CorsPolicy, type OriginAllowlist } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { exchange, rawHead, rawRequest, type RawResponse } from '../support/raw-http.js';

/* 3.5: the headers stand on every response, each once, whatever the app does to it. */

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';
const GRANTED = { 'access-control-allow-origin': APP };

afterEach(closeApps);

/** The names of `Vary` in lower case, however many fields it was sent in. */
const varyOf = (response: RawResponse): string[] =>
  response.all('vary').flatMap((value) => value.toLowerCase().split(/\s*,\s*/));

@Controller('streams')
@CorsPolicy({ origin: APP })
class StreamsController {
  @Get('failing-at-once')
  failingAtOnce(): StreamableFile {
    const stream = new Readable({
      read() {
        this.destroy(new Error('no such file'));
      },
    });
    return new StreamableFile(stream);
  }
  @Get('failing-later')
  failingLater(): StreamableFile {
    let sent = false;
    const stream = new Readable({
      read() {
        if (sent) {
          setTimeout(() => this.destroy(new Error('the disk is gone')), 20);
        } else {
          sent = true;
          this.push('first part');
        }
      },
    });
    return new StreamableFile(stream);
  }
  @Get('typed')
  typed(): StreamableFile {
    return new StreamableFile(Buffer.from('typed'), { type: 'text/csv', disposition: 'attachment' });
  }
  @Sse('events')
  events() {
    return concat(
      of({ data: 'one' }),
      throwError(() => new Error('the source failed')),
    );
  }
}

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

class Broken implements OriginAllowlist {
  constructor(private readonly answer: () => unknown) {}
  isAllowed(): boolean {
    return this.answer() as boolean;
  }
}

describe.each(PLATFORMS)('3.5, actual requests, on %s', (platform) => {
  test.each([
    ['/streams/failing-at-once', [400, 500]],
    ['/streams/failing-later', [200]],
    ['/streams/typed', [200]],
    ['/streams/events', [200]],
  ])('3.5: the headers stand on %s', async (path, statuses) => {
    const app = await startApp({ controllers: [StreamsController] }, platform);
    for (const [origin, expected] of [
      [APP, GRANTED],
      [STRANGER, {}],
    ] as const) {
      // Nest leaves a stream of events open after an error: what has come by then is looked at.
      const [response] = await exchange(app.port, rawHead(`GET ${path} HTTP/1.1`, [`Origin: ${origin}`]), 400);
      expect(statuses).toContain(response!.status);
      expect([response!.cors(), varyOf(response!)]).toEqual([expected, ['origin']]);
    }
  });

  test('3.5: the headers stand on what middleware of a module throws or rejects with', async () => {
    const app = await startApp({ imports: [MiddledModule] }, platform);
    for (const [name, status] of [
      ['throwing', 451],
      ['rejecting', 452],
    ] as const) {
      const response = await rawRequest(app.port, `GET /middled/${name} HTTP/1.1`, [`Origin: ${APP}`]);
      expect([response.status, response.cors(), varyOf(response)]).toEqual([status, GRANTED, ['origin']]);
    }
  });

  test('3.5: the headers stand on what body parsers refuse: too large, malformed, of another charset', async () => {
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

  test('3.5: a 404 under a default policy: its headers and its Vary, whatever the path', async () => {
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

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['rejects with nothing', () => new Promise((_resolve, reject) => (reject as () => void)())],
    ['answers with what only looks like true', () => 'true'],
    ['answers with 1', () => 1],
    ['answers with an object', () => Promise.resolve({ allowed: true })],
    ['answers with nothing', () => undefined],
    ['never answers', () => new Promise(() => undefined)],
    [
      'answers with a thenable that throws',
      () => ({
        then() {
          throw new Error('then');
        },
      }),
    ],
  ])('3.5: a provider that %s denies, and is no 500', async (_title, answer) => {
    @Controller('broken')
    @CorsPolicy({ origin: { provider: 'broken' } })
    class BrokenController {
      @Get()
      get(): string {
        return 'served';
      }
      @Put()
      @CorsPolicy({ origin: () => answer() as boolean })
      put(): string {
        return 'served';
      }
    }
    const app = await startApp(
      {
        cors: { allowlists: { timeoutMs: 30 } },
        controllers: [BrokenController],
        providers: [{ provide: 'broken', useValue: new Broken(answer) }],
      },
      platform,
    );
    for (const method of ['GET', 'PUT']) {
      const response = await app.request(method, '/broken', { Origin: APP });
      expect([response.status, response.text, corsHeaders(response), response.headers['vary']]).toEqual([
        200,
        'served',
        {},
        'Origin',
      ]);
      const preflight = await app.preflight('/broken', { origin: APP, method });
      expect([preflight.status, corsHeaders(preflight)]).toEqual([204, {}]);
    }
  });

  test('3.5: requests that are pipelined are answered in order, each for its own origin', async () => {
    @Controller('p')
    class PipelinedController {
      @Get('slow')
      @CorsPolicy({
        origin: async (origin) => {
          await new Promise((resolve) => setTimeout(resolve, 40));
          return origin === APP;
        },
      })
      slow(): string {
        return 'slow';
      }
      @Get('fast')
      @CorsPolicy({ origin: OTHER })
      fast(): string {
        return 'fast';
      }
      @Get('open')
      @CorsPolicy({ origin: '*' })
      open(): string {
        return 'open';
      }
      @Get('bare')
      bare(): string {
        return 'bare';
      }
    }
    const app = await startApp({ controllers: [PipelinedController] }, platform);
    const keep = 'Connection: keep-alive';
    const responses = await exchange(
      app.port,
      rawHead('GET /p/slow HTTP/1.1', [`Origin: ${APP}`, keep]) +
        rawHead('GET /p/fast HTTP/1.1', [`Origin: ${OTHER}`, keep]) +
        rawHead('OPTIONS /p/fast HTTP/1.1', [`Origin: ${OTHER}`, 'Access-Control-Request-Method: GET', keep]) +
        rawHead('GET /p/slow HTTP/1.1', [`Origin: ${STRANGER}`, keep]) +
        rawHead('GET /p/open HTTP/1.1', [`Origin: ${STRANGER}`, keep]) +
        rawHead('GET /p/bare HTTP/1.1', [`Origin: ${APP}`, keep]) +
        rawHead('GET /p/fast HTTP/1.1', [`Origin: ${APP}`]),
    );
    expect(responses.map((response) => [response.body, response.cors(), varyOf(response)])).toEqual([
      ['slow', GRANTED, ['origin']],
      ['fast', { 'access-control-allow-origin': OTHER }, ['origin']],
      [
        '',
        { 'access-control-allow-origin': OTHER, 'access-control-allow-methods': 'GET, HEAD' },
        ['origin', 'access-control-request-method', 'access-control-request-headers'],
      ],
      ['slow', {}, ['origin']],
      ['open', { 'access-control-allow-origin': '*' }, []],
      ['bare', {}, []],
      ['fast', {}, ['origin']],
    ]);
  });

  test('3.5: a global filter that answers by itself keeps the headers, of errors and of refusals', async () => {
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
        ['cookie', 'origin'],
      ]);
    }
  });

  test('3.5: what @Header() sets of the protocol wins field by field, the rest stays ours', async () => {
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

type Act = (response: Response, request: Request) => void;

describe('3.5, what handlers and middleware do to a response of Express', () => {
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

  const OWN: Readonly<Record<string, Act>> = {
    'res.set()': (res) => res.set('Access-Control-Allow-Origin', OTHER).send('x'),
    'res.append()': (res) => res.append('Access-Control-Allow-Origin', OTHER).send('x'),
    'res.writeHead()': (res) => res.writeHead(200, { 'access-control-allow-origin': OTHER }).end('x'),
    'res.writeHead() of a flat list': (res) => res.writeHead(200, ['Access-Control-Allow-Origin', OTHER]).end('x'),
  };

  test.each(Object.keys(OWN))('3.5: an ACAO by %s wins, and stands once', async (name) => {
    @Controller()
    class OwnController {
      @Get('own')
      @CorsPolicy({ origin: APP })
      own(@Res() response: Response): void {
        OWN[name]!(response, response.req);
      }
    }
    const app = await startApp({ controllers: [OwnController] });
    const response = await rawRequest(app.port, 'GET /own HTTP/1.1', [`Origin: ${APP}`]);
    expect([response.cors(), varyOf(response)]).toEqual([{ 'access-control-allow-origin': OTHER }, ['origin']]);
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

  test('3.5: a response whose head is out before the handler is known is no failure', async () => {
    @Controller()
    class LateController {
      @Get('early')
      @CorsPolicy({ origin: OTHER })
      early(): string {
        return 'early';
      }
      @Get('late')
      @CorsPolicy({ origin: APP })
      late(@Res() response: Response): void {
        response.end('late');
      }
    }
    const app: TestApp = await startApp({
      controllers: [LateController],
      setUp: (nest) =>
        nest.use((request: Request, response: Response, next: () => void) => {
          request.url = '/late';
          response.flushHeaders();
          next();
        }),
    });
    const response = await rawRequest(app.port, 'GET /early HTTP/1.1', [`Origin: ${APP}`]);
    expect([response.status, response.cors(), response.body]).toEqual([
      200,
      {},
      expect.stringContaining('late') as unknown,
    ]);
  });
});

describe('3.5, what handlers and hooks do to a reply of Fastify', () => {
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

  test.each<[string, FastifyAct]>([
    ['reply.header()', (reply) => reply.header('Access-Control-Allow-Origin', OTHER).send('x')],
    ['reply.header() in another case', (reply) => reply.header('ACCESS-CONTROL-allow-origin', OTHER).send('x')],
    [
      'reply.raw.setHeader()',
      (reply) => {
        reply.raw.setHeader('Access-Control-Allow-Origin', OTHER);
        return reply.send('x');
      },
    ],
  ])('3.5: an ACAO by %s wins, and stands once', async (_title, own) => {
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
