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
    ['a call in a loop', 'for (const each of []) { app.enableCors(); }', 'always runs'],
    ['the statement of a loop', 'while (isOn()) app.enableCors();', 'always runs'],
    ['an `if` in an `if`', 'if (isOn()) {\n    if (process.env.A) { app.enableCors(); }\n  }', 'always runs'],
    [
      'lists that contain each other',
      'const a = [...b];\n  const b = [...a];\n  app.enableCors({ origin: a });',
      'not known',
    ],
    [
      'objects that contain each other',
      'const a = { ...b };\n  const b = { ...a };\n  app.enableCors(a);',
      'contains itself',
    ],
    [
      'a list that is emptied',
      "const list = ['https://a.example'];\n  list.length = 0;\n  app.enableCors({ origin: list });",
      'not known',
    ],
    [
      'a function that changes the origin',
      "app.enableCors({ origin: (o, done) => { console.log((o = 'https://a.example')); done(null, ['https://a.example'].includes(o)); } });",
      'does more',
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

  it('does not take a name of a pattern for a constant further out', () => {
    const main = `const list = ['https://a.example'];\n${mainOf('const { list } = await load();\n  app.enableCors({ origin: list });')}`;

    expect(migrated('', { '/main.ts': main }).left[0]?.reason).toContain('`origin: list` is not known');
  });

  it('does not take a list for a constant that changes by another name', () => {
    const list = "const list = ['https://a.example'];\n";
    const main = `import { list as mine } from './list';\n${mainOf('app.enableCors({ origin: mine });')}`;
    const renamed = migrated('', { '/main.ts': main, '/list.ts': `export ${list}list.pop();\n` });
    const aliased = migrated(`${list}const other = list;\nother.pop();\napp.enableCors({ origin: list });`);

    expect(renamed.left[0]?.reason).toContain('`origin: mine` is not known');
    expect(aliased.left[0]?.reason).toContain('`origin: list` is not known');
  });

  it.each([
    ['behind a cast', 'const other = list as string[];\n  other.push(more());'],
    ['behind a cast and parentheses', 'const other = (<string[]>list)!;\n  other.push(more());'],
    ['in an object', 'const holder = { all: list };\n  holder.all.push(more());'],
    ['in an object of objects', 'const holder = { a: { list } };\n  fill(holder);'],
    ['in a list', 'const lists = [list];\n  lists[0].push(more());'],
    ['by a condition', 'const other = isOn() ? list : [];\n  other.push(more());'],
    ['by a function', 'const all = () => list;\n  all().push(more());'],
    ['by a class', 'new Editor(list);'],
  ])('does not take a list for a constant that changes %s', (_where, change) => {
    const { left } = migrated(`const list = ['https://a.example'];\n  ${change}\n  app.enableCors({ origin: list });`);

    expect(left[0]?.reason).toContain('`origin: list` is not known');
  });

  it('does not take a list for a constant that another file changes by a name of its own', () => {
    const files = {
      '/main.ts': `import './fill';\nimport { list } from './list';\n${mainOf('app.enableCors({ origin: list });')}`,
      '/list.ts': "export const list = ['https://a.example'];\n",
      '/fill.ts': "import { list as all } from './list';\nall.push(more());\n",
    };

    expect(migrated('', files).left[0]?.reason).toContain('`origin: list` is not known');
    expect(
      migrated('', { ...files, '/fill.ts': "import { list as all } from './list';\nshow([...all]);\n" }).left,
    ).toEqual([]);
  });

  it.each([
    "app['enableCors']({ origin: 'https://a.example' });",
    "app[`enableCors`]({ origin: 'https://a.example' });",
    "app['use'](require('cors')({ origin: 'https://a.example' }));",
  ])('replaces %s', (call) => {
    const isCors = call.includes("require('cors')");
    const main = mainOf(call).replace("require('cors')", 'cors');
    const { files, left, replaced } = migrated('', { '/main.ts': isCors ? `import cors from 'cors';\n${main}` : main });

    expect(left).toEqual([]);
    expect(replaced).toHaveLength(1);
    expect(files.get('/main.ts')).not.toMatch(/enableCors|cors/i);
    expect(files.get('/app.module.ts')).toContain("origin: 'https://a.example'");
  });

  it.each([
    'const { enableCors } = app;',
    'const on = app.enableCors;',
    'app.enableCors.call(app);',
    "on(app['enableCors']);",
  ])('leaves %s, with a comment', (code) => {
    const { files, left } = migrated(code);

    expect(left[0]?.reason).toContain('It is not called here');
    expect(files.get('/main.ts')).toContain('// cors-policy migrate: not translated.');
    expect(files.has('/app.module.ts')).toBe(false);
  });

  describe('with `paths` of tsconfig.json', () => {
    const files = {
      '/repo/tsconfig.base.json': `{
        // The paths of the repository.
        "compilerOptions": { "baseUrl": ".", "paths": { "@shop/*": ["src/*"], "@list": ["lists/origins.ts"] } },
      }`,
      '/repo/tsconfig.json': '{ "extends": "./tsconfig.base", "compilerOptions": { "strict": true } }',
      '/repo/src/main.ts': `import { list } from '@list';\n${mainOf('app.enableCors({ origin: list });').replace('./app.module', '@shop/app.module')}`,
      '/repo/src/app.module.ts': MODULE,
      '/repo/lists/origins.ts': "export const list = ['https://a.example'];\n",
    };
    const read = (sources: Readonly<Record<string, string>>): Migration =>
      migrate(readProject(ts, '/repo/src/main.ts', (path) => sources[path]));

    it('finds the root module, and what a list contains', () => {
      const { files: changed, left } = read(files);

      expect(left).toEqual([]);
      expect(changed.get('/repo/src/app.module.ts')).toContain("origin: 'https://a.example'");
    });

    it.each([
      ['the nearest file has none', { '/repo/src/tsconfig.json': '{ "extends": "@company/tsconfig" }' }],
      [
        'they are relative to their own file',
        {
          '/repo/tsconfig.json':
            '{ "compilerOptions": { "paths": { "@shop/*": ["./src/*"], "@list": ["./lists/origins"] } } }',
        },
      ],
      [
        'a name is below baseUrl',
        {
          '/repo/tsconfig.json':
            '{ "compilerOptions": { "baseUrl": "./lists", "paths": { "@shop/*": ["../src/*"], "@list": ["origins"] } } }',
        },
      ],
    ])('finds them where %s', (_where, more) => {
      expect(read({ ...files, ...more }).left).toEqual([]);
    });

    it('sees code that they lead to, which changes a list or turns CORS on', () => {
      const changes = { ...files, '/repo/lists/origins.ts': `${files['/repo/lists/origins.ts']}list.pop();\n` };
      const setUp = {
        ...files,
        '/repo/lists/origins.ts': `${files['/repo/lists/origins.ts']}export const on = (app) => app.enableCors();\n`,
      };

      expect(read(changes).left[0]?.reason).toContain('`origin: list` is not known');
      expect(read(setUp).left.map(({ place }) => place)).toContain('origins.ts:2');
    });

    it('does not follow files that extend each other for ever', () => {
      expect(
        read({ ...files, '/repo/tsconfig.base.json': '{ "extends": "./tsconfig.json" }' }).left[0]?.reason,
      ).toContain('not known');
    });
  });

  it.each([
    ['a number', 'const a = b * 2;\n  const b = a * 2;\n  app.enableCors({ maxAge: a });'],
    ['a sign', 'const a = -b;\n  const b = -a;\n  app.enableCors({ maxAge: a });'],
    [
      'a text',
      "const a = b || 'https://a.example';\n  const b = a || 'https://b.example';\n  app.enableCors({ origin: a });",
    ],
    [
      'a choice',
      "const a = process.env.A ? b : 'x';\n  const b = process.env.B ? a : 'y';\n  app.enableCors({ origin: a });",
    ],
    ['a call', 'const a = b.split(",");\n  const b = a.trim();\n  app.enableCors({ origin: a });'],
    ['a condition', 'const a = !b;\n  const b = !a;\n  if (a) app.enableCors();'],
    ['conditions', 'const a = b && b;\n  const b = a || a;\n  if (a) app.enableCors();'],
    ['a name', 'const a = b;\n  const b = a;\n  app.enableCors({ origin: a });'],
    ['itself', 'const a = a;\n  app.enableCors({ origin: a, credentials: a });'],
    ['a list that changes', 'const a = [b];\n  const b = [a];\n  app.enableCors({ origin: a });'],
  ])('leaves constants that depend on each other: %s', (_what, body) => {
    const { left, replaced } = migrated(body);

    expect(replaced).toEqual([]);
    expect(left[0]?.reason).toMatch(/not known|depends on/);
  });

  it.each(['undefined', 'null', 'false'])('reads the option cors: %s as none', (value) => {
    const main = mainOf('').replace('(AppModule)', `(AppModule, { cors: ${value} })`);

    expect(migrated('', { '/main.ts': main })).toMatchObject({ replaced: [], left: [] });
  });

  it('leaves the option cors before a spread, which may replace it', () => {
    const main = mainOf('').replace('(AppModule)', '(AppModule, { cors: true, ...more() })');

    expect(migrated('', { '/main.ts': main }).left[0]?.reason).toBe('What is spread after it may replace it.');
  });

  it('takes headers where allowedHeaders is empty, as cors does', () => {
    const { files } = migrated("app.enableCors({ allowedHeaders: '', headers: ['X-A'] });");

    expect(files.get('/app.module.ts')).toContain("allowedHeaders: ['X-A']");
  });

  it('asks for a condition when the app starts, after .env is read', () => {
    const { files } = migrated("if (process.env.NODE_ENV !== 'production') app.enableCors();");

    expect(files.get('/app.module.ts')).toContain(`    CorsModule.forRootAsync({
      useFactory: () => ({
        defaultPolicy: process.env.NODE_ENV !== 'production'
          ? {`);
  });

  it.each([
    ["process.env.A ? 'https://a.example' : 'https://b.example'", "(origin) => origin === (process.env.A ? '"],
    ['(process.env.A as string).split(",")', "process.env.A!.split(',')"],
  ])('writes code that compiles for %s', (origin, code) => {
    expect(migrated(`app.enableCors({ origin: ${origin} });`).files.get('/app.module.ts')).toContain(code);
  });

  it.each([
    ['a CorsModule of the app', `${MODULE}class CorsModule {}\n`],
    ['a spread', MODULE.replace('providers: []', '...base')],
  ])('leaves a root module that has %s', (_what, module) => {
    expect(migrated('app.enableCors();', { '/app.module.ts': module }).left[0]?.reason).toContain(
      'The @Module() of AppModule has',
    );
  });

  it("adds to imports that are written 'imports'", () => {
    const module = MODULE.replace('providers', "'imports'").replace("common';", "common'; // a remark");
    const text = migrated('app.enableCors();', { '/app.module.ts': module }).files.get('/app.module.ts')!;

    expect(text.match(/\bimports'?:/g)).toHaveLength(1);
    expect(text).toContain("common'; // a remark\n");
  });

  it('keeps line ends, a byte order mark, and the first line of a script', () => {
    const module = MODULE.replaceAll('\n', '\r\n');
    const { files } = migrated('app.enableCors();', { '/app.module.ts': module });
    const start = '\uFEFF#!/usr/bin/env node\n';
    const bare = { '/app.module.ts': start + MODULE.replace(/^import.*\n/, '') };

    expect(files.get('/app.module.ts')!.replaceAll('\r\n', '')).not.toContain('\n');
    expect(migrated('app.enableCors();', bare).files.get('/app.module.ts')).toMatch(
      /^\uFEFF#!.*\nimport \{ CorsModule/,
    );
  });

  it('keeps what is exported, and the comments of its neighbours; names those that go', () => {
    const exported = `export const options = { origin: 'https://a.example' };\n${mainOf('app.enableCors(options); // mine')}`;
    const option = mainOf('').replace(
      '(AppModule)',
      '(AppModule, {\n    bufferLogs: true, // one\n    cors: true,\n    // two\n    logger: false,\n  })',
    );
    const { files, notes } = migrated('', { '/main.ts': exported });

    expect(files.get('/main.ts')).toContain('export const options');
    expect(notes).toContain('A comment goes with the code: // mine');
    expect(migrated('', { '/main.ts': option }).files.get('/main.ts')).toContain(
      'bufferLogs: true, // one\n    // two\n    logger',
    );
  });

  it('writes a comment once', () => {
    const first = migrated('app.enableCors({ origin: secret() });').files.get('/main.ts')!;

    expect(migrated('', { '/main.ts': first }).files.get('/main.ts') ?? first).toBe(first);
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
