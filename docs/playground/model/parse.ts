import { parse } from '@babel/parser';
import { UnreadableError } from './problems.js';

export type Program = ReturnType<typeof parse>['program'];
export type Statement = Program['body'][number];
export type Expression = Extract<Statement, { type: 'ExpressionStatement' }>['expression'];
export type ClassNode = Extract<Statement, { type: 'ClassDeclaration' }>;
export type Decorator = NonNullable<ClassNode['decorators']>[number];
export type ObjectNode = Extract<Expression, { type: 'ObjectExpression' }>;
export type CallNode = Extract<Expression, { type: 'CallExpression' }>;

/** A part of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Most characters of a text that is read. */
const MOST_CHARACTERS = 20_000;

/**
 * Parses TypeScript with decorators. Nothing of it is run.
 *
 * @throws UnreadableError with the line and the column
 */
export function parseText(text: string): Program {
  if (text.length > MOST_CHARACTERS) {
    throw new UnreadableError({
      line: 1,
      column: 1,
      message: `The text has ${text.length} characters. At most ${MOST_CHARACTERS} are read.`,
    });
  }
  try {
    return parse(text, {
      sourceType: 'module',
      plugins: ['typescript', 'decorators-legacy'],
      allowAwaitOutsideFunction: true,
      attachComment: false,
    }).program;
  } catch (error) {
    throw new UnreadableError(problemOf(error));
  }
}

function problemOf(error: unknown): UnreadableError['problem'] {
  if (error instanceof RangeError) {
    return { line: 1, column: 1, message: 'The text is nested too deeply.' };
  }
  const { loc, message = String(error) } = error as { loc?: { line: number; column: number }; message?: string };
  return {
    line: loc?.line ?? 1,
    column: (loc?.column ?? 0) + 1,
    message: message.replace(/ \(\d+:\d+\)$/, ''),
  };
}

/** The place of a node, from 1. */
export function placeOf(node: NodeLike): { readonly line: number; readonly column: number } {
  return { line: node.loc?.start.line ?? 1, column: (node.loc?.start.column ?? 0) + 1 };
}

/** The part of a node of the parser that all nodes have. */
export interface NodeLike {
  readonly type: string;
  readonly start?: number | null | undefined;
  readonly end?: number | null | undefined;
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } } | null | undefined;
}

export function spanOf({ start, end }: NodeLike): Span {
  return { start: start ?? 0, end: end ?? 0 };
}

/** Lists a node and all nodes in it. */
export function nodesIn(root: NodeLike): readonly NodeLike[] {
  const found: NodeLike[] = [];
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (Array.isArray(next)) {
      waiting.push(...(next as unknown[]).toReversed());
    } else if (isNode(next)) {
      found.push(next);
      waiting.push(
        ...Object.entries(next)
          .filter(([name]) => name !== 'loc')
          .map(([, value]) => value as unknown)
          .toReversed(),
      );
    }
  }
  return found;
}

function isNode(value: unknown): value is NodeLike {
  return typeof value === 'object' && value !== null && 'type' in value;
}
