import type { PathPart } from './path-parts.js';

/** The kinds of nodes of find-my-way, in the order in which a search tries them. */
const ORDER = 'srpw';

/**
 * The nodes that a pattern makes in the tree of find-my-way: a static node a character (`s`), a parameter with (`r`) or
 * without (`p`) an expression and the text behind it, a wildcard (`w`).
 */
export function rankOf(parts: readonly PathPart[]): readonly string[] {
  const nodes: string[] = [];
  let open: string | undefined;
  const close = (): void => {
    if (open !== undefined) {
      nodes.push(open === '()' ? 'p' : `r${open}`);
      open = undefined;
    }
  };
  for (const part of parts) {
    if (part.kind === 'param') {
      open = `${open ?? ''}(${part.expression ?? ''})`;
    } else if (part.kind === 'rest') {
      close();
      nodes.push('w');
    } else if (open !== undefined && part.text !== '/') {
      // The rest of a segment, from its first parameter on, is one node.
      open += part.text;
    } else {
      close();
      nodes.push(`s${part.text}`);
    }
  }
  close();
  return nodes;
}

/** Orders two patterns that match one path as find-my-way's search tries them. 0: as they were registered. */
export function compareRanks(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((node, index) => node !== b[index]);
  const [first = '', second = ''] = at === -1 ? [] : [a[at], b[at]];
  return first === '' || second === '' ? 0 : ORDER.indexOf(first[0]!) - ORDER.indexOf(second[0]!);
}
