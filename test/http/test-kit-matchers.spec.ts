import { Controller, Get, Header, type INestApplication, Post, Put, UnauthorizedException } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CorsModule, CorsPolicy, NoCors } from '../../lib/index.js';
import { corsMatchers } from '../../lib/testing.js';

expect.extend(corsMatchers);

const APP = 'https://app.example';

@CorsPolicy({ origin: APP, credentials: true, allowedHeaders: ['X-Tenant'], methods: ['GET', 'PUT'] })
@Controller('orders')
class Orders {
  @Get()
  list() {
    throw new UnauthorizedException();
  }

  @Put()
  update() {}

  @Post()
  create() {}

  @Get('own')
  @Header('Access-Control-Allow-Origin', 'https://proxy.example')
  own() {}

  @Get('public')
  @CorsPolicy({ origin: '*', credentials: false })
  open() {}

  @Get('closed')
  @NoCors()
  closed() {}
}

describe('toAllowCors()', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [CorsModule.forRoot({})],
      controllers: [Orders],
    }).compile();
    app = module.createNestApplication({ logger: false });
  });
  afterAll(() => app.close());

  it('passes where the page gets the answer, a 401 too', async () => {
    await expect(app).toAllowCors({ from: APP, path: '/orders', credentials: true });
    await expect(app).toAllowCors({ from: APP, path: '/orders', method: 'PUT', headers: { 'X-Tenant': 'tea' } });
    await expect(app).toAllowCors({ from: 'https://any.example', path: 'https://api.test/orders/public' });
  });

  it('passes with .not where the page is blocked', async () => {
    await expect(app).not.toAllowCors({ from: 'https://evil.example', path: '/orders' });
    await expect(app).not.toAllowCors({ from: APP, path: '/orders/closed' });
    await expect(app).not.toAllowCors({ from: APP, path: '/orders', method: 'PUT', headers: { 'X-Other': '1' } });
  });

  it('says what the console says, what was answered, and how to mend it', async () => {
    const failure = expect(app).toAllowCors({ from: APP, path: '/orders', method: 'PUT', headers: { 'X-Other': '1' } });

    await expect(failure).rejects.toThrow(
      `A browser blocks PUT /orders from ${APP} (header-not-allowed):
  Access to fetch at 'https://api.test/orders' from origin '${APP}' has been blocked by CORS policy: Request header field x-other is not allowed by Access-Control-Allow-Headers in preflight response.
  The preflight was answered 204, with
    access-control-allow-credentials: true
    access-control-allow-headers: X-Tenant
    access-control-allow-methods: GET, HEAD, PUT
    access-control-allow-origin: ${APP}
  The request was not sent.
To allow it: Add 'x-other' to the \`allowedHeaders\` of the route's policy, or do not send it.`,
    );
  });

  it.each([
    [{ from: 'https://evil.example', path: '/orders' }, "Add 'https://evil.example' to the `origin`"],
    [{ from: APP, path: '/orders/public', credentials: true }, "List the origins of the route's policy instead of '*'"],
    [{ from: APP, path: '/orders/own' }, "'https://proxy.example' was set by the handler"],
    [{ from: APP, path: '/nowhere', method: 'PUT' }, 'No policy answered the preflight'],
    [{ from: APP, path: '/orders', method: 'DELETE' }, 'No policy answered the preflight'],
  ])('advises on %j', async (expected, advice) => {
    await expect(expect(app).toAllowCors(expected)).rejects.toThrow(advice);
  });

  it('says with .not what allowed it', async () => {
    await expect(expect(app).not.toAllowCors({ from: APP, path: '/orders/public' })).rejects.toThrow(
      `A browser allows GET /orders/public from ${APP}, and was expected to block it:
  The request was answered 200, with
    access-control-allow-origin: *`,
    );
  });

  it('says what it can be asked of', async () => {
    await expect(expect({}).toAllowCors({ from: APP })).rejects.toThrow('toAllowCors() is asked of a Nest app');
  });
});
