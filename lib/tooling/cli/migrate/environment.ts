import type ts from 'typescript';
import { bare, type Project } from './project.js';
import { codeOf } from './code.js';
import { UNKNOWN, type Values } from './values.js';

/** An expression over variables of the environment, as code that says the same anywhere in the project. */
export interface EnvironmentCode {
  readonly kind: 'text' | 'list';
  readonly code: string;
}

/**
 * Writes an expression that depends on `process.env` and on constants alone: `process.env.ORIGIN ?? 'https://a.example'`,
 * `process.env.ORIGINS?.split(',')`.
 *
 * @returns `undefined` if it depends on anything else
 */
export function environmentCode(written: ts.Expression, project: Project, values: Values): EnvironmentCode | undefined {
  return values.nested('code', written, () => codeFor(written, project, values));
}

function codeFor(written: ts.Expression, project: Project, values: Values): EnvironmentCode | undefined {
  const { ts: typescript } = project;
  const again = (node: ts.Expression): EnvironmentCode | undefined => environmentCode(node, project, values);
  const isCast = typescript.isAsExpression(written) || typescript.isTypeAssertionExpression(written);
  if (typescript.isNonNullExpression(written) || (isCast && isVariable(bare(typescript, written), project))) {
    const inner = again(written.expression);
    return inner && { ...inner, code: `${inner.code}!` };
  }
  const outer = bare(typescript, written);
  if (outer !== written) {
    return again(typescript.isParenthesizedExpression(written) ? written.expression : outer);
  }
  const node = values.follow(written);
  if (node !== written) {
    return again(node);
  }
  const value = values.of(node);
  if (value !== UNKNOWN) {
    return typeof value === 'string'
      ? { kind: 'text', code: codeOf(value) }
      : Array.isArray(value) && value.every((each) => typeof each === 'string')
        ? { kind: 'list', code: codeOf(value) }
        : undefined;
  }
  if (isVariable(node, project)) {
    return { kind: 'text', code: node.getText() };
  }
  if (typescript.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText();
    const [left, right] = [again(node.left), again(node.right)];
    return (operator === '||' || operator === '??') && left && right && left.kind === right.kind
      ? { kind: left.kind, code: `(${left.code} ${operator} ${right.code})` }
      : undefined;
  }
  if (typescript.isConditionalExpression(node)) {
    const when = conditionCode(node.condition, project, values);
    const [yes, no] = [again(node.whenTrue), again(node.whenFalse)];
    return when !== undefined && yes && no && yes.kind === no.kind
      ? { kind: yes.kind, code: `(${when} ? ${yes.code} : ${no.code})` }
      : undefined;
  }
  return typescript.isCallExpression(node) ? callCode(node, project, values) : undefined;
}

function callCode(node: ts.CallExpression, project: Project, values: Values): EnvironmentCode | undefined {
  const { ts: typescript } = project;
  const { expression, arguments: args } = node;
  if (!typescript.isPropertyAccessExpression(expression)) {
    return undefined;
  }
  const of = environmentCode(expression.expression, project, values);
  const dot = expression.questionDotToken === undefined ? '.' : '?.';
  const code = of && `${of.code}${dot}${node.getText().slice(expression.name.getStart() - node.getStart())}`;
  const [argument] = args;
  const given = argument?.getText() ?? '';
  if (of === undefined || code === undefined || args.length > 1) {
    return undefined;
  }
  switch (expression.name.text) {
    case 'split':
      return of.kind === 'text' && argument !== undefined && values.of(argument) !== UNKNOWN
        ? { kind: 'list', code: `${of.code}${dot}split(${codeOf(values.of(argument) as string)})` }
        : undefined;
    case 'trim':
    case 'toLowerCase':
      return of.kind === 'text' && args.length === 0 ? { kind: 'text', code } : undefined;
    case 'map':
      return of.kind === 'list' && /^\(?(\w+)(?:: string)?\)? => \1\.trim\(\)$/.test(given)
        ? { kind: 'list', code }
        : undefined;
    case 'filter':
      return of.kind === 'list' && given === 'Boolean' ? { kind: 'list', code } : undefined;
    default:
      return undefined;
  }
}

/** A condition over variables of the environment; `undefined` if it depends on anything else. */
export function conditionCode(written: ts.Expression, project: Project, values: Values): string | undefined {
  return values.nested('condition', written, () => codeForCondition(written, project, values));
}

function codeForCondition(written: ts.Expression, project: Project, values: Values): string | undefined {
  const { ts: typescript } = project;
  const node = values.follow(written);
  if (isVariable(node, project)) {
    return node.getText();
  }
  if (typescript.isPrefixUnaryExpression(node) && node.operator === typescript.SyntaxKind.ExclamationToken) {
    const inner = conditionCode(node.operand, project, values);
    return inner && `!(${inner})`;
  }
  if (!typescript.isBinaryExpression(node)) {
    return undefined;
  }
  const operator = node.operatorToken.getText();
  if (['&&', '||'].includes(operator)) {
    const [left, right] = [node.left, node.right].map((each) => conditionCode(each, project, values));
    return left && right && `(${left} ${operator} ${right})`;
  }
  const value = values.of(node.right);
  const left = values.follow(node.left);
  return ['===', '!==', '==', '!='].includes(operator) && isVariable(left, project) && typeof value === 'string'
    ? `${left.getText()} ${operator} ${codeOf(value)}`
    : undefined;
}

/** `process.env.NAME` or `process.env['NAME']`. */
function isVariable(node: ts.Expression, { ts: typescript }: Project): boolean {
  const isMember =
    typescript.isPropertyAccessExpression(node) ||
    (typescript.isElementAccessExpression(node) && typescript.isStringLiteral(node.argumentExpression));
  return isMember && node.expression.getText() === 'process.env';
}
