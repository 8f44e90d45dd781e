import diagnostics from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Header, Put, Req, Res } from '@nestjs/common';
import express from 'express';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type CorsDecisionMessage, CorsInspector, CorsPolicy, type Decision, NoCors } from '../../lib/index.js';
import { closeApps, PLATFORMS, type PlatformName, startApp, type TestApp } from '../support/app.js';
import { rawRequest, type RawResponse } from '../support/raw-http.js';

/* 3.5: the CORS fields of a response come either all from the app or all from the policy. */

const APP = 'https://app.example';
const OTHER = 'https://other.example';
const STRANGER = 'https://stranger.example';

const ACAO = 'Access-Control-Allow-Origin';
const ACAC = 'Access-Control-Allow-Credentials';
const ACEH = 'Access-Control-Expose-Headers';

type Fields = readonly (readonly [name: string, value: string | readonly string[]])[];
type Reply = { raw?: ServerResponse; hijack?(): void };
type Form = (response: ServerResponse, fields: Fields) => unknown;

function rawOf(reply: Reply): ServerResponse {
  reply.hijack?.();
  return reply.raw ?? (reply as unknown as ServerResponse);
}

function writeHead(response: ServerResponse, ...args: unknown[]): void {
  (response.writeHead as (...all: unknown[]) => ServerResponse).apply(response, args).end('x');
}

/** Every way to set header fields on Node's response. */
const FORMS: Record<string, Form> = {
  'setHeader()': (response, fields) => {
    fields.forEach(([name, value]) => response.setHeader(name, value));
    response.end('x');
  },
  'setHeader() in upper case': (response, fields) => {
    fields.forEach(([name, value]) => response.setHeader(name.toUpperCase(), value));
    response.end('x');
  },
  'setHeaders()': (response, fields) => {
    response.setHeaders(new Map(fields as [string, string][]));
    response.end('x');
  },
  'appendHeader()': (response, fields) => {
    fields.forEach(([name, value]) => response.appendHeader(name, value));
    response.end('x');
  },
  'setHeader() and flushHeaders()': (response, fields) => {
    fields.forEach(([name, value]) => response.setHeader(name, value));
    response.flushHeaders();
    response.end('x');
  },
  'writeHead() with an object': (response, fields) => writeHead(response, 200, Object.fromEntries(fields)),
  'writeHead() with an object in lower case': (response, fields) =>
    writeHead(response, 200, Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value]))),
  'writeHead() with a message and an object': (response, fields) =>
    writeHead(response, 200, 'Fine', Object.fromEntries(fields)),
  'writeHead() with no message and an object': (response, fields) =>
    writeHead(response, 200, undefined, Object.fromEntries(fields)),
  'writeHead() with a flat list': (response, fields) => writeHead(response, 200, fields.flat(1)),
  'writeHead() with a flat list in upper case': (response, fields) =>
    writeHead(
      response,
      200,
      fields.flatMap(([name, value]) => [name.toUpperCase(), value]),
    ),
  'writeHead() with a flat list, on a response without any header': (response, fields) => {
    response.getHeaderNames().forEach((name) => response.removeHeader(name));
    writeHead(response, 200, fields.flat(1));
  },
  'writeHead() with pairs': (response, fields) => writeHead(response, 200, fields),
  'setHeader() of each and writeHead() with an object of other headers': (response, fields) => {
    fields.forEach(([name, value]) => response.setHeader(name, value));
    writeHead(response, 200, { 'X-Other': '1' });
  },
  'setHeader() of the first and writeHead() with an object of the others': (response, fields) => {
    fields.slice(0, 1).forEach(([name, value]) => response.setHeader(name, value));
    writeHead(response, 200, Object.fromEntries(fields.slice(1)));
  },
};

const given = { form: '', fields: [] as Fields };
let decided: Decision | undefined;

const POLICY = { origin: [APP, OTHER], credentials: true, exposedHeaders: 'X-Ours' };
const OURS = {
  'access-control-allow-origin': APP,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'X-Ours',
};

@Controller('own')
class OwnController {
  constructor(private readonly inspector: CorsInspector) {}

  @Get('kept')
  @CorsPolicy(POLICY)
  kept(@Req() request: object, @Res() reply: Reply): void {
    this.answer(request, reply);
  }
  @Get('replaced')
  @CorsPolicy({ ...POLICY, override: true })
  replaced(@Req() request: object, @Res() reply: Reply): void {
    this.answer(request, reply);
  }
  @Get('uncredentialed')
  @CorsPolicy({ origin: APP })
  uncredentialed(@Req() request: object, @Res() reply: Reply): void {
    this.answer(request, reply);
  }
  @Get('plain')
  @CorsPolicy({ origin: '*' })
  plain(@Req() request: object, @Res() reply: Reply): void {
    this.answer(request, reply);
  }
  @Get('plain-replaced')
  @CorsPolicy({ origin: '*', override: true })
  plainReplaced(@Req() request: object, @Res() reply: Reply): void {
    this.answer(request, reply);
  }
  @Get('closed')
  @NoCors()
  closed(@Req() request: object, @Res() reply: Reply): void {
    this.answer(request, reply);
  }
  @Get('bare')
  bare(@Req() request: object, @Res() reply: Reply): void {
    this.answer(request, reply);
  }

  private answer(request: object, reply: Reply): void {
    const raw = rawOf(reply);
    raw.on('finish', () => (decided = this.inspector.decisionOf(request)));
    FORMS[given.form]!(raw, given.fields);
  }
}

afterEach(closeApps);

async function ask(
  app: TestApp,
  path: string,
  origin: string | undefined,
  fields: Fields,
  form = 'setHeader()',
): Promise<RawResponse> {
  Object.assign(given, { form, fields });
  return rawRequest(app.port, `GET ${path} HTTP/1.1`, origin === undefined ? [] : [`Origin: ${origin}`]);
}

function start(platform: PlatformName, cors: object = {}): Promise<TestApp> {
  return startApp({ controllers: [OwnController], cors }, platform);
}

function varyOf(response: RawResponse): readonly string[] {
  return response.all('vary').flatMap((value) => value.toLowerCase().split(/, */));
}

describe.each(PLATFORMS)('3.5, CORS headers of the app itself on %s', (platform) => {
  const WHOLE: Fields = [
    [ACAO, '*'],
    [ACAC, 'true'],
    [ACEH, 'X-Own'],
    ['Access-Control-Allow-Methods', 'GET'],
    ['Vary', 'Cookie'],
  ];
  const THEIRS = {
    'access-control-allow-origin': '*',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'X-Own',
    'access-control-allow-methods': 'GET',
  };

  test.each(Object.keys(FORMS))('are sent without those of the policy, given by %s', async (form) => {
    const app = await start(platform);
    for (const path of ['/own/kept', '/own/uncredentialed']) {
      for (const origin of [APP, STRANGER, undefined]) {
        const response = await ask(app, path, origin, WHOLE, form);
        expect([response.cors(), varyOf(response), response.body]).toEqual([
          THEIRS,
          ['cookie', 'origin'],
          expect.stringContaining('x') as unknown,
        ]);
      }
    }
  });

  test.each(Object.keys(FORMS))('add nothing of the policy to an ACAO, given by %s', async (form) => {
    const app = await start(platform);
    for (const [path, origin] of [
      ['/own/kept', APP],
      ['/own/kept', STRANGER],
      ['/own/plain', APP],
    ] as const) {
      const response = await ask(app, path, origin, [[ACAO, OTHER]], form);
      expect(response.cors()).toEqual({ 'access-control-allow-origin': OTHER });
    }
  });

  test.each(Object.keys(FORMS))('are all replaced under `override`, given by %s', async (form) => {
    const app = await start(platform);
    for (const [path, origin, expected] of [
      ['/own/replaced', APP, OURS],
      ['/own/replaced', STRANGER, {}],
      ['/own/replaced', undefined, {}],
      ['/own/plain-replaced', STRANGER, { 'access-control-allow-origin': '*' }],
    ] as const) {
      const response = await ask(app, path, origin, WHOLE, form);
      expect([response.cors(), varyOf(response)]).toEqual([
        expected,
        path === '/own/replaced' ? ['cookie', 'origin'] : ['cookie'],
      ]);
    }
  });

  test.each(Object.keys(FORMS))('add no credentials to an origin of the policy, given by %s', async (form) => {
    const app = await start(platform);
    const fields: Fields = [[ACAC, 'true']];
    for (const [path, origin, expected] of [
      ['/own/uncredentialed', APP, { 'access-control-allow-origin': APP }],
      ['/own/uncredentialed', STRANGER, {}],
      ['/own/plain', STRANGER, { 'access-control-allow-origin': '*' }],
      ['/own/kept', APP, OURS],
      ['/own/kept', undefined, {}],
    ] as const) {
      expect((await ask(app, path, origin, fields, form)).cors()).toEqual(expected);
    }
    // With a value other than `true`, the fields of the policy stay.
    expect((await ask(app, '/own/kept', APP, [[ACAC, 'false']], form)).cors()).toEqual(OURS);
  });

  test.each(Object.keys(FORMS))('may be the exposed headers only, given by %s', async (form) => {
    const app = await start(platform);
    const response = await ask(app, '/own/kept', APP, [[ACEH, 'X-Own']], form);
    expect(response.cors()).toEqual({ ...OURS, 'access-control-expose-headers': 'X-Own' });
    expect((await ask(app, '/own/replaced', APP, [[ACEH, 'X-Own']], form)).cors()).toEqual(OURS);
  });

  test.each(Object.keys(FORMS))('have one ACAO if the app gives two, by %s', async (form) => {
    const app = await start(platform);
    for (const origin of [APP, STRANGER]) {
      const response = await ask(app, '/own/kept', origin, [[ACAO, [STRANGER, OTHER]]], form);
      expect(response.all(ACAO)).toEqual([OTHER]);
    }
    expect((await ask(app, '/own/replaced', APP, [[ACAO, [STRANGER, OTHER]]], form)).all(ACAO)).toEqual([APP]);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['appendHeader() twice', (response) => void response.appendHeader(ACAO, '*').appendHeader(ACAO, OTHER).end('x')],
    ['a flat list', (response) => writeHead(response, 200, [ACAO, '*', 'access-control-allow-origin', OTHER])],
    [
      'pairs',
      (response) =>
        writeHead(response, 200, [
          [ACAO, '*'],
          [ACAO.toUpperCase(), OTHER],
        ]),
    ],
    [
      'an object with two spellings',
      (response) => writeHead(response, 200, { [ACAO]: '*', 'access-control-allow-origin': OTHER }),
    ],
    [
      'setHeader() and an object',
      (response) => writeHead(response.setHeader(ACAO, '*'), 200, { 'access-control-allow-origin': OTHER }),
    ],
    [
      'setHeader() and a flat list',
      (response) => writeHead(response.setHeader(ACAO, '*'), 200, ['ACCESS-control-allow-origin', OTHER]),
    ],
  ])('have one ACAO if the app gives two, by %s', async (_title, act) => {
    FORMS['two'] = act;
    const app = await start(platform);
    const response = await ask(app, '/own/kept', APP, [], 'two');
    expect(response.cors()).toEqual({ 'access-control-allow-origin': OTHER });
    expect((await ask(app, '/own/replaced', APP, [], 'two')).cors()).toEqual(OURS);
    delete FORMS['two'];
  });

  test('are absent if they are an empty list', async () => {
    const app = await start(platform);
    for (const form of ['setHeader()', 'writeHead() with an object', 'writeHead() with a flat list']) {
      expect((await ask(app, '/own/kept', APP, [[ACAO, []]], form)).cors()).toEqual(OURS);
      expect((await ask(app, '/own/kept', STRANGER, [[ACAO, []]], form)).cors()).toEqual({});
    }
  });

  test.each(Object.keys(FORMS))('stay without a policy and under @NoCors(), given by %s', async (form) => {
    const app = await start(platform);
    // Node rejects pairs if a header was set before, and Express sets one.
    const isRejected = platform === 'express' && form.endsWith('pairs');
    for (const path of isRejected ? ['/own/closed'] : ['/own/closed', '/own/bare']) {
      const response = await ask(app, path, APP, WHOLE, form);
      expect([response.cors(), varyOf(response)]).toEqual([THEIRS, ['cookie']]);
      expect((await ask(app, path, APP, [[ACAC, 'true']], form)).cors()).toEqual({
        'access-control-allow-credentials': 'true',
      });
    }
  });

  test('are published, counted and shown by decisionOf() as they were sent', async () => {
    const messages: CorsDecisionMessage[] = [];
    const hear = (message: unknown): void => void messages.push(message as CorsDecisionMessage);
    diagnostics.subscribe('nestjs-cors-policy:decision', hear);
    const app = await start(platform, { counters: true });
    const own = async (path: string, origin: string | undefined, fields: Fields, cookie?: string): Promise<unknown> => {
      messages.length = 0;
      Object.assign(given, { form: 'writeHead() with a flat list', fields });
      await rawRequest(app.port, `GET ${path} HTTP/1.1`, [
        ...(origin === undefined ? [] : [`Origin: ${origin}`]),
        ...(cookie === undefined ? [] : [`Cookie: ${cookie}`]),
      ]);
      expect(messages).toHaveLength(1);
      expect(decided).toMatchObject({ allowed: messages[0]!.allowed, reason: messages[0]!.reason });
      return [messages[0]!.reason, messages[0]!.allowed];
    };
    try {
      // The app sends `*`, so an origin that the policy refuses can read the response (Fetch, CORS check).
      expect(await own('/own/kept', STRANGER, [[ACAO, '*']])).toEqual(['own-headers', true]);
      expect(await own('/own/kept', APP, [[ACAO, '*']])).toEqual(['own-headers', true]);
      // No browser accepts `*` with cookies.
      expect(await own('/own/kept', APP, WHOLE, 'a=1')).toEqual(['own-headers', false]);
      expect(await own('/own/kept', APP, [[ACAO, APP]], 'a=1')).toEqual(['own-headers', false]);
      expect(
        await own(
          '/own/kept',
          APP,
          [
            [ACAO, APP],
            [ACAC, 'true'],
          ],
          'a=1',
        ),
      ).toEqual(['own-headers', true]);
      expect(await own('/own/kept', APP, [[ACAO, OTHER]])).toEqual(['own-headers', false]);
      expect(await own('/own/kept', undefined, [[ACAO, OTHER]])).toEqual(['own-headers', true]);
      expect(await own('/own/closed', APP, [[ACAO, '*']])).toEqual(['own-headers', true]);
      // If the app's own fields are not sent, the policy has decided.
      expect(await own('/own/replaced', STRANGER, WHOLE)).toEqual(['origin-not-allowed', false]);
      expect(await own('/own/replaced', APP, WHOLE)).toEqual(['allowed', true]);
      expect(await own('/own/kept', APP, [[ACEH, 'X-Own']])).toEqual(['allowed', true]);
      expect(await own('/own/kept', STRANGER, [[ACAC, 'true']])).toEqual(['origin-not-allowed', false]);
      expect(await own('/own/bare', APP, WHOLE)).toEqual(['no-policy', false]);
    } finally {
      diagnostics.unsubscribe('nestjs-cors-policy:decision', hear);
    }
    const counts = app.app.get(CorsInspector).counters();
    expect(
      counts
        .filter(({ reason }) => reason === 'own-headers')
        .map(({ route, allowed, count }) => [route, allowed, count]),
    ).toEqual([
      ['OwnController.kept', true, 4],
      ['OwnController.kept', false, 3],
      ['OwnController.closed', true, 1],
    ]);
  });

  test('are warned about once for each route, also without a subscriber, and not if they are replaced', async () => {
    const app = await start(platform);
    for (const origin of [APP, STRANGER, undefined, OTHER]) {
      for (const path of ['kept', 'plain', 'closed', 'replaced', 'bare']) {
        await ask(app, `/own/${path}`, origin, [[ACAO, '*']]);
      }
    }
    expect(app.logs.filter((line) => line.includes('Access-Control-Allow-Origin'))).toEqual([
      expect.stringMatching(/^warn: OwnController\.kept: .* policy OwnController\.kept were not\. .*`override: true`/),
      expect.stringMatching(/^warn: OwnController\.plain: /),
      expect.stringMatching(/^warn: OwnController\.closed: .*@NoCors\(\)/),
    ]);
  });

  test('are not warned about at run time if @Header() was listed at startup, and not at all under `override`', async () => {
    @Controller('static')
    class StaticController {
      @Get('own')
      @CorsPolicy({ origin: APP })
      @Header(ACAO, '*')
      own(): string {
        return 'own';
      }
      @Get('replaced')
      @CorsPolicy({ origin: APP, override: true })
      @Header(ACAO, '*')
      replaced(): string {
        return 'replaced';
      }
    }
    const app = await startApp({ controllers: [StaticController] }, platform);
    expect((await ask(app, '/static/own', APP, [])).cors()).toEqual({ 'access-control-allow-origin': '*' });
    expect((await ask(app, '/static/replaced', APP, [])).cors()).toEqual({ 'access-control-allow-origin': APP });
    expect(app.logs.filter((line) => /^warn: .*StaticController/.test(line))).toEqual([
      expect.stringMatching(/^warn: StaticController\.own .*`override: true`.*\[own-header\] https:\S+#own-header$/),
    ]);
  });

  test('a flat list of odd length is an error of Node, and the error carries the headers', async () => {
    FORMS['odd'] = (response) => {
      try {
        writeHead(response, 200, [ACAO, '*', 'X-Odd']);
      } catch (error) {
        writeHead(response, 500, { 'X-Error': (error as { code: string }).code });
      }
    };
    const app = await start(platform);
    for (const [path, expected] of [
      ['/own/kept', OURS],
      ['/own/replaced', OURS],
      ['/own/bare', {}],
    ] as const) {
      const response = await ask(app, path, APP, [], 'odd');
      expect([response.status, response.all('x-error'), response.cors()]).toEqual([
        500,
        ['ERR_INVALID_ARG_VALUE'],
        expected,
      ]);
    }
    delete FORMS['odd'];
  });

  test('the fields of a head that Node rejected are not treated as own headers', async () => {
    FORMS['rejected'] = (response) => {
      try {
        writeHead(response, 10_000);
      } catch (error) {
        writeHead(response, 500, { 'X-Error': (error as { code: string }).code });
      }
    };
    const app = await start(platform, { counters: true });
    const response = await ask(app, '/own/kept', APP, [], 'rejected');
    expect([response.status, response.cors()]).toEqual([500, OURS]);
    expect(app.app.get(CorsInspector).counters()).toMatchObject([{ reason: 'allowed', count: 1 }]);
    expect(app.logs.filter((line) => /^warn: .*Access-Control-Allow-Origin/.test(line))).toEqual([]);
    delete FORMS['rejected'];
  });

  test('several cookies in a flat list are all sent', async () => {
    FORMS['cookies'] = (response) => writeHead(response, 200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']);
    const app = await startApp(
      {
        controllers: [OwnController],
        // Node 20 sends only the last value if a header was set before.
        setUp: (nest) => {
          const { disable } = nest.getHttpAdapter().getInstance() as { disable?(name: string): void };
          disable?.call(nest.getHttpAdapter().getInstance(), 'x-powered-by');
        },
      },
      platform,
    );
    const response = await ask(app, '/own/kept', APP, [], 'cookies');
    expect([response.all('set-cookie'), response.cors()]).toEqual([['a=1', 'b=2'], OURS]);
    delete FORMS['cookies'];
  });
});

describe('3.5, CORS headers of the app itself on a reply of Fastify', () => {
  type Act = (reply: FastifyReply) => unknown;
  const ACTS: Readonly<Record<string, Act>> = {
    'reply.header()': (reply) => reply.header(ACAO, '*').header(ACAC, 'true').send('x'),
    'reply.headers() in upper case': (reply) =>
      reply.headers({ [ACAO.toUpperCase()]: '*', [ACAC.toUpperCase()]: 'true' }).send('x'),
    'reply.header() of a list': (reply) => reply.header(ACAO, [OTHER, '*']).header(ACAC, 'true').send('x'),
    'reply.raw.setHeader()': (reply) => {
      reply.raw.setHeader(ACAO, '*');
      reply.raw.setHeader(ACAC, 'true');
      return reply.send('x');
    },
    'reply.raw.setHeader() and reply.header()': (reply) => {
      reply.raw.setHeader(ACAO, OTHER);
      reply.raw.setHeader(ACAC, 'true');
      return reply.header(ACAO, '*').send('x');
    },
    'a stream': (reply) =>
      reply
        .header(ACAO, '*')
        .header(ACAC, 'true')
        .send(new Blob(['x']).stream()),
    'a web response': (reply) => reply.send(new Response('x', { headers: { [ACAO]: '*', [ACAC]: 'true' } })),
  };

  @Controller('acts')
  class ActsController {
    @Get('kept')
    @CorsPolicy(POLICY)
    kept(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
      ACTS[String(request.headers['x-act'])]!(reply);
    }
    @Get('replaced')
    @CorsPolicy({ ...POLICY, override: true })
    replaced(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
      ACTS[String(request.headers['x-act'])]!(reply);
    }
  }

  test.each(Object.keys(ACTS))('are sent alone or are replaced, given by %s', async (act) => {
    const app = await startApp({ controllers: [ActsController] }, 'fastify');
    for (const [path, origin, expected] of [
      ['kept', APP, { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' }],
      ['kept', STRANGER, { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' }],
      ['replaced', APP, OURS],
      ['replaced', STRANGER, {}],
    ] as const) {
      const response = await rawRequest(app.port, `GET /acts/${path} HTTP/1.1`, [`Origin: ${origin}`, `X-Act: ${act}`]);
      expect([response.status, response.cors()]).toEqual([200, expected]);
    }
  });

  test('3.3: a preflight has no CORS header that a hook of the app adds to every response', async () => {
    const app = await startApp(
      {
        controllers: [ActsController],
        setUp: (nest) => {
          (nest.getHttpAdapter().getInstance() as FastifyInstance).addHook('onSend', async (_request, reply) => {
            void reply.header(ACAO, '*').header('Access-Control-Allow-Methods', 'DELETE');
          });
        },
      },
      'fastify',
    );
    const granted = await app.preflight('/acts/kept', { origin: APP, method: 'GET' });
    expect(granted.headers).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': expect.not.stringContaining('DELETE') as unknown,
    });
    const refused = await app.preflight('/acts/kept', { origin: STRANGER, method: 'GET' });
    expect(Object.keys(refused.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

test('3.3: a preflight on Express has no CORS header that an outer app has set on the response', async () => {
  @Controller('orders')
  class OrdersController {
    @Put()
    @CorsPolicy(POLICY)
    put(): string {
      return 'put';
    }
  }
  const app = await startApp({ controllers: [OrdersController] });
  const outer = express();
  outer.use((_request, response, next) => {
    response.set({ [ACAO]: '*', [ACAC]: 'true', 'Access-Control-Allow-Methods': 'DELETE' });
    next();
  });
  outer.use(app.app.getHttpAdapter().getInstance() as express.Express);
  const server = outer.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const ask = async (origin: string): Promise<RawResponse> =>
      rawRequest(port, 'OPTIONS /orders HTTP/1.1', [`Origin: ${origin}`, 'Access-Control-Request-Method: PUT']);
    expect((await ask(APP)).cors()).toEqual({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT',
    });
    expect((await ask(STRANGER)).cors()).toEqual({});
  } finally {
    server.close();
  }
});
