import { Controller, Get, Put, type INestApplication, UseGuards } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { once } from 'node:events';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { CorsModule, CorsPolicy } from '../../lib/index.js';

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

class Deny {
  canActivate(): boolean {
    return false;
  }
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
  const module = await Test.createTestingModule({
    imports: [CorsModule.forRoot()],
    controllers: [OneController],
  }).compile();
  app = module.createNestApplication(new FastifyAdapter({ http2: true }), { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  authority = new URL(await app.getUrl()).host.replace('[::1]', '127.0.0.1');
  session = connect(`http://${authority}`);
});

afterAll(async () => {
  session.close();
  await app.close();
});

/** Status, and the fields of the library's own, of one answer over HTTP/2. */
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

test('3.5: over HTTP/2 the headers stand on responses, refusals of guards and nothing else', async () => {
  expect(await ask({ origin: APP })).toEqual({ ':status': 200, ...GRANTED });
  expect(await ask({ origin: STRANGER })).toEqual({ ':status': 200, vary: 'Origin' });
  expect(await ask({})).toEqual({ ':status': 200, vary: 'Origin' });
  expect(await ask({ ':method': 'PUT', origin: APP })).toEqual({ ':status': 403, ...GRANTED });
  expect(await ask({ ':path': '/nowhere', origin: APP })).toEqual({ ':status': 404 });
});

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
  expect(await ask({ ...path, origin: STRANGER })).toEqual({ ':status': 403, vary: 'Origin' });
  expect(await ask({ ...path, origin: `http://${authority}` })).toEqual({ ':status': 200, vary: 'Origin' });
});
