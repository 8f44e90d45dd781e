import { All, Controller, Delete, Get, type INestApplication, Module, Param, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CorsModule, CorsPolicy } from '../../lib/index.js';
import { rawRequest } from '../support/raw-http.js';

/* 3.3: a preflight belongs to the route that would serve the real request, for every spelling of the path. */

const ORDERS = 'https://orders.example';
const FILES = 'https://files.example';
const EITHER = 'https://either.example';

@Controller('orders')
@CorsPolicy({ origin: [ORDERS, EITHER] })
class OrdersController {
  @Get(':id')
  find(@Param('id') id: string): string {
    return id;
  }
  @Put(':id')
  update(): string {
    return 'updated';
  }
  @Delete(':order/items/:item')
  remove(): string {
    return 'removed';
  }
}

@Controller()
@CorsPolicy({ origin: [FILES, EITHER] })
class FilesController {
  @All('*')
  file(): string {
    return 'file';
  }
}

let app: INestApplication | undefined;

async function start(routerOptions: object): Promise<number> {
  class AppModule {}
  Module({ imports: [CorsModule.forRoot({})], controllers: [OrdersController, FilesController] })(AppModule);
  app = await NestFactory.create(AppModule, new FastifyAdapter({ routerOptions }), {
    logger: false,
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  return Number(new URL(await app.getUrl()).port);
}

afterEach(() => app?.close());

/** The methods in the answer to a preflight; `undefined` if it grants nothing. */
async function preflight(port: number, path: string, method: string, origin: string): Promise<string | undefined> {
  const fields = [`Origin: ${origin}`, `Access-Control-Request-Method: ${method}`];
  const granted = (await rawRequest(port, `OPTIONS ${path} HTTP/1.1`, fields)).cors();
  return granted['access-control-allow-origin'] === origin ? granted['access-control-allow-methods'] : undefined;
}

/** The name of the policy that answers the preflight. Expects the real request to have the same policy. */
async function whose(port: number, path: string, method: string): Promise<string> {
  const orders = await preflight(port, path, method, ORDERS);
  const files = await preflight(port, path, method, FILES);
  const name = orders !== undefined ? 'orders' : files !== undefined ? 'files' : 'none';
  const origin = name === 'orders' ? ORDERS : FILES;
  const actual = (await rawRequest(port, `${method} ${path} HTTP/1.1`, [`Origin: ${origin}`])).cors();
  expect([path, actual['access-control-allow-origin']]).toEqual([path, name === 'none' ? undefined : origin]);
  return name;
}

test.each<[string, object, string, string, string]>([
  ['as it was registered', {}, '/orders/1', 'PUT', 'orders'],
  ['decoded first', {}, '/%6frders/1', 'PUT', 'orders'],
  ['a slash that stays encoded', {}, '/orders/a%2Fb', 'PUT', 'orders'],
  ['an encoded slash is no separator', {}, '/orders%2F1', 'PUT', 'files'],
  ['another method falls to the wildcard', {}, '/orders/1', 'PATCH', 'files'],
  ['another depth', {}, '/orders/1/items', 'DELETE', 'files'],
  ['both parameters', {}, '/orders/1/items/2', 'DELETE', 'orders'],
  ['an empty inner parameter is refused by its route', {}, '/orders//items/2', 'DELETE', 'none'],
  ['an empty last parameter is refused by its route', {}, '/orders/', 'PUT', 'none'],
  ['another case is another path', {}, '/ORDERS/1', 'PUT', 'files'],
  ['another case, ignored', { caseSensitive: false }, '/ORDERS/1', 'PUT', 'orders'],
  ['a trailing slash is another path', {}, '/orders/1/', 'PUT', 'files'],
  ['a trailing slash, ignored', { ignoreTrailingSlash: true }, '/orders/1/', 'PUT', 'orders'],
  ['slashes twice', {}, '//orders///1', 'PUT', 'files'],
  ['slashes twice, ignored', { ignoreDuplicateSlashes: true }, '//orders///1', 'PUT', 'orders'],
  ['a semicolon is a part of it', {}, '/orders/1/items;x', 'DELETE', 'files'],
  ['a semicolon that ends it', { useSemicolonDelimiter: true }, '/orders/1;x/items', 'PUT', 'orders'],
  ['a whole address', {}, 'http://127.0.0.1/orders/1', 'PUT', 'orders'],
  ['a query', {}, '/orders/1?next=/files', 'PUT', 'orders'],
])('3.3, Fastify: %s', async (_title, options, url, method, expected) => {
  expect(await whose(await start(options), url, method)).toBe(expected);
});

test('3.3, Fastify: each method of a path is found, whichever pattern has it', async () => {
  const port = await start({});
  expect(await preflight(port, '/orders/1', 'PUT', EITHER)).toBe('GET, HEAD, POST, PUT, PATCH, DELETE');
  expect(await preflight(port, '/orders/1', 'PUT', ORDERS)).toBe('GET, HEAD, PUT');
});

test.each<[string, object, string]>([
  ['a semicolon', { useSemicolonDelimiter: true }, '/things/;x'],
  ['a number sign', {}, '/things/#x'],
])(
  '3.3: a parameter that is empty before %s reaches no handler: its policy answers no preflight',
  async (_what, options, path) => {
    @Controller('things')
    @CorsPolicy({ origin: ORDERS })
    class ThingsController {
      @Put(':id')
      update(): string {
        return 'updated';
      }
    }
    class AppModule {}
    Module({ imports: [CorsModule.forRoot()], controllers: [ThingsController] })(AppModule);
    app = await NestFactory.create(AppModule, new FastifyAdapter({ routerOptions: options }), {
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    const port = Number(new URL(await app.getUrl()).port);
    const fields = [`Origin: ${ORDERS}`, 'Access-Control-Request-Method: PUT'];
    expect((await rawRequest(port, `PUT ${path} HTTP/1.1`, [`Origin: ${ORDERS}`, 'Content-Length: 0'])).status).toBe(
      404,
    );
    expect((await rawRequest(port, `OPTIONS ${path} HTTP/1.1`, fields)).cors()).toEqual({});
    expect((await rawRequest(port, `OPTIONS /things/1;x HTTP/1.1`, fields)).cors()).toMatchObject({
      'access-control-allow-origin': ORDERS,
    });
  },
);
