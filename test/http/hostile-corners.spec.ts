import { Controller, Get, Injectable, Put } from '@nestjs/common';
import { connect } from 'node:net';
import { CorsAllowlists, CorsPolicy, type CorsContext, type OriginAllowlist } from '../../lib/index.js';
import { parseOrigin } from '../../lib/core/origins/origin.js';
import { parseRequestHeaders } from '../../lib/core/protocol/request-headers.js';
import { addVary } from '../../lib/platform/vary.js';
import { PathIndex } from '../../lib/routing/path-index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';
import { exchange, rawHead, rawRequest } from '../support/raw-http.js';

/* What nobody sends by mistake: after each of it the server answers the next request rightly. */

const APP = 'https://app.example';
const GRANTED = { 'access-control-allow-origin': APP };

@Injectable()
class HungOrigins implements OriginAllowlist {
  asked = 0;
  isAllowed(_origin: string, _context: CorsContext): Promise<boolean> {
    this.asked++;
    return new Promise(() => undefined);
  }
}

@Injectable()
class KeyedOrigins implements OriginAllowlist {
  cacheKey({ url }: CorsContext): string {
    return url;
  }
  async isAllowed(_origin: string, _context: CorsContext): Promise<boolean> {
    return Promise.resolve(true);
  }
}

@Controller()
class TargetController {
  @Get('one')
  @CorsPolicy({ origin: APP })
  one(): string {
    return 'one';
  }
  @Put('one')
  @CorsPolicy({ origin: APP })
  put(): string {
    return 'put';
  }
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
  @Get('hung')
  @CorsPolicy({ origin: HungOrigins })
  hung(): string {
    return 'hung';
  }
  @Get('keyed')
  @CorsPolicy({ origin: KeyedOrigins })
  keyed(): string {
    return 'keyed';
  }
  @Get('p/:name')
  @CorsPolicy({ origin: APP })
  parameter(): string {
    return 'parameter';
  }
}

afterEach(closeApps);

describe.each(PLATFORMS)('hostile requests, on %s', (platform) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startApp(
      {
        cors: { allowlists: { maxEntries: 50, timeoutMs: 60 } },
        controllers: [TargetController],
        providers: [HungOrigins, KeyedOrigins],
      },
      platform,
    );
  });
  const ask = (line: string, ...fields: string[]) => rawRequest(app.port, `${line} HTTP/1.1`, fields);
  const preflight = (target: string, method: string, ...fields: string[]) =>
    ask(`OPTIONS ${target}`, `Origin: ${APP}`, `Access-Control-Request-Method: ${method}`, ...fields);
  const servesTheNext = async (): Promise<void> => {
    const next = await ask('GET /one', `Origin: ${APP}`);
    expect([next.status, next.body, next.cors()]).toEqual([200, 'one', GRANTED]);
    const asked = await preflight('/one', 'PUT', 'Access-Control-Request-Headers: x-a');
    expect([asked.status, asked.cors()]).toEqual([
      204,
      { ...GRANTED, 'access-control-allow-methods': 'GET, HEAD, PUT', 'access-control-allow-headers': 'x-a' },
    ]);
  };

  test('100 kB of header fields are the server’s own refusal', async () => {
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
    await servesTheNext();
  });

  test('15 kB of header fields are read, and refused or passed on', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `X-${index}: ${'y'.repeat(30)}`);
    const read = await ask('GET /one', `Origin: ${APP}`, ...many);
    expect([read.status, read.cors()]).toEqual([200, GRANTED]);
    const long = await preflight('/one', 'PUT', `Access-Control-Request-Headers: ${'x-a,'.repeat(3_700)}x`);
    expect([long.status, long.cors()]).toEqual([204, {}]);
    await servesTheNext();
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
    const response = await preflight('/one', method);
    expect(response.status).toBeLessThan(500);
    expect([response.cors(), response.all('vary')]).toEqual([{}, []]);
    const open = await preflight('/open', method);
    expect(open.cors()).toEqual({});
    await servesTheNext();
  });

  test.each(['PUT\tGET', 'PUT GET', '"PUT"', 'PUT,', 'PUT, PUT', 'P\x80T', ''])(
    '3.3: a method that is no method (%j) makes no preflight',
    async (method) => {
      const response = await preflight('/open', method);
      expect(response.status).toBeLessThan(500);
      expect(response.all('access-control-allow-methods')).toEqual([]);
      await servesTheNext();
    },
  );

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
    const response = await preflight('/one', 'PUT', `Access-Control-Request-Headers: ${asked}`);
    expect(response.all('set-cookie')).toEqual([]);
    if (allowed === '') {
      expect([204, 400]).toContain(response.status);
      expect(response.cors()).toEqual({});
    } else {
      const [names] = response.all('access-control-allow-headers');
      expect(new Set(names?.split(', '))).toEqual(new Set((allowed ?? 'x-a').split(', ')));
    }
    await servesTheNext();
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
    await servesTheNext();
  });

  test.each(['null', 'x'.repeat(8000), '"', ';', 'https://a\tb'])(
    'an origin that is echoed whatever it is (%.20s) stands once, as it came',
    async (origin) => {
      const response = await ask('GET /echo', `Origin: ${origin}`);
      expect([response.status, response.all('access-control-allow-origin')]).toEqual([200, [origin]]);
      await servesTheNext();
    },
  );

  test.each([
    ['http://127.0.0.1/one', 'one'],
    ['http://evil.example/one?x=http://a', 'one'],
    ['HTTP://EVIL.example/one', 'one'],
    ['/one?', 'one'],
    ['/one??x=/open', 'one'],
    ['/p/%2e%2e%2fopen', 'parameter'],
    ['/p/..', 'parameter'],
    ['/p/__proto__', 'parameter'],
    ['/p/\\open', 'parameter'],
    ['/p/a;b=c', 'parameter'],
    [`/p/${'x'.repeat(90)}`, 'parameter'],
  ])('3.3: the target %.60s is served by %s, and by nothing else in a preflight', async (target, handler) => {
    const actual = await ask(`GET ${target}`, `Origin: ${APP}`);
    expect([actual.status, actual.body, actual.cors()]).toEqual([200, handler, GRANTED]);
    const asked = await preflight(target, 'GET');
    expect([asked.status, asked.all('access-control-allow-origin')]).toEqual([204, [APP]]);
    await servesTheNext();
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
  ])('3.3: the target %.40s is no route: nothing is granted', async (target) => {
    const actual = await ask(`GET ${target}`, `Origin: ${APP}`);
    expect(actual.status).toBeGreaterThanOrEqual(400);
    expect(actual.status).toBeLessThan(500);
    expect(actual.cors()).toEqual({});
    const asked = await preflight(target, 'GET');
    expect(asked.status).toBeLessThan(500);
    expect(asked.cors()).toEqual({});
    await servesTheNext();
  });

  test('4: a provider that never answers, asked by hundreds at once, denies them all in its time', async () => {
    const start = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => ask('GET /hung', `Origin: https://x${index}.example`)),
    );
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(['200 hung']));
    expect(answers.every((answer) => Object.keys(answer.cors()).length === 0)).toBe(true);
    await servesTheNext();
  }, 20_000);

  test('4: a client that leaves while its origin is being asked about harms nobody', async () => {
    for (const line of ['GET /hung', 'OPTIONS /hung']) {
      await new Promise<void>((closed) => {
        const socket = connect(app.port, '127.0.0.1', () => {
          socket.write(rawHead(`${line} HTTP/1.1`, [`Origin: ${APP}`, 'Access-Control-Request-Method: GET']));
          setTimeout(() => socket.resetAndDestroy(), 20);
        });
        socket.on('error', () => undefined).on('close', () => closed());
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    await servesTheNext();
  });

  test('4: keys that the client chooses grow nothing beyond maxEntries', async () => {
    for (let batch = 0; batch < 10; batch++) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          ask(`GET /keyed?${batch}-${index}`, `Origin: https://a${index}.example`),
        ),
      );
    }
    const status = app.app
      .get(CorsAllowlists)
      .status()
      .find(({ token }) => token === KeyedOrigins);
    expect(status!.entries).toBeGreaterThan(0);
    expect(status!.entries).toBeLessThanOrEqual(50);
  });
});

describe('the cost of what a client sends is linear in its length', () => {
  /** Median time of `work` over several runs, each long enough to be measured. */
  function cost(work: () => unknown): number {
    const runs = Array.from({ length: 9 }, () => {
      const start = performance.now();
      for (let again = 0; again < 60; again++) {
        work();
      }
      return performance.now() - start;
    });
    return runs.sort((a, b) => a - b)[4]!;
  }

  const index = new PathIndex(['/a/:b/c', '/:a/b/:c', '/a/b/c', '/:x/:y/:z/:w', '/*path', '/a{/:b}']);
  test.each<[string, (size: number) => () => unknown]>([
    ['Access-Control-Request-Headers: one name', (size) => () => parseRequestHeaders('x'.repeat(size / 8))],
    ['Access-Control-Request-Headers: commas', (size) => () => parseRequestHeaders(','.repeat(size))],
    ['Access-Control-Request-Headers: blanks', (size) => () => parseRequestHeaders(' '.repeat(size / 8))],
    ['an origin of labels', (size) => () => parseOrigin(`https://${'a.'.repeat(size / 2)}b`)],
    ['an origin of colons', (size) => () => parseOrigin(`https://${':'.repeat(size)}`)],
    ['an origin of hyphens', (size) => () => parseOrigin(`https://${'-'.repeat(size)}`)],
    ['an IPv6 address', (size) => () => parseOrigin(`https://[${'1:'.repeat(size / 2)}]`)],
    ['a path of segments', (size) => () => index.candidates('/a'.repeat(size / 2))],
    ['a path of slashes', (size) => () => index.candidates('/'.repeat(size))],
    ['Vary of commas', (size) => () => addVary(','.repeat(size), ['Origin'])],
    ['Vary of names', (size) => () => addVary('ab, '.repeat(size / 4), ['Origin'])],
  ])('%s', (_title, workOf) => {
    const [small, large] = [workOf(4096), workOf(8 * 4096)];
    cost(small);
    // Eight times the length: eight times the cost, were it quadratic 64 times. What is free at any length is below the clock.
    expect(cost(large)).toBeLessThan(Math.max(32 * cost(small), 20));
  });
});
