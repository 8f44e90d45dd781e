import { type ExpressionNode, parseExpression } from './expression-syntax.js';

/**
 * Reports whether a regular expression is anchored at both ends in every alternative, so that it can match nothing but
 * a whole origin: `^(a|b)$` and `^a$|^b$` are, `^a|b$` is not. An unclear expression is reported as not anchored.
 */
export function isAnchored(expression: RegExp): boolean {
  const root = parseExpression(expression);
  return hasAnchor(root, 'start') && hasAnchor(root, 'end');
}

function hasAnchor(node: ExpressionNode | undefined, side: 'start' | 'end'): boolean {
  switch (node?.kind) {
    case 'anchor':
      return node.side === side;
    case 'sequence':
      return hasAnchor(node.items.at(side === 'start' ? 0 : -1), side);
    case 'choice':
      return node.options.every((option) => hasAnchor(option, side));
    case 'repeat':
      return node.min > 0 && hasAnchor(node.item, side);
    default:
      return false;
  }
}

/** A copy that keeps no `lastIndex`: with `g` or `y`, `test()` starts where the last match ended. */
export function withoutMemory(expression: RegExp): RegExp {
  return new RegExp(expression.source, expression.flags.replace(/[gy]/g, ''));
}
