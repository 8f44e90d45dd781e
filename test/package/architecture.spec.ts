import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const depcruise = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const config = resolve('.dependency-cruiser.cjs');

interface Report {
  readonly summary: { readonly violations: readonly { from: string; to: string; rule: { name: string } }[] };
}

/** Violations as `rule: from -> to`. */
function check(root: string): Promise<string[]> {
  const args = [depcruise, '--config', config, '--output-type', 'json', 'lib'];
  return new Promise((done, fail) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 2 ** 26 }, (_error, stdout, stderr) => {
      try {
        const { violations } = (JSON.parse(stdout) as Report).summary;
        done(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`));
      } catch {
        fail(new Error(stderr + stdout));
      }
    });
  });
}

const packages = [
  ...['@nestjs/core', '@nestjs/common', '@nestjs/platform-express', 'express', '@types/express'],
  ...['@nestjs/platform-fastify', 'fastify', '@fastify/cors', 'find-my-way'],
  ...['tldts', 'rxjs', 'pg', 'ioredis', 'typeorm', 'some-dev-tool', 'not-in-package-json'],
];
const manifest = {
  name: 'fixture',
  type: 'module',
  dependencies: { tldts: '1' },
  peerDependencies: {
    '@nestjs/core': '1',
    '@nestjs/common': '1',
    'find-my-way': '1',
    rxjs: '1',
    pg: '1',
    ioredis: '1',
    typeorm: '1',
  },
  devDependencies: Object.fromEntries(packages.slice(0, -1).map((name) => [name, '1'])),
};

/** Lays a package with these sources and stubs of the packages above. The entry reaches every source. */
async function lay(sources: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'walls-'));
  const stubs = packages.flatMap((name) => [
    [
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, type: 'module', exports: { '.': './index.js', './*': './*' } }),
    ],
    [`node_modules/${name}/index.js`, 'export default 1;'],
    [`node_modules/${name}/index.d.ts`, 'export type T = 1; declare const value: 1; export default value;'],
    [`node_modules/${name}/deep/private.js`, 'export default 1;'],
  ]);
  const entry = Object.keys(sources)
    .filter((path) => path.startsWith('lib/') && !path.includes('orphan'))
    .map((path) => `export * from './${path.slice('lib/'.length).replace(/ts$/, 'js')}';\n`);
  const files = {
    ...Object.fromEntries(stubs),
    'package.json': JSON.stringify(manifest),
    'lib/index.ts': entry.join(''),
  };
  for (const [path, text] of Object.entries<string>({ ...files, ...sources })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await copyFile('tsconfig.json', join(root, 'tsconfig.json'));
  return root;
}

const plain = 'export const a = 1;';
const uses = (path: string): string => `import { a } from '${path}';\nexport const b = a;`;
const usesType = (path: string): string => `import type { T } from '${path}';\nexport type B = T;`;

/** What breaks each rule: the rule's name, the file that breaks it, its text. */
const offences: [rule: string, file: string, text: string][] = [
  ['core-uses-only-itself', 'lib/core/to-allowlists.ts', uses('../allowlists/a.js')],
  ['core-uses-only-itself', 'lib/core/to-routing.ts', usesType('../routing/a.js')],
  ['core-uses-only-itself', 'lib/core/to-platform.ts', uses('../platform/a.js')],
  ['core-uses-only-itself', 'lib/core/to-module.ts', `export * from '../module/a.js';`],
  ['core-uses-only-itself', 'lib/core/to-index.ts', uses('../index.js')],
  ['core-is-pure', 'lib/core/to-package.ts', uses('rxjs')],
  ['core-is-pure', 'lib/core/to-package-types.ts', usesType('rxjs')],
  ['core-is-pure', 'lib/core/to-builtin.ts', uses('node:net')],
  ['core-is-pure', 'lib/core/to-builtin-types.ts', usesType('http')],
  ['core-is-pure', 'lib/core/to-package-later.ts', `export const a = () => import('rxjs');`],
  ['allowlists-uses-only-core', 'lib/allowlists/to-routing.ts', uses('../routing/a.js')],
  ['allowlists-uses-only-core', 'lib/allowlists/to-platform.ts', uses('../platform/a.js')],
  ['allowlists-uses-only-core', 'lib/allowlists/to-module.ts', usesType('../module/a.js')],
  ['postgres-uses-only-core-allowlists', 'lib/postgres/to-module.ts', usesType('../module/a.js')],
  ['postgres-uses-only-core-allowlists', 'lib/postgres/to-redis.ts', uses('../redis/a.js')],
  ['typeorm-uses-only-core-allowlists-module', 'lib/typeorm/to-platform.ts', usesType('../platform/a.js')],
  ['typeorm-uses-only-core-allowlists-module', 'lib/typeorm/to-redis.ts', uses('../redis/a.js')],
  ['redis-uses-only-core-allowlists', 'lib/redis/to-module.ts', uses('../module/a.js')],
  ['redis-uses-only-core-allowlists', 'lib/redis/to-postgres.ts', usesType('../postgres/a.js')],
  ['routing-uses-only-core', 'lib/routing/to-allowlists.ts', uses('../allowlists/a.js')],
  ['routing-uses-only-core', 'lib/routing/to-platform.ts', usesType('../platform/a.js')],
  ['routing-uses-only-core', 'lib/routing/to-module.ts', uses('../module/a.js')],
  ['platform-uses-only-core', 'lib/platform/to-allowlists.ts', usesType('../allowlists/a.js')],
  ['platform-uses-only-core', 'lib/platform/to-routing.ts', uses('../routing/a.js')],
  ['platform-uses-only-core', 'lib/platform/to-module.ts', uses('../module/a.js')],
  [
    'module-uses-only-core-allowlists-routing-platform',
    'lib/module/to-testing.ts',
    `export const a = () => import('../testing/a.js');`,
  ],
  ['module-uses-only-core-allowlists-routing-platform', 'lib/module/to-cli.ts', usesType('../cli/a.js')],
  ['testing-uses-only-core-module', 'lib/testing/to-platform.ts', uses('../platform/a.js')],
  ['testing-uses-only-core-module', 'lib/testing/to-cli.ts', uses('../cli/a.js')],
  ['devtools-uses-only-core-module', 'lib/devtools/to-platform.ts', usesType('../platform/a.js')],
  ['devtools-uses-only-core-module', 'lib/devtools/to-testing.ts', uses('../testing/a.js')],
  ['cli-uses-only-core-module', 'lib/cli/to-routing.ts', uses('../routing/a.js')],
  ['lib-stands-alone', 'lib/module/to-test.ts', uses('../../test/a.js')],
  ['everything-resolves', 'lib/module/to-nowhere.ts', uses('./nowhere.js')],
  ['everything-resolves', 'lib/module/to-no-package.ts', usesType('no-such-package')],
  ['no-cycles', 'lib/module/chicken.ts', uses('./egg.js')],
  ['no-orphans', 'lib/module/orphan.ts', plain],
  [
    'platform-packages-as-types-only',
    'lib/platform/to-express.ts',
    `import { b, type T } from 'express';
export const a = b as T;`,
  ],
  ['platform-packages-as-types-only', 'lib/platform/to-express-again.ts', `export { b, type T } from 'express';`],
  ['platform-packages-as-types-only', 'lib/platform/to-express-later.ts', `export const a = () => import('express');`],
  ['platform-packages-as-types-only', 'lib/platform/to-nest-express.ts', uses('@nestjs/platform-express')],
  ['platform-packages-as-types-only', 'lib/platform/to-nest-fastify.ts', uses('@nestjs/platform-fastify')],
  ['platform-packages-as-types-only', 'lib/platform/to-fastify.ts', `import 'fastify';`],
  ['platform-packages-as-types-only', 'lib/module/to-fastify-cors.ts', `export * from '@fastify/cors';`],
  ['platform-routers-in-one-place', 'lib/routing/to-find-my-way.ts', uses('find-my-way')],
  ['platform-routers-lazily', 'lib/module/boot/platforms.ts', uses('find-my-way')],
  ['declared-packages-only', 'lib/module/to-dev-tool.ts', uses('some-dev-tool')],
  ['declared-packages-only', 'lib/allowlists/to-undeclared.ts', uses('not-in-package-json')],
  ['tldts-in-one-file', 'lib/module/to-tldts.ts', usesType('tldts')],
  ['pg-in-its-room', 'lib/allowlists/to-pg.ts', uses('pg')],
  ['typeorm-in-its-room', 'lib/module/to-typeorm.ts', usesType('typeorm')],
  ['redis-in-its-room', 'lib/module/to-ioredis.ts', usesType('ioredis')],
  ['nest-internals-in-one-file', 'lib/module/to-nest-core.ts', uses('@nestjs/core/deep/private.js')],
  ['nest-internals-in-one-file', 'lib/routing/to-nest-common.ts', usesType('@nestjs/common/deep/private.js')],
];

const rooms = ['core', 'allowlists', 'routing', 'platform', 'module'];

describe('the walls', () => {
  const roots: string[] = [];
  let broken: string[];

  async function violations(sources: Record<string, string>): Promise<string[]> {
    const root = await lay(sources);
    roots.push(root);
    return check(root);
  }

  beforeAll(async () => {
    broken = await violations({
      ...Object.fromEntries(
        [...rooms, 'postgres', 'redis', 'typeorm', 'testing', 'devtools', 'cli'].map((room) => [
          `lib/${room}/a.ts`,
          plain,
        ]),
      ),
      ...Object.fromEntries(offences.map(([, file, text]) => [file, text])),
      'lib/attic/a.ts': plain,
      'lib/module/egg.ts': usesType('./chicken.js'),
      'test/a.ts': plain,
    });
  }, 60_000);

  afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true }))));

  it.each(offences)('%s bites at %s', (rule, file) => {
    expect(broken).toContainEqual(expect.stringMatching(new RegExp(`^${rule}: ${file.replaceAll('.', '\\.')} -> `)));
  });

  it('every-file-has-a-room bites where another file uses the stranger', () => {
    expect(broken).toContain('every-file-has-a-room: lib/index.ts -> lib/attic/a.ts');
  });

  it('let everything through that runs with the arrows', async () => {
    const inward = rooms.slice(0, -1).map((room, at) => `import { a as a${at} } from '../${room}/a.js';`);
    expect(
      await violations({
        'lib/core/a.ts': plain,
        'lib/allowlists/a.ts': `import 'node:fs';\nimport 'rxjs';\nexport { a } from '../core/a.js';`,
        'lib/postgres/a.ts': `import 'pg';\nexport { a } from '../allowlists/a.js';`,
        'lib/typeorm/a.ts': `import 'typeorm';\nexport { a } from '../module/a.js';`,
        'lib/redis/a.ts': `import 'ioredis';\nexport { a } from '../allowlists/a.js';`,
        'lib/routing/a.ts': `export { a } from '../core/a.js';`,
        'lib/platform/a.ts': `import { type T } from 'express';\nimport type { T as F } from 'fastify';\nimport type { T as W } from 'find-my-way';\nexport type A = T | F | W;\nexport { a } from '../core/a.js';`,
        'lib/module/a.ts': [
          ...inward,
          `import '@nestjs/core';\nimport type { T } from '@nestjs/common';\nexport type A = T;`,
        ].join('\n'),
        'lib/module/boot/nest-internals.ts': `import '@nestjs/core/deep/private.js';`,
        'lib/module/boot/platforms.ts': `export const later = () => import('find-my-way');`,
        'lib/module/configuration/public-suffix.ts': `import 'tldts';`,
        'lib/testing/b.ts': `export { a } from '../core/a.js';`,
        'lib/devtools/b.ts': `import 'node:http';\nexport { a } from '../module/a.js';`,
        'lib/devtools.ts': `export { a } from './devtools/b.js';`,
        'lib/testing.ts': `export { a } from './testing/b.js';`,
      }),
    ).toEqual([]);
  }, 60_000);

  it('stand in the library', async () => {
    expect(await check('.')).toEqual([]);
  }, 60_000);
});
