import { Controller, Get } from '@nestjs/common';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { askPreflight, GRANTED, NextController, servesTheNext } from '../support/hostile.js';
import { NEST } from '../support/nest.js';
import { ask, sendRaw } from '../support/raw-http.js';

/* After each hostile request the server answers the next request correctly. */

const APP = 'https://app.example';

afterEach(closeApps);

@Controller()
class TargetController {
  @Get('p/:name')
  @CorsPolicy({ origin: APP })
  parameter(): string {
    return 'parameter';
  }
}

describe.each(PLATFORMS)('hostile request targets, on %s', (platform) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startApp({ controllers: [NextController, TargetController] }, platform);
  });

  test.each([
    ['http://127.0.0.1/one', 'one'],
    ['http://evil.example/one?x=http://a', 'one'],
    // find-my-way, the router of Fastify, recognises a scheme only in lower case before version 9.10.
    ...(NEST < 12 && platform === 'fastify' ? [] : [['HTTP://EVIL.example/one', 'one']]),
    ['/one?', 'one'],
    ['/one??x=/open', 'one'],
    ['/p/%2e%2e%2fopen', 'parameter'],
    ['/p/..', 'parameter'],
    ['/p/__proto__', 'parameter'],
    ['/p/\\open', 'parameter'],
    ['/p/a;b=c', 'parameter'],
    [`/p/${'x'.repeat(90)}`, 'parameter'],
  ])('3.3: the target %.60s is served by %s, and by nothing else in a preflight', async (target, handler) => {
    const actual = await ask(app, `GET ${target}`, `Origin: ${APP}`);
    expect([actual.status, actual.body, actual.cors()]).toEqual([200, handler, GRANTED]);
    const asked = await askPreflight(app, target, 'GET');
    expect([asked.status, asked.all('access-control-allow-origin')]).toEqual([204, [APP]]);
    await servesTheNext(app);
  });

  test.each([
    '//evil.example/one',
    '//one',
    '/\\one',
    '/\\/one',
    '/one/..',
    '/x/../one',
    '/./one',
    '/one%2f',
    '/%6fne%00',
    '/one%00',
    '/one/x',
    `/${'one/'.repeat(3000)}`,
    '*',
  ])('3.3: the target %.40s has no route, and nothing is granted', async (target) => {
    const actual = await ask(app, `GET ${target}`, `Origin: ${APP}`);
    expect(actual.status).toBeGreaterThanOrEqual(400);
    expect(actual.status).toBeLessThan(500);
    expect(actual.cors()).toEqual({});
    const asked = await askPreflight(app, target, 'GET');
    expect(asked.status).toBeLessThan(500);
    expect(asked.cors()).toEqual({});
    await servesTheNext(app);
  });

  test.each([
    '*',
    '//one',
    '//evil.example/one',
    '/\\one',
    '/../one',
    '/%00',
    '/%ZZ',
    `/${'a/'.repeat(6000)}`,
    `/${'%61'.repeat(4000)}`,
    'http://[',
    'http://evil.example/one',
    '/one?x=%ZZ',
    '/one;x=1',
    '/one#x',
  ])('3.3: the target %.30s is not answered with 500, and does not get another route’s policy', async (target) => {
    for (const method of ['GET', 'OPTIONS']) {
      const { status, head } = await sendRaw(
        app.port,
        `${method} ${target} HTTP/1.1\r\nHost: a\r\nOrigin: ${APP}\r\nAccess-Control-Request-Method: PUT\r\nConnection: close\r\n\r\n`,
      );
      expect(status).toBeLessThan(500);
      if (status === 404) {
        expect(head).not.toContain('access-control-');
      }
    }
    await servesTheNext(app);
  });
});
