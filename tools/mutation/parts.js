// The parts that `npm run mutation` checks, each with the specs that test it. Quick specs come first: the first test that
// fails ends the run of a change.
import { readdirSync } from 'node:fs';

/** A folder or a file below `lib`, and specs: folders, or files. `#` and a part of a title choose tests of a file. */
const PARTS = {
  'core/decide': ['test/unit/core/decide', 'test/unit/engine'],
  'core/policy': [
    ...['test/unit/core/policy', 'test/unit/core/decide', 'test/unit/config', 'test/unit/engine'],
    ...['common-grant', 'snapshot'].map((name) => `test/unit/tooling/cli/check/${name}.spec.ts`),
  ],
  'core/origin': [
    ...['messages', 'parse-pattern', 'origin', 'regexp'].map((name) => `test/unit/core/origin/${name}.spec.ts`),
    ...['test/unit/core/origin', 'test/unit/core/policy'],
  ],
  'core/http': [
    ...['http', 'browser', 'decide', 'policy'].map((name) => `test/unit/core/${name}`),
    'test/unit/platform/response-head.spec.ts',
  ],
  'core/browser': ['test/unit/core/browser', 'test/unit/tooling/testing'],
  'core/issues': ['test/unit/core/issues', 'test/unit/core/policy'],
  'core/decision.ts': ['test/unit/core/decide', 'test/unit/engine'],
  engine: ['test/unit/engine'],
  routing: ['test/unit/routing', 'test/unit/engine'],
  providers: ['test/unit/providers'],
};

function filesOf(path, isWanted) {
  if (path.includes('.ts')) {
    return [path];
  }
  try {
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(isWanted);
    return names.map((name) => `${path}/${name.replaceAll('\\', '/')}`).sort();
  } catch {
    return [];
  }
}

const isSpec = (name) => name.endsWith('.spec.ts') && !name.endsWith('.slow.spec.ts');

/** The parts below the given folders, or all. */
export function partsOf(folders) {
  return Object.entries(PARTS)
    .filter(
      ([name]) =>
        folders.length === 0 ||
        folders.some((folder) => `${name}/`.startsWith(`${folder}/`) || `${folder}/`.startsWith(`${name}/`)),
    )
    .map(([name, specs]) => {
      const inner = folders.filter((folder) => `${folder}/`.startsWith(`${name}/`));
      return {
        name,
        files: (inner.length > 0 ? inner : [name]).flatMap((folder) =>
          filesOf(`lib/${folder}`, (file) => /(?<!\.d)\.ts$/.test(file)),
        ),
        specs: [...new Set(specs.flatMap((path) => filesOf(path, isSpec)))],
      };
    });
}
