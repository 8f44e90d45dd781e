import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** The packages that all types may import. They are installed with the package. */
const allowed = ['@nestjs/common', '@nestjs/core', 'rxjs'];
/** Further packages that the types of one entry may import. Users of the entry have them. */
const allowedIn = { './redis': ['ioredis'], './typeorm': ['typeorm'] };

/** Parses an entry and all declarations that it imports. Returns the files by path, and the packages that they import. */
function reach(entry, files = new Map(), packages = []) {
  if (files.has(entry)) {
    return { files, packages };
  }
  const text = readFileSync(entry, 'utf8');
  files.set(entry, ts.createSourceFile(entry, text, ts.ScriptTarget.ESNext, true));
  for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
    if (fileName.startsWith('.')) {
      reach(resolve(dirname(entry), fileName.replace(/\.js$/, '.d.ts')), files, packages);
    } else {
      packages.push({ file: entry, name: fileName });
    }
  }
  return { files, packages };
}

function anyIn(file) {
  const lines = [];
  const visit = (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      lines.push(file.getLineAndCharacterOfPosition(node.getStart()).line + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return lines;
}

function undocumented(entry) {
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    noLib: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(entry));
  return checker
    .getExportsOfModule(symbol)
    .map((exported) => (exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported))
    .filter((exported) => exported.getDocumentationComment(checker).length === 0)
    .map((exported) => exported.getName());
}

/** Checks the public types: no `any`, no package that users may not have, no export without a docstring. */
export async function entryTypes({ root, manifest }) {
  return Object.entries(manifest.exports).flatMap(([name, { import: form }]) =>
    form === undefined ? [] : typesOf(join(root, form.types), root, [...allowed, ...(allowedIn[name] ?? [])]),
  );
}

function typesOf(entry, root, allowed) {
  const { files, packages } = reach(entry);
  return [
    ...packages
      .filter(({ name }) => !allowed.includes(name))
      .map(({ file, name }) => `${relative(root, file)} imports types of ${name}, which users may not have`),
    ...[...files].flatMap(([path, file]) => anyIn(file).map((line) => `any in ${relative(root, path)}:${line}`)),
    ...undocumented(entry).map((name) => `${name} is exported by ${relative(root, entry)} without documentation`),
  ];
}
