import type ts from 'typescript';
import { type Edit, removeStatement } from './edits.js';
import { importsOf, nodesOf, type Project } from './project.js';

/** Removes constants and imports that only the removed code used. */
export function unusedAfter(removals: readonly Edit[], { ts: typescript }: Project): readonly Edit[] {
  const files = [...new Set(removals.map(({ file }) => file))];
  return files.flatMap((file) => unusedIn(file, removals, typescript));
}

function unusedIn(source: ts.SourceFile, removals: readonly Edit[], typescript: Project['ts']): readonly Edit[] {
  const edits: Edit[] = [];
  const isRemoved = (node: ts.Node): boolean =>
    [...removals, ...edits].some(
      ({ file, start, end }) => file === source && node.getStart() >= start && node.end <= end,
    );
  const names = nodesOf(source).filter((node) => typescript.isIdentifier(node));
  const isLeft = (name: string): boolean => {
    const uses = names.filter((node) => node.text === name && !isDeclared(node, typescript));
    return uses.length === 0 || uses.some((node) => !isRemoved(node));
  };
  // A constant may be used by another one that goes.
  for (let before = -1; before !== edits.length;) {
    before = edits.length;
    for (const statement of nodesOf(source)) {
      if (isRemoved(statement)) {
        continue;
      }
      const [declaration, ...more] = typescript.isVariableStatement(statement)
        ? statement.declarationList.declarations
        : [];
      if (
        declaration?.initializer !== undefined &&
        more.length === 0 &&
        typescript.isIdentifier(declaration.name) &&
        !isLeft(declaration.name.text) &&
        isPure(declaration.initializer, typescript) &&
        !statement.getText().startsWith('export')
      ) {
        edits.push(removeStatement(statement));
      }
    }
  }
  const imports = importsOf(typescript, source);
  for (const statement of new Set(imports.map((each) => each.statement))) {
    const bound = imports.filter((each) => each.statement === statement);
    if (!isRemoved(statement) && bound.every(({ local }) => !isLeft(local))) {
      edits.push(removeStatement(statement));
    }
  }
  return edits;
}

function isDeclared(node: ts.Identifier, typescript: Project['ts']): boolean {
  const { parent } = node;
  return (
    (typescript.isVariableDeclaration(parent) && parent.name === node) ||
    typescript.isImportClause(parent) ||
    typescript.isImportSpecifier(parent) ||
    typescript.isNamespaceImport(parent) ||
    typescript.isImportEqualsDeclaration(parent) ||
    (typescript.isPropertyAccessExpression(parent) && parent.name === node) ||
    (typescript.isPropertyAssignment(parent) && parent.name === node)
  );
}

/** Reports whether nothing else happens when the expression is evaluated. */
function isPure(node: ts.Expression, typescript: Project['ts']): boolean {
  return (
    nodesOf(node).every(
      (each) =>
        !typescript.isNewExpression(each) &&
        !typescript.isAwaitExpression(each) &&
        (!typescript.isCallExpression(each) ||
          /\.(?:split|map|filter|trim|toLowerCase)$/.test(each.expression.getText()) ||
          /^require$/.test(each.expression.getText())),
    ) ||
    typescript.isArrowFunction(node) ||
    typescript.isFunctionExpression(node)
  );
}
