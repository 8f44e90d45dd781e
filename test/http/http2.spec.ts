import { Controller, Get, Put, type INestApplication, Req, Res, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CorsModule, CorsPolicy } from '../../lib/index.js';

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

class Deny {
  canActivate(): boolean {
    return false;
  }
}

/** Sets an ACAO with two values, in each form that Node accepts over HTTP/2. */
const OWN = ['https://first.example', 'https://last.example'];
const FORMS: Readonly<Record<string, (response: Http2ServerResponse) => void>> = {
  setHeader: (response) => {
    response.setHeader('Access-Control-Allow-Origin', OWN);
    response.end('x');
  },
  object: (response) => writeHead(response, { 'access-control-allow-origin': OWN }),
  list: (response) =>
    writeHead(
      response,
      OWN.flatMap((origin) => ['Access-Control-Allow-Origin', origin]),
    ),
  pairs: (response) =>
    writeHead(
      response,
      OWN.map((origin) => ['ACCESS-CONTROL-ALLOW-ORIGIN', origin]),
    ),
};

function writeHead(response: Http2ServerResponse, fields: unknown): void {
  response.writeHead(200, fields as OutgoingHttpHeaders).end('x');
}

function writeOwn(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  FORMS[String(request.headers['x-form'])]!(reply.raw as unknown as Http2ServerResponse);
}

@Controller('one')
@CorsPolicy({ origin: APP, credentials: true, exposedHeaders: 'X-One' })
class OneController {
  @Get()
  get(): string {
    return 'one';
  }
  @Get('raw')
  raw(): string {
    return 'raw';
  }
  @Get('own')
  own(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    writeOwn(request, reply);
  }
  @Get('replaced')
  @CorsPolicy({ override: true })
  replaced(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    writeOwn(request, reply);
  }
  @Put()
  @UseGuards(Deny)
  put(): void {}
  @Get('enforced')
  @CorsPolicy({ enforce: true })
  enforced(): string {
    return 'enforced';
  }
}

let app: INestApplication;
let session: ClientHttp2Session;
let authority: string;

beforeAll(async () => {
  const module = { module: class AppModule {}, imports: [CorsModule.forRoot()], controllers: [OneController] };
  app = await NestFactory.create(module, new FastifyAdapter({ http2: true }), { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  authority = new URL(await app.getUrl()).host.replace('[::1]', '127.0.0.1');
  session = connect(`http://${authority}`);
});

afterAll(async () => {
  session.close();
  await app.close();
});

/** The status and the library's fields of one answer over HTTP/2. */
async function ask(headers: IncomingHttpHeaders): Promise<Record<string, unknown>> {
  const stream = session.request({ ':path': '/one', ...headers });
  const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  stream.resume().end();
  await once(stream, 'close');
  const ours = Object.entries(answer).filter(
    ([name]) => name === ':status' || name === 'vary' || name.startsWith('access-control-'),
  );
  return Object.fromEntries(ours);
}

const GRANTED = {
  'access-control-allow-origin': APP,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'X-One',
  vary: 'Origin',
};

test('3.5: over HTTP/2 the CORS headers are on responses and on refusals of guards, and nowhere else', async () => {
  expect(await ask({ origin: APP })).toEqual({ ':status': 200, ...GRANTED });
  expect(await ask({ origin: STRANGER })).toEqual({ ':status': 200, vary: 'Origin' });
  expect(await ask({})).toEqual({ ':status': 200, vary: 'Origin' });
  expect(await ask({ ':method': 'PUT', origin: APP })).toEqual({ ':status': 403, ...GRANTED });
  expect(await ask({ ':path': '/nowhere', origin: APP })).toEqual({ ':status': 404 });
});

test.each(Object.keys(FORMS))(
  '3.5: over HTTP/2 the headers come from the app or from the policy, never from both, given by %s',
  async (form) => {
    for (const origin of [APP, STRANGER]) {
      expect(await ask({ ':path': '/one/own', 'x-form': form, origin })).toEqual({
        ':status': 200,
        'access-control-allow-origin': 'https://last.example',
        vary: 'Origin',
      });
    }
    const replaced = { ':path': '/one/replaced', 'x-form': form };
    expect(await ask({ ...replaced, origin: APP })).toEqual({ ':status': 200, ...GRANTED });
    expect(await ask({ ...replaced, origin: STRANGER })).toEqual({ ':status': 200, vary: 'Origin' });
  },
);

test('3.3: over HTTP/2 a preflight is answered before guards', async () => {
  const preflight = {
    ':method': 'OPTIONS',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'x-a',
  };
  expect(await ask({ ...preflight, origin: APP })).toEqual({
    ':status': 204,
    'access-control-allow-origin': APP,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, HEAD, PUT',
    'access-control-allow-headers': 'x-a',
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  });
  expect(await ask({ ...preflight, origin: STRANGER })).toEqual({
    ':status': 204,
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  });
});

test('3.6: over HTTP/2 the request’s own origin is that of its authority', async () => {
  const path = { ':path': '/one/enforced' };
  expect(await ask({ ...path, origin: STRANGER })).toEqual({ ':status': 403, vary: 'Origin, Sec-Fetch-Site' });
  expect(await ask({ ...path, origin: `http://${authority}` })).toEqual({
    ':status': 200,
    vary: 'Origin, Sec-Fetch-Site',
  });
});
