// Bundles the entries of the package: a file of code for each entry in each module form, a file of types for each entry,
// and the few files that several entries share.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { packedAssets } from './page-assets.js';
import { thinMap } from './source-map.js';

/** The file with the modules that both forms load. */
const COMMON = 'common';
/** The entries whose own modules are in a file that both forms load. A file for each of the other entries would save little. */
const LARGE = ['testing', 'devtools', 'typeorm'];
/** The bundle of such a file begins with a module that exports them. No file of `lib` has this name. */
const EXPORTS = 'virtual:exports';

/** Most bytes of a source map that is written into the file that it describes: one file less to install. */
const SMALL_MAP = 2000;

const isPackage = (id) => !/^[./\0]|^virtual:|^@oxc-project\/runtime\//.test(id);

/** The files of the development page, which both forms load from `page.cjs`. `folder` is the relative path to it. */
const pageModule = (folder) => ({
  name: 'page-module',
  resolveId: (id, importer) =>
    id === './assets.js' && importer?.endsWith('/page/files.ts')
      ? { id: `${folder}page.cjs`, external: true }
      : undefined,
});

/** Stops the build at the first warning. */
function failOnWarning(level, log, handle) {
  handle(level === 'warn' ? 'error' : level, log);
}

function settings({ root, input, plugins = [], folder = '../' }) {
  return {
    cwd: root,
    input,
    platform: 'node',
    tsconfig: join(root, 'tsconfig.build.json'),
    external: isPackage,
    treeshake: { moduleSideEffects: false },
    plugins: [...plugins, pageModule(folder)],
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
    .filter(({ sourcemapFileName }) => typeof sourcemapFileName === 'string')
    .forEach(({ fileName, sourcemapFileName, code }) => {
      const file = join(folder, sourcemapFileName);
      rewrite(file, (text) => thinMap(text, code, toRoot));
      const map = readFileSync(file);
      if (map.length < SMALL_MAP) {
        const url = `data:application/json;base64,${map.toString('base64')}`;
        rewrite(join(folder, fileName), (text) =>
          text.replace(`sourceMappingURL=${sourcemapFileName}`, `sourceMappingURL=${url}`),
        );
        rmSync(file);
      }
    });
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
 * Finds the modules that both forms load from one file, because they need no package. Modules that the entry `.` or several
 * files load are in the file `common`. Those that one large entry loads are in a file of that entry.
 *
 * @returns {Promise<Map<string, Map<string, readonly string[]>>>} for each file its modules, and for each module its exported
 * names, or none if only modules of the same file import it
 * @throws Error if two modules of a file export different things by the same name
 */
export async function commonModules(root, names) {
  const modules = await modulesBelow(root, names);
  const importsOf = (id) => modules.get(id)?.imports ?? [];
  // A CommonJS module loads packages later, with `require()`.
  const allOf = (id) => (id.endsWith('.cts') ? [] : [...importsOf(id), ...(modules.get(id)?.later ?? [])]);
  const isPlain = (id) => [...closure(id, allOf)].every((each) => !isPackage(each) || each.startsWith('node:'));
  const later = new Set([...modules.values()].flatMap((module) => module.later));
  const loaded = new Map(
    [...modules].flatMap(([id, { isEntry }]) => (isEntry || later.has(id) ? [[id, closure(id, importsOf)]] : [])),
  );
  const entry = (name) => join(root, 'lib', `${name}.ts`);
  const withIndex = loaded.get(entry('index'));
  const fileOf = (id) => {
    const loaders = [...loaded].filter(([, below]) => below.has(id)).map(([loader]) => loader);
    return withIndex.has(id) || loaders.length > 1 ? COMMON : LARGE.find((name) => loaders[0] === entry(name));
  };
  const files = new Map([...modules.keys()].sort().map((id) => [id, undefined]));
  for (const id of files.keys()) {
    files.set(id, id.startsWith(join(root, 'lib')) && !loaded.has(id) && isPlain(id) ? fileOf(id) : undefined);
  }
  return new Map(
    [COMMON, ...LARGE].map((file) => {
      const own = [...files.keys()].filter((id) => files.get(id) === file);
      const importers = [...files.keys()].filter((id) => files.get(id) !== file);
      const asked = own.filter((id) => importers.some((importer) => allOf(importer).includes(id)));
      expectDifferentNames(asked, modules);
      return [file, new Map(own.map((id) => [id, asked.includes(id) ? modules.get(id).exports : []]))];
    }),
  );
}

function expectDifferentNames(ids, modules) {
  const owners = new Map();
  for (const id of ids) {
    for (const name of declaredBy(modules.get(id).code)) {
      if (owners.has(name)) {
        throw new Error(
          `Both ${owners.get(name)} and ${id} export ${name}, and both forms load them from one file. Rename one of them.`,
        );
      }
      owners.set(name, id);
    }
  }
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

/** The names that a file exports which both forms load. */
const namesOf = (modules) => [...new Set([...modules.values()].flat())].sort();

/** Loads the modules of such files from there. `folder` is the relative path to them. */
const fromFiles = (files, folder) => ({
  name: 'from-files',
  async resolveId(id, importer, options) {
    const found = await this.resolve(id, importer, { ...options, skipSelf: true });
    const file = found === null ? undefined : [...files.keys()].find((name) => files.get(name).has(found.id));
    return file === undefined ? found : { id: `${folder[file] ?? folder['*']}${file}.cjs`, external: true };
  },
});

/** Writes the files that both forms load. They are CommonJS, because `require()` and `import` can both load it. */
export async function bundleCommon({ root, files, out }) {
  await Promise.all([...files].map(([file, modules]) => bundleFile({ root, files, file, modules, out })));
  writeFileSync(join(out, 'page.cjs'), packedAssets());
}

async function bundleFile({ root, files, file, modules, out }) {
  const given = new Map([...modules].flatMap(([id, names]) => names.map((name) => [name, id])));
  const text = [...given].map(([name, id]) => `export { ${name} } from ${JSON.stringify(id)};`);
  const entry = {
    name: 'entry',
    resolveId: (id) => (id === EXPORTS ? id : undefined),
    load: (id) => (id === EXPORTS ? text.join('\n') : undefined),
  };
  const others = new Map([...files].filter(([name]) => name !== file));
  const plugins = [entry, fromFiles(others, { '*': './' })];
  const bundle = await rolldown(settings({ root, input: EXPORTS, plugins, folder: './' }));
  await write(bundle, '../', { file: join(out, `${file}.cjs`), format: 'cjs', esModule: false });
}

/**
 * Writes the code of one form.
 *
 * @param root the folder of the repository
 * @param form `esm` or `cjs`
 * @param names names of the entries: `index`, `testing` and so on
 * @param files what `commonModules()` has found
 * @param out the folder of the form
 */
export async function bundleCode({ root, form, names, files, out }) {
  // The `./common.cjs` of ES modules is written below.
  const folder = form === 'esm' ? { [COMMON]: './', '*': '../' } : { '*': '../' };
  const withIndex = new Set();
  const ofIndex = {
    name: 'of-index',
    buildEnd() {
      const importsOf = (id) => this.getModuleInfo(id)?.importedIds ?? [];
      closure(join(root, 'lib', 'index.ts'), importsOf, withIndex);
      withIndex.delete(join(root, 'lib', 'index.ts'));
    },
  };
  // The command loads it late, and dist/schematics.json names it.
  const migration = { migration: join(root, 'lib/tooling/cli/migrate/migration.ts') };
  const input = { ...inputOf(root, names), ...(form === 'esm' && migration) };
  const bundle = await rolldown(settings({ root, input, plugins: [fromFiles(files, folder), ofIndex] }));
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
    const lines = namesOf(files.get(COMMON)).map((name) => `exports.${name} = common.${name};`);
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
