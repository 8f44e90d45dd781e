import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { filesOf } from './files.js';

const packageOf = (specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)[0];

/** Checks that all imported packages are installed, and that CommonJS and ES modules find them. */
export async function imports({ root, manifest }) {
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  return filesOf(root)
    .filter((file) => file.startsWith('dist/') && /\.c?js$/.test(file))
    .flatMap((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
      return importedFiles
        .map(({ fileName }) => fileName)
        .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
        .flatMap((specifier) => {
          if (!declared.includes(packageOf(specifier))) {
            return [`${file} imports ${specifier}, which is not a dependency`];
          }
          // Nest 11 has no `exports` in its package.json. So an ES module must import a file of it with its extension.
          return specifier !== packageOf(specifier) && !specifier.endsWith('.js')
            ? [`${file} imports ${specifier} without .js, which fails on Nest 11`]
            : [];
        });
    });
}
