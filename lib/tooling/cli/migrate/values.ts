import type ts from 'typescript';
import { bare, importsOf, nodesOf, type Project } from './project.js';

/** A value that the source text alone tells. */
export type StaticValue = string | number | boolean | null | undefined | RegExp | readonly StaticValue[];

/** A value that is not known from the source text. */
export const UNKNOWN = Symbol('unknown');

/** Uses of a list that leave it as it is. */
const READS = new Set(['includes', 'indexOf', 'some', 'every', 'join', 'map', 'filter', 'find', 'test']);

/** Finds what names and expressions mean, without running anything. */
export class Values {
  /** Nodes that are being read, by the reader: a constant may depend on itself. */
  private readonly reading = new Map<string, Set<ts.Node>>();

  constructor(private readonly project: Project) {}

  /** The expression that a name is a constant for; the expression itself where it is no name, or not a constant. */
  follow(node: ts.Expression, depth = 0): ts.Expression {
    const { ts: typescript } = this.project;
    const inner = bare(typescript, node);
    if (!typescript.isIdentifier(inner) || inner.text === 'undefined' || depth > 8) {
      return inner;
    }
    const initializer = this.constant(inner);
    return initializer === undefined ? inner : this.follow(initializer, depth + 1);
  }

  /** The value of an expression; `UNKNOWN` unless the source text tells it. */
  of(written: ts.Expression): StaticValue | typeof UNKNOWN {
    const node = this.follow(written);
    const value = this.nested<{ readonly is: StaticValue | typeof UNKNOWN }>('value', node, () => ({
      is: this.valueOf(node),
    }));
    return value === undefined ? UNKNOWN : value.is;
  }

  private valueOf(node: ts.Expression): StaticValue | typeof UNKNOWN {
    const { ts: typescript } = this.project;
    if (typescript.isStringLiteralLike(node)) {
      return node.text;
    }
    if (typescript.isNumericLiteral(node)) {
      return Number(node.text);
    }
    if (typescript.isRegularExpressionLiteral(node)) {
      return expressionOf(node.text);
    }
    if (typescript.isIdentifier(node)) {
      return node.text === 'undefined' ? undefined : UNKNOWN;
    }
    if (node.kind === typescript.SyntaxKind.TrueKeyword || node.kind === typescript.SyntaxKind.FalseKeyword) {
      return node.kind === typescript.SyntaxKind.TrueKeyword;
    }
    if (node.kind === typescript.SyntaxKind.NullKeyword) {
      return null;
    }
    if (typescript.isPrefixUnaryExpression(node) && node.operator === typescript.SyntaxKind.MinusToken) {
      const value = this.of(node.operand);
      return typeof value === 'number' ? -value : UNKNOWN;
    }
    if (typescript.isBinaryExpression(node) && node.operatorToken.kind === typescript.SyntaxKind.AsteriskToken) {
      const [left, right] = [this.of(node.left), this.of(node.right)];
      return typeof left === 'number' && typeof right === 'number' ? left * right : UNKNOWN;
    }
    const values = this.elements(node)?.map((each) => this.of(each));
    return values === undefined || values.includes(UNKNOWN) ? UNKNOWN : (values as readonly StaticValue[]);
  }

  /** Reads something of an expression; `undefined` where that depends on itself. */
  nested<T>(reader: string, node: ts.Node, read: () => T): T | undefined {
    const nodes = this.reading.get(reader) ?? new Set();
    this.reading.set(reader, nodes);
    if (nodes.has(node)) {
      return undefined;
    }
    nodes.add(node);
    try {
      return read();
    } finally {
      nodes.delete(node);
    }
  }

  /** The elements of an array, those of arrays spread in it included; `undefined` where it is not one. */
  elements(written: ts.Expression): readonly ts.Expression[] | undefined {
    const { ts: typescript } = this.project;
    const node = this.follow(written);
    if (isFilterOfEmpty(this.project, node)) {
      return this.elements(node.expression.expression);
    }
    if (!typescript.isArrayLiteralExpression(node)) {
      return undefined;
    }
    const parts = node.elements.map((each) =>
      typescript.isSpreadElement(each) ? this.nested('spread', each, () => this.elements(each.expression)) : [each],
    );
    return parts.includes(undefined) ? undefined : (parts as (readonly ts.Expression[])[]).flat();
  }

  /** The initializer of a `const`, here or in a file that is imported; only of one that nothing changes later. */
  private constant(name: ts.Identifier): ts.Expression | undefined {
    const declaration = this.declarationOf(name.text, name);
    const { initializer } = declaration ?? {};
    if (declaration === undefined || initializer === undefined || !this.isConst(declaration)) {
      return undefined;
    }
    const { ts: typescript } = this.project;
    const value = bare(typescript, initializer);
    const canChange = typescript.isObjectLiteralExpression(value) || typescript.isArrayLiteralExpression(value);
    // An import may give it another name.
    const names = [name.text, declaration.name.getText()];
    return canChange && names.some((each) => this.isChanged(each)) ? undefined : initializer;
  }

  private isConst(declaration: ts.VariableDeclaration): boolean {
    const { ts: typescript } = this.project;
    return (typescript.getCombinedNodeFlags(declaration) & typescript.NodeFlags.Const) !== 0;
  }

  /** The variable that a name means where it is used; a parameter, function or class of that name is none. */
  private declarationOf(name: string, from: ts.Node): ts.VariableDeclaration | undefined {
    const { ts: typescript } = this.project;
    for (let scope: ts.Node = from.parent; scope !== undefined; scope = scope.parent) {
      if (typescript.isFunctionLike(scope) && scope.parameters.some((each) => names(each.name, name))) {
        return undefined;
      }
      const found = statementsIn(typescript, scope).flatMap((statement) =>
        typescript.isVariableStatement(statement)
          ? statement.declarationList.declarations.filter((each) => names(each.name, name))
          : [],
      );
      if (found.length > 0) {
        return found.length === 1 && typescript.isIdentifier(found[0]!.name) ? found[0] : undefined;
      }
    }
    return this.importedVariable(name, from.getSourceFile());
  }

  private importedVariable(name: string, file: ts.SourceFile): ts.VariableDeclaration | undefined {
    const { ts: typescript } = this.project;
    const found = importsOf(typescript, file).find(({ local }) => local === name);
    const target = found && this.project.follow(file, found.from);
    return target?.statements
      .filter((statement) => typescript.isVariableStatement(statement))
      .flatMap((statement) => [...statement.declarationList.declarations])
      .find((each) => each.name.getText() === found!.imported);
  }

  /** Reports whether any file uses a list or an object of this name in a way that may change it. */
  private isChanged(name: string): boolean {
    const { ts: typescript, files } = this.project;
    return files
      .flatMap((file) => nodesOf(file))
      .some((node) => typescript.isIdentifier(node) && node.text === name && this.mayChange(node));
  }

  /** Reports whether the code around an expression may change its value, by another name too. */
  private mayChange(node: ts.Expression): boolean {
    const { ts: typescript } = this.project;
    const { parent } = node;
    if (typescript.isPropertyAccessExpression(parent)) {
      return parent.expression === node && !READS.has(parent.name.text);
    }
    if (typescript.isVariableDeclaration(parent)) {
      return parent.initializer === node && this.isChangedAs(parent.name);
    }
    if (typescript.isImportSpecifier(parent) || typescript.isExportSpecifier(parent)) {
      return parent.propertyName === node && this.isChangedAs(parent.name);
    }
    if (typescript.isPropertyAssignment(parent)) {
      return parent.initializer === node && this.mayChange(parent.parent);
    }
    if (typescript.isCallExpression(parent)) {
      return parent.expression !== node && !isHarmlessCall(parent);
    }
    if (typescript.isNewExpression(parent)) {
      return parent.expression !== node && !/^(?:Set|Map)$/.test(parent.expression.getText());
    }
    const isPassedOn =
      typescript.isShorthandPropertyAssignment(parent) ||
      typescript.isArrayLiteralExpression(parent) ||
      typescript.isAwaitExpression(parent) ||
      typescript.isConditionalExpression(parent) ||
      bare(typescript, parent as ts.Expression) !== parent;
    return isPassedOn
      ? this.mayChange((typescript.isShorthandPropertyAssignment(parent) ? parent.parent : parent) as ts.Expression)
      : typescript.isElementAccessExpression(parent) ||
          typescript.isBinaryExpression(parent) ||
          typescript.isReturnStatement(parent) ||
          typescript.isArrowFunction(parent);
  }

  private isChangedAs(name: ts.Node): boolean {
    return this.nested('change', name, () => this.isChanged(name.getText())) ?? false;
  }
}

/** Calls that only read what they are given. */
function isHarmlessCall(call: ts.CallExpression): boolean {
  return /(?:^|\.)(?:enableCors|cors|create|register|WebSocketGateway|log|warn|error|debug)$/i.test(
    call.expression.getText().replace(/\['(\w+)'\]$/, '.$1'),
  );
}

/** `list.filter(Boolean)`. */
function isFilterOfEmpty(
  { ts: typescript }: Project,
  node: ts.Expression,
): node is ts.CallExpression & { expression: ts.PropertyAccessExpression } {
  return (
    typescript.isCallExpression(node) &&
    typescript.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === 'filter' &&
    node.arguments.length === 1 &&
    node.arguments[0]!.getText() === 'Boolean'
  );
}

/** Reports whether a declaration is of this name, by a pattern such as `{ name }` too. */
function names(declared: ts.BindingName, name: string): boolean {
  return new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(declared.getText());
}

function statementsIn(typescript: Project['ts'], scope: ts.Node): readonly ts.Statement[] {
  return typescript.isBlock(scope) || typescript.isSourceFile(scope) || typescript.isModuleBlock(scope)
    ? scope.statements
    : [];
}

function expressionOf(text: string): RegExp | typeof UNKNOWN {
  const end = text.lastIndexOf('/');
  try {
    return new RegExp(text.slice(1, end), text.slice(end + 1));
  } catch {
    return UNKNOWN;
  }
}
