import type ts from 'typescript';
import { bare, nodesOf, type Project } from './project.js';

/** A function of `cors` that decides about an origin. */
export type OriginCallback = ts.ArrowFunction | ts.FunctionExpression | ts.MethodDeclaration | ts.FunctionDeclaration;

/** Which origins a function allows: all that are one of these, or in one of these lists. */
interface Allowed {
  readonly one: readonly ts.Expression[];
  readonly lists: readonly ts.Expression[];
  readonly expressions: readonly ts.Expression[];
}

type Formula = boolean | Allowed | { readonly not: Allowed };

/**
 * Reads a function `(origin, callback) => …` that only looks an origin up: in a list, by `===`, by a RegExp. Requests without
 * an origin do not count, since a policy does not ask about them.
 *
 * @returns `undefined` if it does anything else
 */
export function readOriginCallback(node: OriginCallback, { ts: typescript }: Project): Allowed | undefined {
  const [origin, callback] = node.parameters.map((each) => each.name);
  if (
    node.parameters.length !== 2 ||
    !typescript.isIdentifier(origin!) ||
    !typescript.isIdentifier(callback!) ||
    node.body === undefined ||
    (typescript.canHaveModifiers(node) && typescript.getModifiers(node)?.length)
  ) {
    return undefined;
  }
  const reader = new CallbackReader(typescript, origin.text, callback.text);
  const formula = typescript.isBlock(node.body) ? reader.statements(node.body.statements) : reader.answer(node.body);
  return formula === false
    ? { one: [], lists: [], expressions: [] }
    : typeof formula === 'object' && !('not' in formula)
      ? formula
      : undefined;
}

class CallbackReader {
  constructor(
    private readonly ts: Project['ts'],
    private readonly origin: string,
    private readonly callback: string,
  ) {}

  /** Reads the answer of a list of statements; `undefined` if that is not clear. */
  statements([first, ...rest]: readonly ts.Statement[]): Formula | undefined {
    const { ts: typescript } = this;
    if (first === undefined) {
      return undefined;
    }
    if (typescript.isIfStatement(first)) {
      const when = this.condition(first.expression);
      const yes = this.statements([...block(typescript, first.thenStatement), ...rest]);
      const no = this.statements([...block(typescript, first.elseStatement), ...rest]);
      return choose(when, yes, no);
    }
    if (typescript.isReturnStatement(first)) {
      return first.expression && this.answer(first.expression);
    }
    if (!typescript.isExpressionStatement(first)) {
      return undefined;
    }
    if (!this.mentions(first, this.callback)) {
      // A line for the log.
      return !/[^=!<>]=(?![=>])/.test(first.getText()) &&
        /^(?:this\.)?(?:console|logger|Logger)\.\w+\(/.test(first.getText())
        ? this.statements(rest)
        : undefined;
    }
    // Without `return` more may follow, and answer again.
    const [next] = rest;
    const ends = next === undefined || (typescript.isReturnStatement(next) && next.expression === undefined);
    return ends ? this.answer(first.expression) : undefined;
  }

  /** Reads the answer of an expression: a call of the callback, or a choice between two. */
  answer(written: ts.Expression): Formula | undefined {
    const { ts: typescript } = this;
    const node = bare(typescript, written);
    if (typescript.isConditionalExpression(node)) {
      return choose(this.condition(node.condition), this.answer(node.whenTrue), this.answer(node.whenFalse));
    }
    if (!typescript.isCallExpression(node) || node.expression.getText() !== this.callback) {
      return undefined;
    }
    const [error, allowed] = node.arguments;
    const isError = error !== undefined && !['null', 'undefined'].includes(error.getText());
    if (isError || allowed === undefined) {
      // An error that is a variable may be none.
      return error !== undefined && isError && !typescript.isNewExpression(bare(typescript, error)) ? undefined : false;
    }
    return this.condition(allowed);
  }

  private condition(written: ts.Expression): Formula | undefined {
    const { ts: typescript } = this;
    const node = bare(typescript, written);
    if (node.kind === typescript.SyntaxKind.TrueKeyword || node.kind === typescript.SyntaxKind.FalseKeyword) {
      return node.kind === typescript.SyntaxKind.TrueKeyword;
    }
    if (typescript.isIdentifier(node) && node.text === this.origin) {
      return true;
    }
    if (typescript.isPrefixUnaryExpression(node) && node.operator === typescript.SyntaxKind.ExclamationToken) {
      return not(this.condition(node.operand));
    }
    if (typescript.isBinaryExpression(node)) {
      return this.comparison(node);
    }
    if (typescript.isCallExpression(node) && typescript.isPropertyAccessExpression(node.expression)) {
      const { expression: of, name } = node.expression;
      const takesOrigin = node.arguments.length === 1 && this.isOrigin(node.arguments[0]!);
      if (takesOrigin && name.text === 'includes') {
        return { one: [], lists: [of], expressions: [] };
      }
      return takesOrigin && name.text === 'test' ? { one: [], lists: [], expressions: [of] } : undefined;
    }
    return undefined;
  }

  private comparison(node: ts.BinaryExpression): Formula | undefined {
    const operator = node.operatorToken.getText();
    if (operator === '||') {
      return choose(this.condition(node.left), true, this.condition(node.right));
    }
    if (operator === '&&') {
      return choose(this.condition(node.left), this.condition(node.right), false);
    }
    const list = this.indexOf(node.left);
    if (list !== undefined) {
      const found = `${operator} ${node.right.getText()}`;
      const isIn: Allowed = { one: [], lists: [list], expressions: [] };
      return ['!== -1', '!= -1', '> -1', '>= 0'].includes(found)
        ? isIn
        : ['=== -1', '== -1', '< 0'].includes(found)
          ? { not: isIn }
          : undefined;
    }
    const other = this.isOrigin(node.left) ? node.right : this.isOrigin(node.right) ? node.left : undefined;
    if (other === undefined) {
      return undefined;
    }
    if (['undefined', 'null'].includes(other.getText())) {
      return ['===', '=='].includes(operator) ? false : ['!==', '!='].includes(operator) ? true : undefined;
    }
    const is: Allowed = { one: [other], lists: [], expressions: [] };
    return operator === '===' ? is : operator === '!==' ? { not: is } : undefined;
  }

  private indexOf(written: ts.Expression): ts.Expression | undefined {
    const { ts: typescript } = this;
    const node = bare(typescript, written);
    return typescript.isCallExpression(node) &&
      typescript.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'indexOf' &&
      node.arguments.length === 1 &&
      this.isOrigin(node.arguments[0]!)
      ? node.expression.expression
      : undefined;
  }

  private isOrigin(node: ts.Expression): boolean {
    const inner = bare(this.ts, node);
    return this.ts.isIdentifier(inner) && inner.text === this.origin;
  }

  private mentions(node: ts.Node, name: string): boolean {
    return nodesOf(node).some((each) => this.ts.isIdentifier(each) && each.text === name);
  }
}

function block(typescript: Project['ts'], statement: ts.Statement | undefined): readonly ts.Statement[] {
  return statement === undefined ? [] : typescript.isBlock(statement) ? statement.statements : [statement];
}

function not(formula: Formula | undefined): Formula | undefined {
  return formula === undefined
    ? undefined
    : typeof formula === 'boolean'
      ? !formula
      : 'not' in formula
        ? formula.not
        : { not: formula };
}

/** `when ? yes : no`, as far as it can be written as one set of origins. */
function choose(when: Formula | undefined, yes: Formula | undefined, no: Formula | undefined): Formula | undefined {
  if (when === true) {
    return yes;
  }
  if (when === false) {
    return no;
  }
  if (when === undefined || yes === undefined || no === undefined) {
    return undefined;
  }
  if ('not' in when) {
    return choose(when.not, no, yes);
  }
  if (yes === no) {
    return yes;
  }
  if (yes === true && no === false) {
    return when;
  }
  if (yes === false && no === true) {
    return { not: when };
  }
  return yes === true && typeof no === 'object' && !('not' in no)
    ? {
        one: [...when.one, ...no.one],
        lists: [...when.lists, ...no.lists],
        expressions: [...when.expressions, ...no.expressions],
      }
    : undefined;
}
