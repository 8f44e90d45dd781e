import { dirname, join } from 'node:path';
import type ts from 'typescript';
import { readPaths } from './paths.js';
import type { ReadSource, TypeScript } from './sources.js';

/** The source files that a main file leads to by its relative imports. */
export interface Project {
  readonly ts: TypeScript;
  readonly main: ts.SourceFile;
  readonly files: readonly ts.SourceFile[];
  /** The file that an import leads to; `undefined` for a package. */
  follow(from: ts.SourceFile, specifier: string): ts.SourceFile | undefined;
}

const ENDINGS = ['.ts', '.mts', '.cts', '.tsx', '/index.ts'];

/** Reads a main file and everything that it imports by relative paths and by `paths` of `tsconfig.json`. */
export function readProject(typescript: TypeScript, mainPath: string, read: ReadSource): Project {
  const known = new Map<string, ts.SourceFile>();
  const open = (path: string): ts.SourceFile | undefined => {
    const text = known.has(path) ? undefined : read(path);
    if (text !== undefined) {
      known.set(path, typescript.createSourceFile(path, text, typescript.ScriptTarget.Latest, true));
    }
    return known.get(path);
  };
  const paths = readPaths(typescript, dirname(mainPath), read);
  const follow = (from: ts.SourceFile, specifier: string): ts.SourceFile | undefined => {
    const places = specifier.startsWith('.') ? [join(dirname(from.fileName), specifier)] : paths(specifier);
    return places
      .flatMap((place) => [...new Set([place.replace(/\.[cm]?[jt]sx?$/, ''), place])])
      .flatMap((each) => ENDINGS.map((ending) => each + ending))
      .map(open)
      .find((file) => file !== undefined);
  };
  const main = open(mainPath)!;
  const reached = new Set([main]);
  // The set grows while it is walked.
  for (const file of reached) {
    for (const statement of file.statements) {
      const specifier = specifierOf(typescript, statement);
      const next = specifier === undefined ? undefined : follow(file, specifier);
      if (next !== undefined) {
        reached.add(next);
      }
    }
  }
  return { ts: typescript, main, files: [...reached], follow };
}

function specifierOf(typescript: TypeScript, statement: ts.Statement): string | undefined {
  const from =
    typescript.isImportDeclaration(statement) || typescript.isExportDeclaration(statement)
      ? statement.moduleSpecifier
      : typescript.isImportEqualsDeclaration(statement) &&
          typescript.isExternalModuleReference(statement.moduleReference)
        ? statement.moduleReference.expression
        : undefined;
  return from !== undefined && typescript.isStringLiteral(from) ? from.text : undefined;
}

/** Every node of a file, in the order of the text. */
export function nodesOf(root: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    node.forEachChild(visit);
  };
  visit(root);
  return nodes;
}

/** An expression without parentheses, `as`, `satisfies` and `!`. */
export function bare(typescript: TypeScript, node: ts.Expression): ts.Expression {
  return typescript.isParenthesizedExpression(node) ||
    typescript.isAsExpression(node) ||
    typescript.isSatisfiesExpression(node) ||
    typescript.isNonNullExpression(node) ||
    typescript.isTypeAssertionExpression(node)
    ? bare(typescript, node.expression)
    : node;
}

/** A name that an import of a package binds. */
export interface ImportedName {
  readonly local: string;
  /** `default` for the default import, a namespace, and `import x = require()`. */
  readonly imported: string;
  readonly from: string;
  /** The whole statement. */
  readonly statement: ts.Statement;
}

/** The names that a file imports, those of `const x = require('…')` included. */
export function importsOf(typescript: TypeScript, file: ts.SourceFile): readonly ImportedName[] {
  return file.statements.flatMap((statement): readonly ImportedName[] => {
    const from = specifierOf(typescript, statement);
    const whole = (local: string, module: string): ImportedName => ({
      local,
      imported: 'default',
      from: module,
      statement,
    });
    if (typescript.isImportEqualsDeclaration(statement) && from !== undefined) {
      return [whole(statement.name.text, from)];
    }
    if (typescript.isImportDeclaration(statement) && from !== undefined) {
      const { name, namedBindings } = statement.importClause ?? {};
      const named =
        namedBindings === undefined
          ? []
          : typescript.isNamespaceImport(namedBindings)
            ? [whole(namedBindings.name.text, from)]
            : namedBindings.elements.map((each) => ({
                local: each.name.text,
                imported: (each.propertyName ?? each.name).text,
                from,
                statement,
              }));
      return [...(name === undefined ? [] : [whole(name.text, from)]), ...named];
    }
    return typescript.isVariableStatement(statement)
      ? statement.declarationList.declarations.flatMap(({ name, initializer }) => {
          const module = initializer && requiredBy(typescript, initializer);
          return module !== undefined && typescript.isIdentifier(name) ? [whole(name.text, module)] : [];
        })
      : [];
  });
}

function requiredBy(typescript: TypeScript, node: ts.Expression): string | undefined {
  const call = bare(typescript, node);
  const [argument] = typescript.isCallExpression(call) ? call.arguments : [];
  return typescript.isCallExpression(call) &&
    typescript.isIdentifier(call.expression) &&
    call.expression.text === 'require' &&
    argument !== undefined &&
    typescript.isStringLiteral(argument)
    ? argument.text
    : undefined;
}

/** The place of a node for messages: `main.ts:12`. */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${file.fileName.replace(/^.*[\\/]/, '')}:${line + 1}`;
}

/** The call of a decorator on a class. */
export function decoratorOf(
  typescript: Project['ts'],
  node: ts.ClassDeclaration,
  name: string,
): ts.CallExpression | undefined {
  // TypeScript before 4.8 has them in a field of their own.
  const decorators =
    (node as { decorators?: readonly ts.Decorator[] }).decorators ??
    (node.modifiers ?? []).flatMap((each) => (typescript.isDecorator(each) ? [each] : []));
  return decorators
    .map(({ expression }) => expression)
    .find((each): each is ts.CallExpression => typescript.isCallExpression(each) && each.expression.getText() === name);
}
