import { Controller, Get } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CorsInspector, CorsPolicy } from '../../lib/index.js';
import { closeApps, startApp, type TestApp } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';
import { by, named, reached, unserved } from '../support/reached.js';

/* 3.3: a preflight belongs to the route that would serve the real request. */

const APP = 'https://app.example';

afterEach(closeApps);

describe('3.3, the route of a preflight, as only Fastify finds it', () => {
  @Controller()
  class PatternsController {
    @Get('Case/Sub')
    @CorsPolicy(named('fastify-case'))
    case(): string {
      return 'fastify-case';
    }
    @Get('p/:id')
    @CorsPolicy(named('fastify-parameter'))
    parameter(): string {
      return 'fastify-parameter';
    }
    @Get('o/:id?')
    @CorsPolicy(named('fastify-optional'))
    optional(): string {
      return 'fastify-optional';
    }
    @Get('r/:id(^\\d+$)')
    @CorsPolicy(named('fastify-expression'))
    expression(): string {
      return 'fastify-expression';
    }
    @Get('two/:a-:b')
    @CorsPolicy(named('fastify-two'))
    two(): string {
      return 'fastify-two';
    }
  }
  const startWith = (options: object): Promise<TestApp> =>
    startApp({ adapter: new FastifyAdapter(options), controllers: [PatternsController] }, 'fastify');

  test.each<[string, object, string, string | undefined]>([
    ['its own case', {}, '/Case/Sub', 'fastify-case'],
    ['another case', {}, '/case/sub', undefined],
    ['another case, where case is ignored', { routerOptions: { caseSensitive: false } }, '/case/SUB', 'fastify-case'],
    ['another case, where case is ignored (older option)', { caseSensitive: false }, '/case/SUB', 'fastify-case'],
    ['a trailing slash', {}, '/Case/Sub/', undefined],
    ['a trailing slash, ignored', { routerOptions: { ignoreTrailingSlash: true } }, '/Case/Sub/', 'fastify-case'],
    ['a trailing slash, ignored (older option)', { ignoreTrailingSlash: true }, '/Case/Sub/', 'fastify-case'],
    ['doubled slashes', {}, '//Case//Sub', undefined],
    ['doubled slashes, ignored', { routerOptions: { ignoreDuplicateSlashes: true } }, '//Case//Sub', 'fastify-case'],
    ['a semicolon', {}, '/Case/Sub;a=b', undefined],
    ['a semicolon that delimits', { routerOptions: { useSemicolonDelimiter: true } }, '/Case/Sub;a=b', 'fastify-case'],
    ['an optional parameter, with it', {}, '/o/1', 'fastify-optional'],
    ['an optional parameter, without it', {}, '/o', 'fastify-optional'],
    ['an expression that fits', {}, '/r/12', 'fastify-expression'],
    ['an expression that does not fit', {}, '/r/x', undefined],
    ['two parameters in a segment', {}, '/two/a-b', 'fastify-two'],
    ['an address that is rewritten', { rewriteUrl: () => '/p/1' }, '/anything', 'fastify-parameter'],
  ])('3.3: %s', async (_title, options, target, name) => {
    const app = await startWith(options);
    expect(await reached(app, 'GET', target)).toEqual(name === undefined ? unserved() : by(name));
  });

  test('2.5: explain() reads the address that rewriteUrl makes, as the server does', async () => {
    const rewriteUrl = ({ url }: { url?: string }): string => url!.replace(/^\/cut(?=\/)/, '');
    const asked = { method: 'GET', url: '/cut/p/1', origin: APP };
    const app = await startWith({ rewriteUrl });
    expect((await app.get('/cut/p/1', APP)).text).toBe('fastify-parameter');
    await expect(app.app.get(CorsInspector).explain(asked)).resolves.toMatchObject({
      route: { handler: 'PatternsController.parameter', params: { id: '1' } },
      policy: { name: 'PatternsController.parameter' },
    });
    const broken = await startWith({ rewriteUrl: () => undefined });
    await expect(broken.get('/p/1', APP)).rejects.toThrow();
    await expect(broken.app.get(CorsInspector).explain(asked)).resolves.toMatchObject({ reason: 'not-routable' });
  });

  test('3.3: HEAD has no route if Fastify adds none beside GET', async () => {
    const app = await startWith({ exposeHeadRoutes: false });
    expect(await reached(app, 'HEAD', '/p/1')).toEqual(unserved());
    const asked = ['Access-Control-Request-Method: GET', `Origin: ${APP}`];
    const preflight = await rawRequest(app.port, 'OPTIONS /p/1 HTTP/1.1', asked);
    expect(preflight.all('access-control-allow-methods')).toEqual(['GET']);
  });
});
