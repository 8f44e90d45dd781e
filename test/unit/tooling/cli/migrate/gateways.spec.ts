import ts from 'typescript';
import { migrate, type Migration } from '../../../../../lib/tooling/cli/migrate/migrate.js';
import { readProject } from '../../../../../lib/tooling/cli/migrate/project.js';

const MODULE = `import { Module } from '@nestjs/common';
import { ChatGateway } from './chat.gateway';

@Module({ providers: [ChatGateway] })
export class AppModule {}
`;

const mainOf = (body: string, top = ''): string =>
  `import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\n${top}\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule); // the app\n  ${body}\n}\n`;

const gatewayOf = (options: string, top = ''): string =>
  `import { WebSocketGateway } from '@nestjs/websockets';\n${top}\n@WebSocketGateway(${options})\nexport class ChatGateway {}\n`;

interface Sources {
  readonly gateway: string;
  readonly body?: string;
  readonly top?: string;
  readonly files?: Readonly<Record<string, string>>;
}

function migrated({ gateway, body = '', top = '', files = {} }: Sources): Migration {
  const sources: Record<string, string> = {
    '/main.ts': mainOf(body, top),
    '/app.module.ts': MODULE,
    '/chat.gateway.ts': gateway,
    ...files,
  };
  return migrate(readProject(ts, '/main.ts', (path) => sources[path]));
}

const IO = "import { IoAdapter } from '@nestjs/platform-socket.io';";
const ORIGIN = "{ cors: { origin: 'https://a.example', credentials: true } }";

describe('migrate() of gateways', () => {
  it('writes the policy on the gateway, and gives the app an adapter and the module', () => {
    const { files, left, notes, replaced } = migrated({ gateway: gatewayOf(ORIGIN) });

    expect(left).toEqual([]);
    expect(replaced).toEqual([
      { place: 'chat.gateway.ts:3', what: 'the option `cors` of ChatGateway', isGateway: true },
    ]);
    expect(files.get('/chat.gateway.ts')).toBe(`import { WebSocketGateway } from '@nestjs/websockets';
import { CorsPolicy } from 'nestjs-cors-policy';

@CorsPolicy({ origin: 'https://a.example', credentials: true })
@WebSocketGateway()
export class ChatGateway {}
`);
    expect(files.get('/main.ts')).toBe(`import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { corsWebSocketAdapter } from 'nestjs-cors-policy/websockets';

async function bootstrap() {
  const app = await NestFactory.create(AppModule); // the app
  app.useWebSocketAdapter(corsWebSocketAdapter(new IoAdapter(app), app));
  
}
`);
    expect(files.get('/app.module.ts')).toContain('CorsModule.forRoot(),');
    expect(notes).toEqual([
      'ChatGateway: every page could open it by the websocket transport, which `cors` is not for. Now only pages of its ' +
        'origins can.',
    ]);
  });

  it('keeps the other options, the port, and the adapter that is there', () => {
    const { files } = migrated({
      gateway: gatewayOf("81, { namespace: 'chat', cors: true, path: '/x' }"),
      top: IO,
      body: 'app.useWebSocketAdapter(new IoAdapter(app));',
    });

    expect(files.get('/chat.gateway.ts')).toContain(
      "@CorsPolicy({ origin: '*' })\n@WebSocketGateway(81, { namespace: 'chat', path: '/x' })",
    );
    expect(files.get('/main.ts')).toContain(
      '  app.useWebSocketAdapter(corsWebSocketAdapter(new IoAdapter(app), app));\n}',
    );
  });

  it.each([
    [
      "import { WsAdapter } from '@nestjs/platform-ws';",
      'app.useWebSocketAdapter(new WsAdapter(app));',
      'ws does not read',
    ],
    [
      `${IO}\nclass RedisIoAdapter extends IoAdapter {}`,
      'const adapter = new RedisIoAdapter(app);\n  await adapter.connect();\n  app.useWebSocketAdapter(adapter);',
      'websocket transport',
    ],
  ])('wraps the adapter of %s', (top, body, says) => {
    const { files, notes } = migrated({ gateway: gatewayOf(ORIGIN), top, body });

    expect(files.get('/main.ts')).toMatch(
      /app\.useWebSocketAdapter\(corsWebSocketAdapter\((?:adapter|new WsAdapter\(app\)), app\)\);/,
    );
    expect(notes[0]).toContain(says);
  });

  it('removes constants and imports that only the option used', () => {
    const { files } = migrated({
      gateway: gatewayOf('{ cors }', "import { list } from './list';\n\nconst cors = { origin: list };\n"),
      files: { '/list.ts': "export const list = ['https://a.example'];\n" },
    });

    expect(files.get('/chat.gateway.ts')).not.toMatch(/list|const cors/);
    expect(files.get('/chat.gateway.ts')).toContain("@CorsPolicy({ origin: 'https://a.example' })");
  });

  it('reads a variable of the environment for each handshake, and says so', () => {
    const { files, notes } = migrated({ gateway: gatewayOf('{ cors: { origin: process.env.CHAT_ORIGIN } }') });

    expect(files.get('/chat.gateway.ts')).toMatch(
      /@CorsPolicy\(\{\s+origin: \(origin\) => process\.env\.CHAT_ORIGIN === origin/,
    );
    expect(notes.join()).toContain('are read for each handshake');
  });

  it('translates both, requests and gateways', () => {
    const { files, replaced } = migrated({
      gateway: gatewayOf(ORIGIN),
      body: "app.enableCors({ origin: 'https://b.example' });",
    });

    expect(replaced.map(({ isGateway }) => isGateway)).toEqual([false, true]);
    expect(files.get('/app.module.ts')).toContain("origin: 'https://b.example'");
    expect(files.get('/main.ts')).not.toContain('enableCors');
  });

  it('takes a gateway with `cors: false` for one without', () => {
    expect(migrated({ gateway: gatewayOf('{ cors: false }') })).toMatchObject({ replaced: [], left: [], notes: [] });
  });

  const second = (decorator: string): Readonly<Record<string, string>> => ({
    '/app.module.ts': `import './other.gateway';\n${MODULE}`,
    '/other.gateway.ts': `${decorator}\nexport class OtherGateway {}\n`,
  });

  it.each<[string, Sources, string]>([
    [
      'a function that calculates',
      { gateway: gatewayOf('{ cors: { origin: (o, done) => done(null, ok(o)) } }') },
      'more than look an origin up',
    ],
    ['a text that is no option', { gateway: gatewayOf("{ cors: 'https://a.example' }") }, 'for no options'],
    [
      'options in a constant',
      { gateway: gatewayOf('options', `const options = ${ORIGIN};`) },
      'not written in @WebSocketGateway() itself',
    ],
    ['a spread behind it', { gateway: gatewayOf('{ cors: true, ...more() }') }, 'may replace it'],
    [
      'polling alone, by a variable of the environment',
      { gateway: gatewayOf("{ transports: ['polling'], cors: { origin: process.env.CHAT_ORIGIN } }") },
      'open by polling alone',
    ],
    [
      'CORS of requests that stays',
      { gateway: gatewayOf(ORIGIN), body: 'app.enableCors(secret());' },
      'before CORS of its requests',
    ],
    [
      'an adapter that is not known',
      { gateway: gatewayOf(ORIGIN), body: 'app.useWebSocketAdapter(adapterOf(app));' },
      'may give CORS options of its own',
    ],
    [
      'an adapter with CORS of its own',
      {
        gateway: gatewayOf(ORIGIN),
        top: `${IO}\nclass Own extends IoAdapter { createIOServer(port) { return super.createIOServer(port, { cors: true }); } }`,
        body: 'app.useWebSocketAdapter(new Own(app));',
      },
      'may give CORS options of its own',
    ],
    [
      'an adapter that depends on a condition',
      { gateway: gatewayOf(ORIGIN), top: IO, body: 'if (isOn()) { app.useWebSocketAdapter(new IoAdapter(app)); }' },
      'for the app, once, always',
    ],
    [
      'an adapter by a name in brackets',
      { gateway: gatewayOf(ORIGIN), top: IO, body: "app['useWebSocketAdapter'](new IoAdapter(app));" },
      'for the app, once, always',
    ],
    [
      'a second app',
      { gateway: gatewayOf(ORIGIN), body: 'const other = await NestFactory.create(AppModule);' },
      'creates several apps',
    ],
    [
      'a gateway of the same server without the option',
      { gateway: gatewayOf(ORIGIN), files: second("@WebSocketGateway({ namespace: 'other' })") },
      'have the options of the first',
    ],
    [
      'a gateway of another server that would come under the default policy',
      { gateway: gatewayOf(ORIGIN), body: 'app.enableCors();', files: second('@WebSocketGateway(81)') },
      'would come under the default policy',
    ],
    [
      'a gateway with options that are not known',
      { gateway: gatewayOf(ORIGIN), files: second('@WebSocketGateway(81, optionsOf())') },
      'The options of OtherGateway are not known',
    ],
    [
      'another gateway that stays',
      { gateway: gatewayOf(ORIGIN), files: second('@WebSocketGateway(81, { cors: secret() })') },
      'once the other gateways are',
    ],
  ])('leaves all gateways where there is %s', (_what, sources, says) => {
    const { files, left, replaced } = migrated(sources);

    expect(left.map(({ reason }) => reason).join('\n')).toContain(says);
    expect(replaced.filter(({ isGateway }) => isGateway)).toEqual([]);
    expect(files.get('/chat.gateway.ts')).toContain('// cors-policy migrate: not translated.');
    expect(files.get('/chat.gateway.ts')).not.toContain('@CorsPolicy(\n');
    expect(files.get('/main.ts') ?? '').not.toContain('corsWebSocketAdapter(');
  });
});
