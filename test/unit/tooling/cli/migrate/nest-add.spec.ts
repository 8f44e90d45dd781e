import { tmpdir } from 'node:os';
import { migrateSources } from '../../../../../lib/tooling/cli/migrate/migrate-sources.js';
import { nestAdd } from '../../../../../lib/tooling/cli/migrate/nest-add.js';

const MODULE = `import { Module } from '@nestjs/common';

@Module({
  imports: [],
})
export class AppModule {}
`;

const mainOf = (body: string, root = './app.module.js'): string =>
  `import { NestFactory } from '@nestjs/core';\nimport { AppModule } from '${root}';\n\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule);\n  ${body}\n  await app.listen(3000);\n}\nvoid bootstrap();\n`;

/** Runs the schematic on files, as the schematics CLI does. */
function added(
  files: Readonly<Record<string, string>>,
  options: Parameters<typeof nestAdd>[0] = { sourceRoot: 'src' },
): { readonly files: Readonly<Record<string, string>>; readonly said: string } {
  const changed: Record<string, string> = { ...files };
  const said: string[] = [];
  const tree = {
    read: (path: string) => (changed[path] === undefined ? null : Buffer.from(changed[path])),
    overwrite: (path: string, text: string) => void (changed[path] = text),
  };
  nestAdd(options)(tree, { logger: { info: (text) => void said.push(text) } });
  return { files: changed, said: said.join('\n') };
}

const APP = { '/src/main.ts': mainOf(''), '/src/app.module.ts': MODULE };

describe('nest add', () => {
  it('adds a policy that is closed to an app without CORS, and says what comes next', () => {
    const { files, said } = added(APP);

    expect(files['/src/app.module.ts']).toBe(`import { Module } from '@nestjs/common';
import { CorsModule } from 'nestjs-cors-policy';

@Module({
  imports: [
    CorsModule.forRoot({
      defaultPolicy: {
        // Closed: no page of another origin may read a response. List the origins of your pages,
        // for example: origin: ['https://app.example.com']
        origin: false,
      },
    }),
  ],
})
export class AppModule {}
`);
    expect(files['/src/main.ts']).toBe(APP['/src/main.ts']);
    expect(said).toContain('It is closed');
    expect(said).toMatch(
      /Next:\n {2}- List the origins.*\n.*@CorsPolicy.*\n.*npx cors-policy routes.*\n.*policies\.md$/,
    );
  });

  it('changes nothing the second time', () => {
    const first = added(APP).files;
    const { files, said } = added(first);

    expect(files).toEqual(first);
    expect(said).toBe('The app imports nestjs-cors-policy already, in /src/app.module.ts. Nothing is changed.');
  });

  it('replaces enableCors() by the same policy, as migrate does', () => {
    const { files, said } = added({
      ...APP,
      '/src/main.ts': mainOf("app.enableCors({ origin: 'https://a.example', credentials: true });"),
    });

    expect(files['/src/main.ts']).not.toContain('enableCors');
    expect(files['/src/app.module.ts']).toContain("origin: 'https://a.example',\n        credentials: true,");
    expect(said).toContain('Replaced by the default policy of CorsModule.forRoot():\n  - main.ts:6: app.enableCors(…)');
    expect(said).not.toContain('It is closed');
  });

  it('adds nothing beside CORS that it cannot translate, and says why', () => {
    const { files, said } = added({ ...APP, '/src/main.ts': mainOf('app.enableCors(secret());') });

    expect(files['/src/main.ts']).toContain('// cors-policy migrate: not translated.');
    expect(files['/src/app.module.ts']).toBe(MODULE);
    expect(said).toContain('main.ts:6: app.enableCors(…). The options `secret()` are not known');
    expect(said).toContain('No policy is added');
  });

  describe('in a monorepo', () => {
    const repository = {
      '/nest-cli.json': JSON.stringify({
        sourceRoot: 'apps/shop/src',
        projects: {
          shop: { sourceRoot: 'apps/shop/src' },
          api: { sourceRoot: 'apps/api/src', entryFile: 'server' },
          common: { type: 'library', sourceRoot: 'libs/common/src', entryFile: 'index' },
          none: { type: 'library', sourceRoot: 'libs/none/src' },
        },
      }),
      '/apps/shop/src/main.ts': mainOf(''),
      '/apps/shop/src/app.module.ts': MODULE,
      '/apps/api/src/server.ts': mainOf('', './api.module'),
      '/apps/api/src/api.module.ts': MODULE,
      '/libs/common/src/index.ts': 'export {};\n',
    };

    it.each([
      [{}, '/apps/shop/src/app.module.ts'],
      [{ sourceRoot: 'apps/shop/src' }, '/apps/shop/src/app.module.ts'],
      [{ sourceRoot: 'apps/api/src' }, '/apps/api/src/api.module.ts'],
      [{ project: 'api' }, '/apps/api/src/api.module.ts'],
    ])('changes the project of %j', (options, path) => {
      const { files } = added(repository, options);
      const changed = Object.keys(files).filter((each) => files[each]!.includes('CorsModule.forRoot('));

      expect(changed).toEqual([path]);
    });

    it.each([
      [{ project: 'shopp' }, 'nest-cli.json has no project shopp. Its projects: shop, api, common, none.'],
      [{ sourceRoot: 'libs/none/src' }, 'There is no file libs/none/src/main.ts. Name a project that has an app'],
      [{ project: 'common' }, 'The file has no call of NestFactory.create().'],
    ])('says what is wrong with %j', (options, says) => {
      expect(() => added(repository, options)).toThrow(says);
    });
  });

  it('says where it cannot add the module', () => {
    const main = mainOf('').replace("from './app.module.js'", "from '@company/app'");

    expect(() => added({ ...APP, '/src/main.ts': main })).toThrow(
      /The class of the root module, .* is not in a file .*\nAdd CorsModule\.forRoot\(\) to the imports of the root module by hand\./,
    );
  });

  it('says that TypeScript is missing', () => {
    const folder = `${tmpdir()}/no-such-project`;

    expect(() => migrateSources(folder, `${folder}/src/main.ts`, () => mainOf(''), 'start')).toThrow(
      'TypeScript, which migrate reads the sources with, is not installed in',
    );
  });
});
