// Bundles the worker of the playground for a browser: the library's own code, without Nest and without Node.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { METHODS } from 'node:http';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PLAYGROUND = resolve(ROOT, 'docs/playground');

/** What the library uses of Node, where the playground comes by. Its decorators have no call site, and so no path. */
const OF_NODE = {
  'node:http': `export const METHODS = ${JSON.stringify(METHODS)};`,
  'node:path': 'export const relative = (from, to) => to;',
  'node:url': 'export const fileURLToPath = (url) => url;',
};

const forBrowsers = {
  name: 'for-browsers',
  setup(bundle) {
    bundle.onResolve({ filter: /public-suffix-list\.cjs$/ }, () => ({
      path: resolve(PLAYGROUND, 'model/public-suffixes.ts'),
    }));
    bundle.onResolve({ filter: /^node:/ }, ({ path }) =>
      path in OF_NODE
        ? { path, namespace: 'of-node', sideEffects: false }
        : { path, external: true, sideEffects: false },
    );
    bundle.onResolve({ filter: /^@nestjs\// }, ({ path }) => ({ path, external: true, sideEffects: false }));
    bundle.onLoad({ filter: /.*/, namespace: 'of-node' }, ({ path }) => ({ contents: OF_NODE[path] }));
  },
};

/**
 * Writes `worker.js` and the parts that it loads late.
 *
 * @param {string} folder
 * @returns {Promise<string>} the version of the worker, for its address: a browser may keep an earlier one
 * @throws Error if the bundle would import something that a browser does not have
 */
export async function buildPlayground(folder) {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [resolve(PLAYGROUND, 'worker.ts')],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    metafile: true,
    plugins: [forBrowsers],
    logLevel: 'error',
  });
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path),
  );
  if (outside.length > 0) {
    throw new Error(`The playground would need ${outside.join(', ')}, which no browser has.`);
  }
  return createHash('sha256')
    .update(readFileSync(join(folder, 'worker.js')))
    .digest('base64url')
    .slice(0, 8);
}
