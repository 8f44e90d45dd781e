import { type Asked, MainFiles, mayRead, type Sources } from '../support/main-files.js';
import { closeClients, ioResult, openWs } from '../support/sockets.js';

/*
 * `cors-policy migrate` on gateways as people write them. Each app is started before and after, and asked as a page asks: by
 * the polling transport, whose responses the browser hides without CORS headers, and by the websocket transport, which it
 * opens for every page.
 */

interface Form {
  readonly name: string;
  /** The arguments of `@WebSocketGateway()`. */
  readonly gateway: string;
  readonly adapter?: 'ws' | 'fastify';
  /** Lines above the function of main.ts, and in it. */
  readonly top?: string;
  readonly body?: string;
  /** Lines above the gateway. */
  readonly above?: string;
  readonly files?: Sources;
  readonly env?: Readonly<Record<string, string>>;
  /** The namespaces that a client joins. */
  readonly namespaces?: readonly string[];
  readonly path?: string;
  /** The origins that may open the gateway afterwards; default: those that could poll it. */
  readonly allowed?: readonly string[];
  /** False if no page of another origin may read a response of polling. */
  readonly isPolled?: false;
  /** A part of the comment of a form that is left as it is. */
  readonly left?: string;
}

const A = 'https://a.example';
const B = 'https://b.example';
const ORIGINS = [A, B, 'https://sub.a.example', 'http://192.168.0.2:3000', 'https://evila.example', 'null'];

const IO = "import { IoAdapter } from '@nestjs/platform-socket.io';";
const WS = { adapter: 'ws', top: "import { WsAdapter } from '@nestjs/platform-ws';" } as const;
const USE_WS = 'app.useWebSocketAdapter(new WsAdapter(app));';

const FORMS: readonly Form[] = [
  { name: 'cors: true', gateway: '{ cors: true }' },
  { name: "cors: '*'", gateway: "{ cors: '*' }" },
  { name: "origin: '*'", gateway: "{ cors: { origin: '*' }, namespace: 'chat' }", namespaces: ['/', '/chat'] },
  { name: 'an origin, with credentials', gateway: `{ cors: { origin: '${A}', credentials: true } }` },
  {
    name: 'a list, methods and headers',
    gateway: `{ cors: { origin: ['${A}', '${B}'], methods: ['GET', 'POST'], allowedHeaders: ['X-Own'], credentials: true } }`,
  },
  { name: 'origin: true with credentials', gateway: '{ cors: { origin: true, credentials: true } }' },
  { name: 'origin: false', gateway: '{ cors: { origin: false } }', isPolled: false },
  { name: 'an anchored RegExp', gateway: '{ cors: { origin: /^https:\\/\\/([a-z]+\\.)?a\\.example$/ } }' },
  {
    name: 'an http: origin with credentials, on a path',
    gateway: "{ path: '/chat', cors: { origin: 'http://192.168.0.2:3000', credentials: true } }",
    path: '/chat',
  },
  {
    name: 'a callback that looks into a list of another file',
    above: "import { allowed } from './allowed';",
    files: { 'allowed.ts': `export const allowed = ['${A}', '${B}'];\n` },
    gateway:
      '{ cors: { origin: (origin, callback) => callback(null, !origin || allowed.includes(origin)), credentials: true } }',
  },
  {
    name: 'a variable of the environment',
    gateway: '{ cors: { origin: process.env.GATEWAY_ORIGIN, credentials: true } }',
    env: { GATEWAY_ORIGIN: B },
  },
  {
    name: 'the websocket transport alone',
    gateway: `{ transports: ['websocket'], cors: { origin: '${A}' } }`,
    allowed: [A],
  },
  {
    name: 'an adapter of the app, and CORS of requests',
    top: `${IO}\nclass RedisIoAdapter extends IoAdapter {}`,
    body: `const adapter = new RedisIoAdapter(app);\n  app.useWebSocketAdapter(adapter);\n  app.enableCors({ origin: '${B}' });`,
    gateway: `{ cors: { origin: '${A}' } }`,
  },
  {
    name: 'two gateways of one server',
    gateway: `{ namespace: 'chat', cors: { origin: '${A}' } }`,
    files: {
      'other.gateway.ts': `import { WebSocketGateway } from '@nestjs/websockets';\n@WebSocketGateway({ namespace: 'other', cors: { origin: '${A}' } })\nexport class OtherGateway {}\n`,
    },
    namespaces: ['/', '/chat', '/other'],
  },
  { name: 'Fastify', adapter: 'fastify', gateway: `{ cors: { origin: ['${A}'], credentials: true } }` },
  {
    name: 'a callback that calculates',
    gateway: "{ cors: { origin: (origin, callback) => callback(null, !!origin?.endsWith('a.example')) } }",
    left: 'more than look an origin up',
  },
  { name: 'a text for options', gateway: `{ cors: '${A}' }`, left: 'for no options' },
  {
    name: 'ws, a list',
    ...WS,
    body: USE_WS,
    gateway: `{ path: '/chat', cors: { origin: ['${A}'] } }`,
    path: '/chat',
    allowed: [A],
  },
  {
    name: 'ws, every origin',
    ...WS,
    body: USE_WS,
    gateway: '{ path: "/chat", cors: true }',
    path: '/chat',
    allowed: ORIGINS,
  },
];

const mainOf = ({ adapter, top = '', body = '' }: Form): string => {
  const isFastify = adapter === 'fastify';
  const platform = isFastify ? "import { FastifyAdapter } from '@nestjs/platform-fastify';\n" : '';
  return `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
${platform}${top}

async function bootstrap() {
  const app = await NestFactory.create(AppModule${isFastify ? ', new FastifyAdapter()' : ''});
  ${body}
  await app.listen(3000);
}
bootstrap();
`;
};

function sourcesOf(form: Form): Sources {
  const others = Object.keys(form.files ?? {}).includes('other.gateway.ts');
  return {
    'main.ts': mainOf(form),
    'app.module.ts': `import { Module } from '@nestjs/common';
import { ChatGateway } from './chat.gateway';
${others ? "import { OtherGateway } from './other.gateway';\n" : ''}
@Module({
  providers: [ChatGateway${others ? ', OtherGateway' : ''}],
})
export class AppModule {}
`,
    'chat.gateway.ts': `import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
${form.above ?? ''}

@WebSocketGateway(${form.gateway})
export class ChatGateway {
  @SubscribeMessage('echo')
  echo(text: string): string {
    return text;
  }
}
`,
    ...form.files,
  };
}

/** What pages can do: the requests of polling that they may read, and the sockets that they can open. */
interface Grants {
  readonly polling: readonly string[];
  readonly sockets: readonly string[];
}

const POLLING: readonly Omit<Asked, 'origin' | 'credentials'>[] = [
  { method: 'GET', headers: [] },
  { method: 'GET', headers: ['x-own'] },
  { method: 'POST', headers: [] },
  { method: 'POST', headers: ['authorization'] },
];

async function grantsOf(port: number, { adapter, namespaces = ['/'], path }: Form): Promise<Grants> {
  const polling: string[] = [];
  const sockets: string[] = [];
  for (const origin of ORIGINS) {
    if (adapter === 'ws') {
      const { result } = await openWs(`ws://127.0.0.1:${port}${path ?? ''}`, origin);
      sockets.push(...(result === 'open' ? [origin] : []));
      continue;
    }
    for (const asked of POLLING) {
      for (const credentials of [false, true]) {
        const target = `${path ?? '/socket.io'}/?EIO=4&transport=polling`;
        if (await mayRead(port, { origin, credentials, ...asked }, target)) {
          polling.push(`${origin} ${asked.method} ${asked.headers.join()} ${credentials}`);
        }
      }
    }
    for (const namespace of namespaces) {
      const result = await ioResult(`http://127.0.0.1:${port}${namespace}`, origin, {
        transports: ['websocket'],
        ...(path !== undefined && { path }),
      });
      sockets.push(...(result === 'open' ? [`${origin} ${namespace}`] : []));
    }
  }
  return { polling, sockets };
}

describe('cors-policy migrate, of gateways', () => {
  let apps: MainFiles;

  beforeAll(async () => {
    apps = await MainFiles.open(Object.assign({}, ...FORMS.map((form) => form.env ?? {})) as Record<string, string>);
  }, 120_000);

  afterAll(() => apps.close());

  afterEach(closeClients);

  it.each(FORMS)(
    'lets the same pages poll, and no others open a socket: $name',
    async (form) => {
      const before = sourcesOf(form);
      const { after, stderr, folder } = await apps.migrate(before);
      const said = stderr.replaceAll(/\s+/g, ' ');
      const was = await grantsOf(await apps.start(before, `${folder}/before`), form);
      const is = await grantsOf(await apps.start(after, `${folder}/after`), form);

      const { adapter, namespaces = ['/'], left } = form;
      const all = ORIGINS.flatMap((origin) =>
        adapter === 'ws' ? [origin] : namespaces.map((namespace) => `${origin} ${namespace}`),
      );
      expect(was.sockets).toEqual(all);
      expect(was.polling.length > 0).toBe(form.isPolled ?? adapter !== 'ws');
      expect(is.polling).toEqual(was.polling);
      if (left !== undefined) {
        expect(after['chat.gateway.ts']!.replaceAll(/\s+(?:\/\/ )?/g, ' ')).toContain(left);
        expect(is.sockets).toEqual(all);
        return;
      }
      expect(after['chat.gateway.ts']).toContain('@CorsPolicy(');
      expect(after['chat.gateway.ts']).not.toMatch(/\bcors:/);
      const allowed =
        form.allowed ?? ORIGINS.filter((origin) => was.polling.some((each) => each.startsWith(`${origin} `)));
      expect(is.sockets).toEqual(all.filter((each) => allowed.includes(each.split(' ')[0]!)));
      expect(said.includes('every page could open it')).toBe(is.sockets.length < all.length);
    },
    60_000,
  );
});
