import ts from 'typescript';
import { unifiedDiff } from '../../../../../lib/tooling/cli/migrate/diff.js';
import { migrate, type Migration } from '../../../../../lib/tooling/cli/migrate/migrate.js';
import { readProject } from '../../../../../lib/tooling/cli/migrate/project.js';

const MODULE = `import { Module } from '@nestjs/common';

@Module({ providers: [] })
export class AppModule {}
`;

const mainOf = (body: string): string =>
  `import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\n\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule);\n  ${body}\n}\n`;

function migrated(body: string, files: Readonly<Record<string, string>> = {}): Migration {
  const sources: Record<string, string> = { '/main.ts': mainOf(body), '/app.module.ts': MODULE, ...files };
  return migrate(readProject(ts, '/main.ts', (path) => sources[path]));
}

describe('migrate()', () => {
  it('moves the options into the root module, and leaves nothing of the call', () => {
    const { files, replaced } = migrated("app.enableCors({ origin: 'https://a.example', credentials: true });");

    expect(replaced.map(({ place }) => place)).toEqual(['main.ts:6']);
    expect(files.get('/main.ts')).not.toContain('enableCors');
    expect(files.get('/app.module.ts')).toBe(`import { Module } from '@nestjs/common';
import { CorsModule } from 'nestjs-cors-policy';

@Module({
  imports: [
    CorsModule.forRoot({
      defaultPolicy: {
        origin: 'https://a.example',
        credentials: true,
        methods: ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'],
      },
    }),
  ],
  providers: [] })
export class AppModule {}
`);
  });

  it.each([
    ['a call in a function that may not run', 'const later = () => app.enableCors();', 'always runs'],
    ['a call after a return', 'if (process.argv[2]) return;\n  app.enableCors();', 'A `return` is before it'],
    ['a call on something else', 'other.enableCors();', 'not certain that `other` is the app'],
    [
      'a list that is changed',
      "const list = ['https://a.example'];\n  list.push(more());\n  app.enableCors({ origin: list });",
      'not known',
    ],
    ['a function that gets the app before', 'setUpDocs(app);\n  app.enableCors();', '`setUpDocs(…)` is before it'],
    [
      'something at a path before, by a constant',
      "const DOCS = '/docs';\n  app.use(DOCS, docs);\n  app.enableCors();",
      '`app.use(…)` is before it',
    ],
    [
      'something at a computed path before',
      'app.use(`/${docs}`, x);\n  app.enableCors();',
      '`app.use(…)` is before it',
    ],
    ['two calls', 'app.enableCors();\n  app.enableCors({ origin: true });', 'in several places'],
    ['an unknown value of credentials', 'app.enableCors({ credentials: isOn });', 'not known from the source text'],
    ['an unknown condition', 'if (isOn()) app.enableCors();', 'depends on `isOn()`'],
  ])('leaves %s, with a comment', (_what, body, says) => {
    const { files, replaced, left } = migrated(body);

    expect(replaced).toEqual([]);
    expect(left.map(({ reason }) => reason).join('\n')).toContain(says);
    expect(files.has('/app.module.ts')).toBe(false);
    expect(files.get('/main.ts')).toContain('// cors-policy migrate: not translated.');
  });

  it('names middleware before enableCors(), whose own answers had no CORS headers', () => {
    const { notes, replaced } = migrated('app.use(helmet(), limiter);\n  app.enableCors();\n  app.use(later);');

    expect(replaced).toHaveLength(1);
    expect(notes[0]).toBe(
      'Before it: `app.use(helmet(), limiter)`. What this middleware answers itself (a 401, a 429, a file) had no CORS ' +
        'headers, and has them now.',
    );
    expect(migrated('app.enableCors();\n  app.use(later);').notes.join()).not.toContain('middleware');
  });

  it('writes a comment once', () => {
    const first = migrated('app.enableCors({ origin: secret() });').files.get('/main.ts')!;

    expect(migrated('', { '/main.ts': first }).files.get('/main.ts') ?? first).toBe(first);
  });

  it('leaves the option of a gateway, which works until the gateway has a policy', () => {
    const gateway = "@WebSocketGateway({\n  cors: { origin: '*' },\n})\nexport class ChatGateway {}\n";
    const { files, left } = migrated('app.enableCors();', {
      '/app.module.ts': `import './chat.gateway';\n${MODULE}`,
      '/chat.gateway.ts': gateway,
    });

    expect(files.get('/chat.gateway.ts')).toContain('  // cors-policy migrate: not translated.');
    expect(left.map(({ what }) => what)).toEqual(['the option `cors` of ChatGateway']);
    expect(files.get('/app.module.ts')).toContain('CorsModule.forRoot(');
  });

  it('says that a file creates no app, and that the library is there already', () => {
    expect(() => migrated('', { '/main.ts': 'export {};\n' })).toThrow('no call of NestFactory.create()');
    expect(() => migrated('', { '/app.module.ts': "import { CorsModule } from 'nestjs-cors-policy';\n" })).toThrow(
      'already',
    );
  });
});

describe('a diff', () => {
  it('shows three lines around a change', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].join('\n');

    expect(unifiedDiff('src/a.ts', before, before.replace('5', 'five'))).toBe(
      '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    );
    expect(unifiedDiff('src/a.ts', before, before)).toBe('');
  });
});
