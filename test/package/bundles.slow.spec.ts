import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { transformFile } from '@swc/core';
import { build, type BuildOptions, stop } from 'esbuild';
import ts from 'typescript';
import { builtLibrary } from '../support/built-library.js';

/*
 * Real bundles of a small app, as users make them, and the results of the command for them. `node_modules` of the app
 * has only the packed library and the platform. On Express it has no router of Fastify.
 */

const run = promisify(execFile);

const PLATFORMS = { express: 'ExpressAdapter', fastify: 'FastifyAdapter' } as const;
type PlatformName = keyof typeof PLATFORMS;

const COMPILER_OPTIONS = {
  module: 'commonjs',
  moduleResolution: 'node10',
  ignoreDeprecations: '6.0',
  target: 'es2022',
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  outDir: 'dist',
  rootDir: 'src',
  types: [],
  skipLibCheck: true,
};

const PACKAGES = {
  express: ['@nestjs/platform-express'],
  fastify: ['@nestjs/platform-fastify', 'find-my-way', 'path-to-regexp'],
  both: [
    '@nestjs/cli',
    '@nestjs/common',
    '@nestjs/core',
    'reflect-metadata',
    'rxjs',
    'tldts',
    'ts-loader',
    'typescript',
  ],
};

/** Packages that Nest imports only if they are installed. Every bundle of a Nest app leaves them out. */
const OPTIONAL = [
  '@fastify/multipart',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
];

/** A banner that defines `require` for CommonJS code inside an ES module. */
const REQUIRE_IN_ESM =
  "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

function mainFile(platform: PlatformName, path = 'orders'): string {
  const adapter = PLATFORMS[platform];
  return `
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ${adapter} } from '@nestjs/platform-${platform}';
import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';

@Controller('${path}')
class OrdersController {
  @CorsPolicy('app')
  @Get(':id')
  get(): string { return ''; }
}

@Module({
  imports: [CorsModule.forRoot({ policies: { app: { origin: 'https://app.example' } } })],
  controllers: [OrdersController],
})
class AppModule {}

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule, new ${adapter}(), { logger: false });
  await app.listen(0, '127.0.0.1');
  console.log('it listens');
}
void bootstrap();
`;
}

describe('the command, on a bundle', () => {
  let library: string;
  let home: string;
  const folders = new Map<PlatformName, string>();

  /** The folder of an app with installed packages. */
  async function prepare(platform: PlatformName, name: string = platform): Promise<string> {
    const folder = await mkdtemp(join(home, `${name}-`));
    const installed = join(folder, 'node_modules/nestjs-cors-policy');
    await mkdir(installed, { recursive: true });
    await cp(library, join(installed, 'dist'), { recursive: true });
    await cp('package.json', join(installed, 'package.json'));
    for (const name of [...PACKAGES.both, ...PACKAGES[platform]]) {
      const link = join(folder, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(resolve('node_modules', name), link);
    }
    await mkdir(join(folder, 'src'));
    const main = mainFile(platform);
    await writeFile(join(folder, 'src/main.ts'), main);
    const { outputText } = ts.transpileModule(main, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, experimentalDecorators: true },
    });
    await writeFile(join(folder, 'src/main.cjs'), outputText);
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['src'] }),
    );
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'bundled', private: true }));
    await writeFile(
      join(folder, 'bundler.config.cjs'),
      `module.exports = (options) => ({ ...options, externals: ${JSON.stringify(OPTIONAL)}.map((name) => new RegExp('^' + name)) });`,
    );
    return folder;
  }

  /** Moves a bundle that needs no package to a folder without packages. */
  async function away(file: string): Promise<string> {
    const alone = await mkdtemp(join(home, 'alone-'));
    await rename(dirname(file), join(alone, 'dist'));
    return join(alone, 'dist', file.slice(dirname(file).length + 1));
  }

  async function nestBuilt(
    builder: 'webpack' | 'rspack',
    platform: PlatformName,
    everything: boolean,
  ): Promise<string> {
    const folder = folders.get(platform)!;
    const options = everything ? [`--${builder}Path`, 'bundler.config.cjs'] : [];
    const nest = resolve('node_modules/@nestjs/cli/bin/nest.js');
    await run(process.execPath, [nest, 'build', '--builder', builder, ...options], { cwd: folder });
    const file = join(folder, 'dist/main.js');
    return everything ? away(file) : file;
  }

  async function swcBuilt(platform: PlatformName, type: 'commonjs' | 'es6'): Promise<string> {
    const folder = folders.get(platform)!;
    const { code } = await transformFile(join(folder, 'src/main.ts'), {
      swcrc: false,
      module: { type },
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
    });
    const file = join(folder, 'compiled', type === 'es6' ? 'main.mjs' : 'main.cjs');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, code);
    return file;
  }

  async function esbuilt(platform: PlatformName, entry: string, options: BuildOptions): Promise<string> {
    const folder = folders.get(platform)!;
    const everything = options.packages !== 'external';
    const file = join(folder, 'bundled', options.format === 'esm' ? 'main.mjs' : 'main.cjs');
    const { warnings } = await build({
      absWorkingDir: folder,
      entryPoints: [entry],
      outfile: file,
      bundle: true,
      platform: 'node',
      // In several places Nest distinguishes providers by their names.
      keepNames: true,
      logLevel: 'silent',
      ...(everything ? { external: OPTIONAL.flatMap((name) => [name, `${name}/*`]) } : {}),
      ...(options.format === 'esm' ? { banner: { js: REQUIRE_IN_ESM } } : {}),
      ...options,
    });
    expect(warnings).toEqual([]);
    return everything ? away(file) : file;
  }

  beforeAll(async () => {
    library = await builtLibrary();
    home = await mkdtemp(join(tmpdir(), 'bundles-'));
    for (const platform of ['express', 'fastify'] as const) {
      folders.set(platform, await prepare(platform));
    }
  }, 120_000);

  afterAll(async () => {
    // Without this, its process keeps the test run alive.
    await stop();
    await rm(home, { recursive: true, force: true });
  });

  it.each([
    ['webpack', 'dist/apps/shop/main.js'],
    ['rspack', 'dist/apps/shop/main'],
  ])(
    'finds the app of a Nest monorepo (%s) from its root, by the name %s',
    async (builder, file) => {
      const root = await prepare('express', 'monorepo');
      for (const name of ['shop', 'admin']) {
        const folder = join(root, 'apps', name);
        await mkdir(join(folder, 'src'), { recursive: true });
        await writeFile(join(folder, 'src/main.ts'), mainFile('express', name));
        const settings = { ...COMPILER_OPTIONS, outDir: `../../dist/apps/${name}` };
        await writeFile(
          join(folder, 'tsconfig.app.json'),
          JSON.stringify({ compilerOptions: settings, include: ['src'] }),
        );
      }
      const project = (name: string): object => ({
        type: 'application',
        root: `apps/${name}`,
        entryFile: 'main',
        sourceRoot: `apps/${name}/src`,
        compilerOptions: { tsConfigPath: `apps/${name}/tsconfig.app.json` },
      });
      const compilerOptions = { builder, tsConfigPath: 'apps/shop/tsconfig.app.json' };
      const projects = { shop: project('shop'), admin: project('admin') };
      const settings = { monorepo: true, root: 'apps/shop', sourceRoot: 'apps/shop/src', compilerOptions, projects };
      await writeFile(join(root, 'nest-cli.json'), JSON.stringify(settings));
      for (const name of ['shop', 'admin']) {
        await run(process.execPath, [resolve('node_modules/@nestjs/cli/bin/nest.js'), 'build', name], { cwd: root });
      }

      const routes = async (name: string): Promise<unknown> => {
        const { stdout } = await run(process.execPath, [join(library, 'esm/cli.js'), 'routes', name, '--json'], {
          cwd: root,
        });
        return (JSON.parse(stdout) as { routes: { path: string }[] }).routes.map(({ path }) => path);
      };
      expect(await routes(file)).toEqual(['/shop/:id']);
      expect(await routes(file.replace('shop', 'admin'))).toEqual(['/admin/:id']);
    },
    180_000,
  );

  it.each<[what: string, platform: PlatformName, make: () => Promise<string>]>([
    ['nest build with webpack', 'express', () => nestBuilt('webpack', 'express', false)],
    ['nest build with webpack, everything inside', 'express', () => nestBuilt('webpack', 'express', true)],
    ['nest build with webpack, everything inside', 'fastify', () => nestBuilt('webpack', 'fastify', true)],
    ['nest build with rspack', 'express', () => nestBuilt('rspack', 'express', false)],
    ['nest build with rspack, everything inside', 'express', () => nestBuilt('rspack', 'express', true)],
    ['nest build with rspack, everything inside', 'fastify', () => nestBuilt('rspack', 'fastify', true)],
    ['swc, CommonJS', 'express', () => swcBuilt('express', 'commonjs')],
    ['swc, an ES module', 'express', () => swcBuilt('express', 'es6')],
    ['swc, CommonJS', 'fastify', () => swcBuilt('fastify', 'commonjs')],
    ['esbuild, CommonJS', 'express', () => esbuilt('express', 'src/main.ts', { format: 'cjs', packages: 'external' })],
    [
      'esbuild, an ES module',
      'express',
      () => esbuilt('express', 'src/main.ts', { format: 'esm', packages: 'external' }),
    ],
    ['esbuild, CommonJS with everything inside', 'express', () => esbuilt('express', 'src/main.ts', { format: 'cjs' })],
    [
      'esbuild, an ES module with everything inside',
      'express',
      () => esbuilt('express', 'src/main.ts', { format: 'esm' }),
    ],
    ['esbuild after tsc, everything inside', 'express', () => esbuilt('express', 'src/main.cjs', { format: 'cjs' })],
    ['esbuild, CommonJS with everything inside', 'fastify', () => esbuilt('fastify', 'src/main.ts', { format: 'cjs' })],
    ['esbuild after tsc, everything inside', 'fastify', () => esbuilt('fastify', 'src/main.cjs', { format: 'cjs' })],
  ])(
    'finds the routes of %s (%s), and does not let it listen',
    async (_what, _platform, make) => {
      const file = await make();
      const command = join(library, 'esm/cli.js');
      const { stdout, stderr } = await run(process.execPath, [command, 'routes', file, '--json']);
      expect(stderr).not.toContain('it listens');
      expect((JSON.parse(stdout) as { routes: unknown[] }).routes).toEqual([
        expect.objectContaining({
          path: '/orders/:id',
          handler: 'OrdersController.get',
          policy: expect.objectContaining({ name: 'app', origin: ['https://app.example'] }),
        }),
      ]);
      const question = ['--url', '/orders/7', '--origin', 'https://app.example', '--json'];
      const explained = await run(process.execPath, [command, 'explain', file, ...question]);
      expect(JSON.parse(explained.stdout)).toMatchObject({ verdict: 'allowed', route: { params: { id: '7' } } });
    },
    180_000,
  );
});
