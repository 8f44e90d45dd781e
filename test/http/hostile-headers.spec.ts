import { Controller, Get } from '@nestjs/common';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { askPreflight, GRANTED, NextController, servesTheNext } from '../support/hostile.js';
import { leastTimes } from '../support/least-times.js';
import { ask, exchange, rawHead, sendRaw } from '../support/raw-http.js';

/* After each hostile request the server answers the next request correctly. */

const APP = 'https://app.example';

afterEach(closeApps);

@Controller()
class TargetController {
  @Get('open')
  @CorsPolicy({ origin: '*' })
  open(): string {
    return 'open';
  }
  @Get('echo')
  @CorsPolicy({ origin: '*', credentials: true, dangerously: { reflectAnyOriginWithCredentials: true } })
  echo(): string {
    return 'echo';
  }
  // An origin that matches neither the list nor the wildcard is compared with the expression.
  @Get('several')
  @CorsPolicy({ origin: [APP, 'https://*.app.example', /^https:\/\/[a-z]+\.re\.example$/], allowedHeaders: ['X-A'] })
  several(): string {
    return 'several';
  }
}

describe.each(PLATFORMS)('hostile header fields, on %s', (platform) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startApp({ controllers: [NextController, TargetController] }, platform);
  });

  test('the server itself refuses 100 kB of header fields', async () => {
    for (const field of [
      `X-Large: ${'x'.repeat(100_000)}`,
      `Origin: https://${'x'.repeat(100_000)}.example`,
      `Access-Control-Request-Headers: ${'x-a,'.repeat(25_000)}`,
      `Access-Control-Request-Method: ${'X'.repeat(100_000)}`,
      Array.from({ length: 2000 }, (_, index) => `X-${index}: ${'y'.repeat(40)}`).join('\r\n'),
    ]) {
      const [refused] = await exchange(app.port, rawHead('OPTIONS /one HTTP/1.1', [field]));
      expect([refused?.status ?? 431, refused?.cors() ?? {}]).toEqual([431, {}]);
    }
    await servesTheNext(app);
  });

  test('15 kB of header fields are read, and the request is refused or passes on', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `X-${index}: ${'y'.repeat(30)}`);
    const read = await ask(app, 'GET /one', `Origin: ${APP}`, ...many);
    expect([read.status, read.cors()]).toEqual([200, GRANTED]);
    const long = await askPreflight(app, '/one', 'PUT', `Access-Control-Request-Headers: ${'x-a,'.repeat(3_700)}x`);
    expect([long.status, long.cors()]).toEqual([204, {}]);
    await servesTheNext(app);
  });

  test.each<[string, string]>([
    ['a control character', 'https://app.example\x01'],
    ['bytes outside ASCII', 'https://äpp.example'],
    ['a tab inside', 'https://app\t.example'],
    ['15,000 labels', `https://${'a.'.repeat(7000)}app.example`],
    ['15,000 colons', `https://${':'.repeat(14_000)}`],
    ['an IPv6 address without an end', `https://[${'1:'.repeat(7000)}`],
    ['only slashes', '/'.repeat(14_000)],
    ['many schemes', 'https://'.repeat(1700)],
  ])('3.1: an Origin with %s is refused in silence', async (_title, origin) => {
    const { status, head } = await sendRaw(
      app.port,
      `GET /several HTTP/1.1\r\nHost: a\r\nOrigin: ${origin}\r\nConnection: close\r\n\r\n`,
    );
    expect([200, 400]).toContain(status);
    expect(head).not.toContain('access-control-');
    await servesTheNext(app);
  });

  test.each([
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    'get',
    'Put',
    '*',
    'CONNECT',
    'TRACE',
    "!#$%&'*+-.^_`|~",
    'X'.repeat(64),
  ])('3.3: a method that no route has, such as %s, passes on', async (method) => {
    const response = await askPreflight(app, '/one', method);
    expect(response.status).toBeLessThan(500);
    expect([response.cors(), response.all('vary')]).toEqual([{}, []]);
    const open = await askPreflight(app, '/open', method);
    expect(open.cors()).toEqual({});
    await servesTheNext(app);
  });

  test.each(['PUT\tGET', 'PUT GET', '"PUT"', 'PUT,', 'PUT, PUT', 'P\x80T', ''])(
    '3.3: a request with an invalid method (%j) is not a preflight',
    async (method) => {
      const response = await askPreflight(app, '/open', method);
      expect(response.status).toBeLessThan(500);
      expect(response.all('access-control-allow-methods')).toEqual([]);
      await servesTheNext(app);
    },
  );

  test.each<[string, string, string]>([
    ['commas', 'PUT', ','.repeat(15_000)],
    ['names without number', 'PUT', 'x-a,'.repeat(3500)],
    ['one endless name', 'PUT', 'x'.repeat(15_000)],
    ['white space', 'PUT', `x-a${' '.repeat(4100)},x-b`],
    ['bytes outside ASCII', 'PUT', 'x-ä'],
    ['an endless method', 'P'.repeat(15_000), 'x-a'],
    ['a method that is no token', 'PUT, GET', 'x-a'],
    ['a method of bytes outside ASCII', 'PÜT', 'x-a'],
  ])('3.3: a preflight with %s grants nothing', async (_title, method, headers) => {
    const { status, head } = await sendRaw(
      app.port,
      `OPTIONS /one HTTP/1.1\r\nHost: a\r\nOrigin: ${APP}\r\nAccess-Control-Request-Method: ${method}\r\n` +
        `Access-Control-Request-Headers: ${headers}\r\nConnection: close\r\n\r\n`,
    );
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    expect(head).not.toContain('access-control-allow-methods');
    expect(head).not.toContain('access-control-allow-headers');
    await servesTheNext(app);
  });

  test.each([
    ['names of Object.prototype', '__proto__,constructor,toString', '__proto__, constructor, tostring'],
    ['tokens of every kind', "!#$%&'*+-.^_`|~", "!#$%&'*+-.^_`|~"],
    ['what would be a line break, encoded', 'x-a%0d%0aset-cookie', 'x-a%0d%0aset-cookie'],
    ['the same name again and again', 'x-a,X-A,x-a', undefined],
    ['a colon', 'x-a: b', ''],
    ['a quoted string', '"x-a"', ''],
    ['a byte of Latin-1', 'x-\xe9', ''],
    ['a DEL', 'x-\x7f', ''],
    ['a tab inside', 'x-a\tx-b', ''],
    ['several fields', 'x-a\r\nAccess-Control-Request-Headers: x-b', 'x-a, x-b'],
  ])('3.3: asking for %s is answered with tokens or not at all', async (_title, asked, allowed) => {
    const response = await askPreflight(app, '/one', 'PUT', `Access-Control-Request-Headers: ${asked}`);
    expect(response.all('set-cookie')).toEqual([]);
    if (allowed === '') {
      expect([204, 400]).toContain(response.status);
      expect(response.cors()).toEqual({});
    } else {
      const [names] = response.all('access-control-allow-headers');
      expect(new Set(names?.split(', '))).toEqual(new Set((allowed ?? 'x-a').split(', ')));
    }
    await servesTheNext(app);
  });

  test.each([
    ['a line break', 'x-a\r\n Set-Cookie: a=b'],
    ['a bare line feed', 'x-a\nSet-Cookie: a=b'],
    ['a bare carriage return', 'x-a\rSet-Cookie: a=b'],
    ['a NUL', 'x-a\0Set-Cookie: a=b'],
  ])('header injection by %s reaches no response', async (_title, value) => {
    for (const name of ['Access-Control-Request-Headers', 'Access-Control-Request-Method', 'Origin', 'X-Any']) {
      const fields = ['Origin', 'Access-Control-Request-Method'].filter((each) => each !== name);
      const values = { Origin: APP, 'Access-Control-Request-Method': 'GET' } as Record<string, string>;
      for (const line of ['OPTIONS /echo', 'GET /echo']) {
        const [response] = await exchange(
          app.port,
          rawHead(`${line} HTTP/1.1`, [...fields.map((each) => `${each}: ${values[each]}`), `${name}: ${value}`]),
        );
        expect(response?.all('set-cookie') ?? []).toEqual([]);
        expect(response?.status ?? 400).toBeLessThan(500);
      }
    }
    await servesTheNext(app);
  });

  test.each(['null', 'x'.repeat(8000), '"', ';', 'https://a\tb'])(
    'an origin that is always echoed (%.20s) is sent back once, unchanged',
    async (origin) => {
      const response = await ask(app, 'GET /echo', `Origin: ${origin}`);
      expect([response.status, response.all('access-control-allow-origin')]).toEqual([200, [origin]]);
      await servesTheNext(app);
    },
  );

  test('3.3: the cost of a preflight is linear in the length of its headers', async () => {
    const preflight = (length: number) => () =>
      app.preflight('/one', {
        origin: `https://${'a.'.repeat(length / 2)}x`,
        method: 'PUT',
        headers: `${'x-a,'.repeat(length / 4)}@`,
      });
    // Sixteen times the length takes 256 times as long if quadratic.
    const [short, long] = await leastTimes(15, preflight(400), preflight(6400));
    expect(long).toBeLessThan(short! * 64);
  });
});
