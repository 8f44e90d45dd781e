// Bundles the entries of the package: a file of code for each entry in each module form, a file of types for each entry,
// and the few files that several entries share.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { pageAssets } from './page-assets.js';
import { thinMap } from './source-map.js';

/** The name of the bundle with the modules that both forms load. No file of `lib` has this name. */
const COMMON = 'virtual:common';

const isPackage = (id) => !/^[./\0]|^virtual:|^@oxc-project\/runtime\//.test(id);

/** The assets of the development page, which both forms load from one file: they are most of its code. */
const PAGE = '../page.cjs';
const pageModule = {
  name: 'page-module',
  resolveId: (id, importer) =>
    id === './assets.js' && importer?.endsWith('/page/files.ts') ? { id: PAGE, external: true } : undefined,
};

/** Stops the build at the first warning. */
function failOnWarning(level, log, handle) {
  handle(level === 'warn' ? 'error' : level, log);
}

function settings({ root, input, plugins = [] }) {
  return {
    cwd: root,
    input,
    platform: 'node',
    tsconfig: join(root, 'tsconfig.build.json'),
    external: isPackage,
    treeshake: { moduleSideEffects: false },
    plugins: [...plugins, pageModule],
    // The warning about slow plugins does not concern the code.
    checks: { bundlerTimings: false },
    onLog: failOnWarning,
  };
}

/** @param toRoot the relative path from the folder of a written file, in `dist`, to the folder that contains `lib` */
async function write(bundle, toRoot, options) {
  const { output } = await bundle.write({
    sourcemap: true,
    sourcemapExcludeSources: true,
    // Nest and stack traces need the names of functions and classes.
    minify: { mangle: { keepNames: true }, compress: { keepNames: { function: true, class: true } }, codegen: true },
    ...options,
  });
  await bundle.close();
  const folder = options.dir ?? dirname(options.file);
  output
    .filter(({ fileName }) => fileName.endsWith('.map'))
    .forEach(({ fileName }) => rewrite(join(folder, fileName), (text) => thinMap(text, toRoot)));
}

const inputOf = (root, names) => Object.fromEntries(names.map((name) => [name, join(root, 'lib', `${name}.ts`)]));

/** Reads the imports and exports of all modules below some entries. */
async function modulesBelow(root, names) {
  const modules = new Map();
  const reader = {
    name: 'reader',
    buildEnd() {
      for (const id of this.getModuleIds()) {
        const { importedIds, dynamicallyImportedIds, exports, isEntry, code } = this.getModuleInfo(id);
        modules.set(id, { imports: importedIds, later: dynamicallyImportedIds, exports, isEntry, code });
      }
    },
  };
  const bundle = await rolldown(settings({ root, input: inputOf(root, names), plugins: [reader] }));
  await bundle.generate();
  await bundle.close();
  return modules;
}

/** Returns a module and all modules that it leads to, directly or indirectly. `nextOf` returns the next ones of a module. */
function closure(id, nextOf, found = new Set()) {
  if (!found.has(id)) {
    found.add(id);
    nextOf(id).forEach((next) => closure(next, nextOf, found));
  }
  return found;
}

/**
 * Finds the modules that both forms load from one file. They need no package, and the entry `.` or several files load them.
 *
 * @returns {Promise<Map<string, readonly string[]>>} for each module its exported names, or none if only such modules import it
 * @throws Error if two of these modules export different things by the same name
 */
export async function commonModules(root, names) {
  const modules = await modulesBelow(root, names);
  const importsOf = (id) => modules.get(id)?.imports ?? [];
  // A CommonJS module loads packages later, with `require()`.
  const allOf = (id) => (id.endsWith('.cts') ? [] : [...importsOf(id), ...(modules.get(id)?.later ?? [])]);
  const isPlain = (id) => [...closure(id, allOf)].every((each) => !isPackage(each) || each.startsWith('node:'));
  const isCode = (id) => id.startsWith(join(root, 'lib'));
  const later = new Set([...modules.values()].flatMap((module) => module.later));
  const loaded = [...modules].flatMap(([id, { isEntry }]) =>
    isEntry || later.has(id) ? [closure(id, importsOf)] : [],
  );
  const withIndex = closure(join(root, 'lib', 'index.ts'), importsOf);
  const common = [...modules.keys()]
    .sort()
    .filter(
      (id) => isCode(id) && isPlain(id) && (withIndex.has(id) || loaded.filter((each) => each.has(id)).length > 1),
    );
  const importers = [...modules.keys()].filter((id) => !common.includes(id));
  const asked = common.filter((id) => importers.some((importer) => allOf(importer).includes(id)));
  const owners = new Map();
  for (const id of asked) {
    for (const name of declaredBy(modules.get(id).code)) {
      if (owners.has(name)) {
        throw new Error(
          `Both ${owners.get(name)} and ${id} export ${name}, and both forms load them from one file. Rename one of them.`,
        );
      }
      owners.set(name, id);
    }
  }
  return new Map(common.map((id) => [id, asked.includes(id) ? modules.get(id).exports : []]));
}

/** The names that a module exports, without its re-exports. */
function declaredBy(code) {
  return parseAst(code, { lang: 'ts' }).body.flatMap(({ type, exportKind, declaration, specifiers = [], source }) => {
    if (type !== 'ExportNamedDeclaration' || exportKind === 'type' || source !== null) {
      return [];
    }
    const declared = declaration === null ? [] : (declaration.declarations ?? [declaration]);
    return [...declared.map(({ id }) => id.name), ...specifiers.map(({ exported }) => exported.name)];
  });
}

/** The names that the file exports which both forms load. */
const namesOf = (common) => [...new Set([...common.values()].flat())].sort();

/** Writes the file that both forms load. It is CommonJS, because `require()` and `import` can both load it. */
export async function bundleCommon({ root, common, out }) {
  const given = new Map([...common].flatMap(([id, names]) => names.map((name) => [name, id])));
  const text = [...given].map(([name, id]) => `export { ${name} } from ${JSON.stringify(id)};`);
  const entry = {
    name: 'entry',
    resolveId: (id) => (id === COMMON ? id : undefined),
    load: (id) => (id === COMMON ? text.join('\n') : undefined),
  };
  const bundle = await rolldown(settings({ root, input: COMMON, plugins: [entry] }));
  await write(bundle, '../', { file: join(out, 'common.cjs'), format: 'cjs', esModule: false });
  const assets = pageAssets({ short: true }).replace('export const ASSETS =', 'exports.ASSETS =');
  writeFileSync(join(out, 'page.cjs'), `'use strict';\n${assets}`);
}

/**
 * Writes the code of one form.
 *
 * @param root the folder of the repository
 * @param form `esm` or `cjs`
 * @param names names of the entries: `index`, `testing` and so on
 * @param common what `commonModules()` has found
 * @param out the folder of the form
 */
export async function bundleCode({ root, form, names, common, out }) {
  const file = form === 'esm' ? './common.cjs' : '../common.cjs';
  const fromCommon = {
    name: 'from-common',
    async resolveId(id, importer, options) {
      const found = await this.resolve(id, importer, { ...options, skipSelf: true });
      return found !== null && common.has(found.id) ? { id: file, external: true } : found;
    },
  };
  const withIndex = new Set();
  const ofIndex = {
    name: 'of-index',
    buildEnd() {
      const importsOf = (id) => this.getModuleInfo(id)?.importedIds ?? [];
      closure(join(root, 'lib', 'index.ts'), importsOf, withIndex);
      withIndex.delete(join(root, 'lib', 'index.ts'));
    },
  };
  const bundle = await rolldown(settings({ root, input: inputOf(root, names), plugins: [fromCommon, ofIndex] }));
  await write(bundle, '../../', {
    dir: out,
    format: form,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    dynamicImportInCjs: false,
    codeSplitting: {
      groups: [
        { name: 'shared', test: (id) => withIndex.has(id) },
        { name: 'shared', minShareCount: 2 },
      ],
    },
  });
  if (form === 'cjs') {
    rewrite(join(out, 'shared.js'), requireInPlace);
  } else {
    // Node reads all code of a CommonJS module a second time to find its export names. This module is short.
    const lines = namesOf(common).map((name) => `exports.${name} = common.${name};`);
    writeFileSync(join(out, 'common.cjs'), `const common = require('../common.cjs');\n${lines.join('\n')}\n`);
  }
}

function rewrite(file, change) {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/**
 * Removes the callback of a promise around a late `require()` of a package. The bundler of an app can leave out a package that
 * is not installed, but only if the `try` around its `require()` is in the same function. The text keeps its length, because
 * the source map contains columns.
 */
function requireInPlace(text) {
  return text.replace(/Promise\.resolve\(\)\.then\(\(\)=>([^()]*\(require\("[^.][^"]*"\),1\))\)/g, (late, call) =>
    call.padEnd(late.length),
  );
}

/** Finds the entries that load a module. */
function entriesAbove(id, infoOf, seen = new Set(), entries = new Set()) {
  if (!seen.has(id)) {
    seen.add(id);
    const { isEntry, importers } = infoOf(id);
    if (isEntry) {
      entries.add(id);
    }
    importers.forEach((importer) => entriesAbove(importer, infoOf, seen, entries));
  }
  return entries;
}

/**
 * Writes the types of the entries, from the declarations that tsc has written.
 *
 * @param declarations the folder of these declarations
 * @param names names of the entries
 * @param out the folder to write to
 */
export async function bundleTypes({ declarations, names, out }) {
  const bundle = await rollup({
    input: Object.fromEntries(names.map((name) => [name, join(declarations, `${name}.d.ts`)])),
    external: isPackage,
    plugins: [dts()],
    onLog(level, log, handle) {
      // The API report lists each type that no entry exports, as a forgotten export.
      if (!log.message.includes('references private shared type exports')) {
        failOnWarning(level, log, handle);
      }
    },
  });
  await bundle.write({
    dir: out,
    format: 'esm',
    entryFileNames: '[name].d.ts',
    chunkFileNames: '[name].d.ts',
    manualChunks: (id, { getModuleInfo }) => (entriesAbove(id, getModuleInfo).size > 1 ? 'shared' : undefined),
  });
  await bundle.close();
}
