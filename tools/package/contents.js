import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from './files.js';

const allowed = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/(esm|cjs)\/package\.json$/,
  /^dist\/(esm|cjs)\/(?!.*\.(spec|test)\.)([a-z0-9-]+\/)*[a-z0-9.-]+(\.d\.ts|\.js)$/,
];

const required = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/esm/index.js', 'dist/cjs/index.js'];

/** Nothing is shipped but the two forms and what a reader needs; no source map points at a file that is not there. */
export async function contents({ root }) {
  const files = filesOf(root);
  return [
    ...files.filter((file) => !allowed.some((form) => form.test(file))).map((file) => `${file} should not be shipped`),
    ...required.filter((file) => !existsSync(join(root, file))).map((file) => `${file} is missing`),
    ...files
      .filter((file) => /^\/\/# sourceMappingURL=/m.test(readFileSync(join(root, file), 'utf8')))
      .map((file) => `${file} points at a source map`),
  ];
}
