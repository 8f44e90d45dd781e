import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesOf } from './files.js';

const allowed = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/cjs\/package\.json$/,
  /^dist\/(esm|cjs)\/[a-z-]+(\.d\.ts|\.js|\.js\.map)$/,
  /^dist\/(common|testing|devtools|typeorm)\.cjs(\.map)?$/,
  /^dist\/page\.cjs$/,
  /^dist\/schematics\.json$/,
  /^dist\/esm\/common\.cjs$/,
];

const required = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/esm/index.js', 'dist/cjs/index.js'];

/** Finds problems in the source map of a file: reasons why a stack trace cannot use it to name the sources. */
function problemsOfMap(root, file) {
  const url = /^\/\/# sourceMappingURL=(.*)$/m.exec(readFileSync(join(root, file), 'utf8'))?.[1];
  if (url === undefined) {
    return [];
  }
  const [, inline] = /^data:application\/json;base64,(.*)$/.exec(url) ?? [];
  const map = join(root, dirname(file), inline === undefined ? url : '');
  if (!existsSync(map)) {
    return [`${file} refers to a source map that does not exist`];
  }
  const text = inline === undefined ? readFileSync(map, 'utf8') : Buffer.from(inline, 'base64').toString();
  const { sources, sourceRoot } = JSON.parse(text);
  return sources
    .filter((source) => !/^lib\/.*\.c?ts$/.test(relative(root, join(root, dirname(file), sourceRoot, source))))
    .map((source) => `${file} is mapped to ${source}, which is not a source of the library`);
}

/** Checks that the package has only the two forms and files for readers, and that source maps lead to the sources. */
export async function contents({ root }) {
  const files = filesOf(root);
  return [
    ...files.filter((file) => !allowed.some((form) => form.test(file))).map((file) => `${file} should not be shipped`),
    ...required.filter((file) => !existsSync(join(root, file))).map((file) => `${file} is missing`),
    ...files.filter((file) => /\.c?js$/.test(file)).flatMap((file) => problemsOfMap(root, file)),
  ];
}
