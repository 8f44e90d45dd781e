import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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
  ...[
    'tldts',
    'rxjs',
    'pg',
    'ioredis',
    'typeorm',
    'ws',
    'socket.io',
    '@nestjs/websockets',
    'some-dev-tool',
    'not-in-package-json',
  ],
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
    ws: '1',
    'socket.io': '1',
    '@nestjs/websockets': '1',
  },
  devDependencies: Object.fromEntries(packages.slice(0, -1).map((name) => [name, '1'])),
};

/** Writes a package with these sources and stubs of the packages above. Its entry imports every source. */
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

/** The folders that each folder may use besides itself and `core`, as in docs/architecture.md. */
const folders: Readonly<Record<string, readonly string[]>> = {
  core: [],
  routing: [],
  engine: ['routing'],
  platform: ['engine', 'routing'],
  pipeline: ['engine', 'platform', 'routing'],
  providers: [],
  config: ['providers', 'platform', 'engine', 'routing'],
  discovery: ['config', 'providers', 'platform', 'engine', 'routing'],
  inspect: ['discovery', 'config', 'providers', 'pipeline', 'platform', 'engine', 'routing'],
  nest: ['inspect', 'discovery', 'config', 'providers', 'pipeline', 'platform', 'engine', 'routing'],
  integrations: ['nest', 'inspect', 'discovery', 'config', 'providers'],
  tooling: ['nest', 'inspect', 'discovery', 'config', 'providers', 'pipeline', 'platform', 'engine', 'routing'],
};

/** One forbidden import from each folder to each folder that it may not use, of a value or of a type in turn. */
const backwards = Object.entries(folders).flatMap(([folder, others]) =>
  Object.keys(folders)
    .filter((other) => other !== folder && other !== 'core' && !others.includes(other))
    .map((other, index): [string, string, string] => [
      `${folder}-uses-only-${[...others, 'core'].join('-')}`,
      `lib/${folder}/to-${other}.ts`,
      (index % 2 === 0 ? uses : usesType)(`../${other}/a.js`),
    ]),
);

/** An offence against each rule: the name of the rule, the file and its text. */
const offences: [rule: string, file: string, text: string][] = [
  ...backwards,
  ['core-uses-only-core', 'lib/core/to-index.ts', uses('../index.js')],
  ['integrations-do-not-use-each-other', 'lib/integrations/postgres/to-redis.ts', uses('../redis/a.js')],
  ['tooling-do-not-use-each-other', 'lib/tooling/cli/to-testing.ts', usesType('../testing/a.js')],
  ['core-is-pure', 'lib/core/to-package.ts', uses('rxjs')],
  ['core-is-pure', 'lib/core/to-package-types.ts', usesType('rxjs')],
  ['core-is-pure', 'lib/core/to-builtin.ts', uses('node:net')],
  ['core-is-pure', 'lib/core/to-builtin-types.ts', usesType('http')],
  ['core-is-pure', 'lib/core/to-package-later.ts', `export const a = () => import('rxjs');`],
  ['lib-is-independent', 'lib/nest/to-test.ts', uses('../../test/a.js')],
  ['everything-resolves', 'lib/nest/to-nowhere.ts', uses('./nowhere.js')],
  ['everything-resolves', 'lib/nest/to-no-package.ts', usesType('no-such-package')],
  ['no-cycles', 'lib/nest/chicken.ts', uses('./egg.js')],
  ['no-orphans', 'lib/nest/orphan.ts', plain],
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
  ['platform-packages-as-types-only', 'lib/nest/to-fastify-cors.ts', `export * from '@fastify/cors';`],
  ['platform-routers-in-one-place', 'lib/routing/to-find-my-way.ts', uses('find-my-way')],
  ['platform-routers-lazily', 'lib/discovery/platforms.ts', uses('find-my-way')],
  ['declared-packages-only', 'lib/nest/to-dev-tool.ts', uses('some-dev-tool')],
  ['declared-packages-only', 'lib/providers/to-undeclared.ts', uses('not-in-package-json')],
  ['page-scripts-are-for-the-browser', 'lib/tooling/devtools/page/app/to-server.ts', uses('../../b.js')],
  ['page-scripts-are-for-the-browser', 'lib/tooling/devtools/page/app/to-builtin.ts', `import 'node:fs';`],
  ['page-scripts-stay-in-the-browser', 'lib/tooling/devtools/to-page.ts', uses('./page/app/a.js')],
  ['tldts-in-one-file', 'lib/nest/to-tldts.ts', usesType('tldts')],
  ['pg-in-its-folder', 'lib/providers/to-pg.ts', uses('pg')],
  ['typeorm-in-its-folder', 'lib/nest/to-typeorm.ts', usesType('typeorm')],
  ['redis-in-its-folder', 'lib/nest/to-ioredis.ts', usesType('ioredis')],
  ['socket-packages-nowhere', 'lib/integrations/websockets/to-ws.ts', uses('ws')],
  ['socket-packages-nowhere', 'lib/nest/to-socket-io.ts', usesType('socket.io')],
  ['socket-packages-nowhere', 'lib/discovery/to-websockets.ts', usesType('@nestjs/websockets')],
  ['nest-internals-in-one-file', 'lib/nest/to-nest-core.ts', uses('@nestjs/core/deep/private.js')],
  ['nest-internals-in-one-file', 'lib/routing/to-nest-common.ts', usesType('@nestjs/common/deep/private.js')],
];

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
      ...Object.fromEntries(Object.keys(folders).map((folder) => [`lib/${folder}/a.ts`, plain])),
      'lib/integrations/redis/a.ts': plain,
      'lib/tooling/testing/a.ts': plain,
      'lib/tooling/devtools/b.ts': plain,
      'lib/tooling/devtools/page/app/a.ts': plain,
      ...Object.fromEntries(offences.map(([, file, text]) => [file, text])),
      'lib/attic/a.ts': plain,
      'lib/nest/egg.ts': usesType('./chicken.js'),
      'test/a.ts': plain,
    });
  }, 60_000);

  afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true }))));

  it.each(offences)('%s finds %s', (rule, file) => {
    expect(broken).toContainEqual(expect.stringMatching(new RegExp(`^${rule}: ${file.replaceAll('.', '\\.')} -> `)));
  });

  it('every-file-has-a-folder finds a stray file that another file uses', () => {
    expect(broken).toContain('every-file-has-a-folder: lib/index.ts -> lib/attic/a.ts');
  });

  it('allow every import in the direction of the arrows', async () => {
    const inward = (folder: string): string =>
      ['core', ...folders[folder]!].map((other, at) => `import { a as a${at} } from '../${other}/a.js';`).join('\n');
    expect(
      await violations({
        ...Object.fromEntries(
          Object.keys(folders).map((folder) => [
            `lib/${folder}/a.ts`,
            folder === 'core' ? plain : `${inward(folder)}\n${plain}`,
          ]),
        ),
        'lib/providers/b.ts': `import 'node:fs';\nimport 'rxjs';\n${plain}`,
        'lib/integrations/postgres/a.ts': `import 'pg';\nexport { a } from '../../providers/a.js';`,
        'lib/integrations/typeorm/a.ts': `import 'typeorm';\nexport { a } from '../../nest/a.js';`,
        'lib/integrations/redis/a.ts': `import 'ioredis';\nexport { a } from '../../providers/a.js';`,
        'lib/platform/b.ts': `import { type T } from 'express';\nimport type { T as F } from 'fastify';\nimport type { T as W } from 'find-my-way';\nexport type A = T | F | W;`,
        'lib/nest/b.ts': `import '@nestjs/core';\nimport type { T } from '@nestjs/common';\nexport type A = T;`,
        'lib/discovery/nest-internals.ts': `import '@nestjs/core/deep/private.js';`,
        'lib/discovery/platforms.ts': `export const later = () => import('find-my-way');`,
        'lib/config/public-suffix-list.cts': `import 'tldts';`,
        'lib/tooling/testing/b.ts': `export { a } from '../../core/a.js';`,
        'lib/tooling/devtools/b.ts': `import 'node:http';\nexport { a } from '../../nest/a.js';`,
        'lib/tooling/devtools/page/app/orphan.ts': `import type { a } from '../../b.js';\nexport type A = typeof a;`,
        'lib/devtools.ts': `export { a } from './tooling/devtools/b.js';`,
        'lib/testing.ts': `export { a } from './tooling/testing/b.js';`,
      }),
    ).toEqual([]);
  }, 60_000);
});

describe('a type name', () => {
  const DECLARED = /^(?:export )?(?:declare )?(?:abstract )?(?:class|enum|interface|type) (\w+)/gm;

  const PAGE = /^tooling\/devtools\/page\/(?!files\.ts)/;
  const files = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));

  // The scripts of the development page are a program of their own.
  it.each([
    ['the library', files.filter((file) => !PAGE.test(file)), 300],
    ['the development page', files.filter((file) => PAGE.test(file)), 20],
  ])('is declared in one file of %s', (_program, ofProgram, least) => {
    const places = new Map<string, Set<string>>();
    for (const file of ofProgram) {
      for (const [, name = ''] of readFileSync(join('lib', file), 'utf8').matchAll(DECLARED)) {
        places.set(name, (places.get(name) ?? new Set()).add(file));
      }
    }
    expect(places.size).toBeGreaterThan(least);
    expect([...places].filter(([, found]) => found.size > 1).map(([name, found]) => [name, ...found])).toEqual([]);
  });
});
