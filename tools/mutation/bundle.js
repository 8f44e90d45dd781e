// Bundles each spec file with the code that it tests, for tools/mutation/test-runner.js. Only packages stay outside.
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from '@swc/core';
import { build } from 'esbuild';
import jest from '../../jest.config.js';

const SWC = jest.transform['^.+\\.ts$'][1];
const FOLDER = '.artifacts/specs';

/** Compiles TypeScript as Jest does. esbuild alone writes no metadata of decorators, which Nest needs. */
const asInJest = {
  name: 'as-in-jest',
  setup({ onLoad }) {
    onLoad({ filter: /\.c?ts$/, namespace: 'file' }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { ...SWC, filename: path, swcrc: false });
      return { contents: code, loader: 'js' };
    });
  },
};

/**
 * Bundles spec files, all at once: each file of the library is compiled once. The bundles are kept, because Stryker starts
 * a test runner again after a change that hangs.
 *
 * @returns the path of the bundle of a spec file. A bundle is the body of a function with the parameters `require`,
 *   `module`, `exports` and `address`
 */
export async function bundle(specs) {
  if (!existsSync(FOLDER)) {
    const own = `${FOLDER}-${process.pid}`;
    await build({
      absWorkingDir: process.cwd(), // Stryker changes it after esbuild was loaded
      entryPoints: specs,
      outdir: own,
      outbase: '.',
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      keepNames: true,
      define: { 'import.meta.url': 'address' },
      logLevel: 'error',
      plugins: [asInJest],
    });
    // Another test runner may have done the same meanwhile.
    await rename(own, FOLDER).catch(() => rm(own, { recursive: true }));
  }
  return (spec) => join(FOLDER, spec.replace(/ts$/, 'js'));
}
