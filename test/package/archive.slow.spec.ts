import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contents } from '../../tools/package/contents.js';
import { entryTypes } from '../../tools/package/entry-types.js';
import { imports } from '../../tools/package/imports.js';

const manifest = {
  exports: { '.': { import: { types: './dist/esm/index.d.ts' } }, './package.json': './package.json' },
  dependencies: { tldts: '^7.0.0' },
  peerDependencies: { '@nestjs/common': '^11.1.4' },
};

const sound: Record<string, string> = {
  'package.json': '{ "type": "module" }',
  'README.md': '',
  LICENSE: '',
  'CHANGELOG.md': '',
  'dist/cjs/package.json': '{ "type": "commonjs" }',
  'dist/esm/index.js': `import 'node:net'; import { Module } from '@nestjs/common'; export * from './shared.js';`,
  'dist/esm/index.d.ts': `import type { Type } from '@nestjs/common'; export * from './shared.js';`,
  'dist/esm/shared.js': `export const a = import('tldts');`,
  'dist/esm/shared.d.ts': '/** What it is for. */\nexport declare const a: Promise<unknown>;',
  'dist/cjs/index.js': `const common_1 = require("@nestjs/common/internal/file.js");`,
};

describe('the checks of the package', () => {
  const roots: string[] = [];

  async function archive(changes: Record<string, string | undefined>): Promise<{ root: string; manifest: object }> {
    const root = await mkdtemp(join(tmpdir(), 'archive-'));
    roots.push(root);
    for (const [path, text] of Object.entries({ ...sound, ...changes })) {
      if (text !== undefined) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), text);
      }
    }
    return { root, manifest };
  }

  afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true }))));

  it('let a sound archive pass', async () => {
    const packed = await archive({});
    expect([...(await contents(packed)), ...(await imports(packed)), ...(await entryTypes(packed))]).toEqual([]);
  });

  it('find files that should not be shipped, and files that are missing', async () => {
    const packed = await archive({
      'CHANGELOG.md': undefined,
      'lib/index.ts': '',
      'dist/esm/shared.spec.js': '',
      'dist/esm/shared.js': '//# sourceMappingURL=shared.js.map',
      'dist/esm/shared.js.map': '{ "sourceRoot": "../../", "sources": ["lib/core/a.ts", "lib/core/b.js"] }',
      'dist/esm/redis.js': '//# sourceMappingURL=redis.js.map',
    });
    expect((await contents(packed)).sort()).toEqual([
      'CHANGELOG.md is missing',
      'dist/esm/redis.js refers to a source map that does not exist',
      'dist/esm/shared.js is mapped to lib/core/b.js, which is not a source of the library',
      'dist/esm/shared.spec.js should not be shipped',
      'lib/index.ts should not be shipped',
    ]);
  });

  it('find code that a user would miss', async () => {
    const packed = await archive({
      'dist/esm/shared.js': `export const a = () => import('express');`,
      'dist/cjs/index.js': `require('rxjs'); require('@nestjs/common/internal/file');`,
    });
    expect((await imports(packed)).sort()).toEqual([
      'dist/cjs/index.js imports @nestjs/common/internal/file without .js, which fails on Nest 11',
      'dist/cjs/index.js imports rxjs, which is not a dependency',
      'dist/esm/shared.js imports express, which is not a dependency',
    ]);
  });

  it('find types that are missing, empty or unexplained', async () => {
    const packed = await archive({
      'dist/esm/shared.d.ts': `import type { Request } from 'express';\nexport declare const a: (r: Request) => any;`,
    });
    expect((await entryTypes(packed)).sort()).toEqual([
      'a is exported by dist/esm/index.d.ts without documentation',
      'any in dist/esm/shared.d.ts:2',
      'dist/esm/shared.d.ts imports types of express, which users may not have',
    ]);
  });
});
