interface Node {
  readonly literals: Map<string, Node>;
  /** Below a segment that is one parameter. */
  parameter: Node | undefined;
  /** Routes that end here. */
  readonly ends: number[];
  /** Routes whose further segments cannot be told by looking at the pattern. */
  readonly open: number[];
}

/** A segment that is one named parameter and nothing else. */
const PARAMETER = /^:[A-Za-z_$][\w$]*$/;
/** A segment without any syntax of path patterns; a letter outside ASCII is left to the platform's own folding. */
const LITERAL = /^[\w\-.~!@$&';=%]+$/;

/**
 * Narrows down which path patterns can match a path, so that the cost of finding a route follows the path's length and
 * not the number of routes. It may name a pattern too many, which the platform's own matcher then rejects, never one
 * too few: what it cannot read in a pattern it leaves open.
 */
export class PathIndex {
  private readonly root = newNode();

  /**
   * @param patterns the patterns by their order; anything but a string is left open
   */
  constructor(patterns: readonly unknown[]) {
    patterns.forEach((pattern, order) => this.add(pattern, order));
  }

  /** The orders of the patterns that may match, ascending. */
  candidates(path: string): readonly number[] {
    const found: number[] = [];
    collect(this.root, segmentsOf(path), 0, found);
    return found.length > 1 ? found.sort((a, b) => a - b) : found;
  }

  private add(pattern: unknown, order: number): void {
    let node = this.root;
    for (const segment of typeof pattern === 'string' ? segmentsOf(pattern) : ['(']) {
      if (PARAMETER.test(segment)) {
        node = node.parameter ??= newNode();
      } else if (LITERAL.test(segment)) {
        node = childOf(node, segment);
      } else {
        node.open.push(order);
        return;
      }
    }
    node.ends.push(order);
  }
}

function collect(node: Node, segments: readonly string[], depth: number, found: number[]): void {
  found.push(...node.open);
  const segment = segments[depth];
  if (segment === undefined) {
    found.push(...node.ends);
    return;
  }
  const literal = node.literals.get(segment);
  if (literal !== undefined) {
    collect(literal, segments, depth + 1, found);
  }
  if (node.parameter !== undefined) {
    collect(node.parameter, segments, depth + 1, found);
  }
}

/** Segments in lower case, without the empty ones that slashes at either end leave: more may match, never less. */
function segmentsOf(path: string): readonly string[] {
  const segments = path.toLowerCase().split('/');
  while (segments.at(-1) === '') {
    segments.pop();
  }
  return segments[0] === '' ? segments.slice(1) : segments;
}

function childOf(node: Node, segment: string): Node {
  let child = node.literals.get(segment);
  if (child === undefined) {
    child = newNode();
    node.literals.set(segment, child);
  }
  return child;
}

function newNode(): Node {
  return { literals: new Map(), parameter: undefined, ends: [], open: [] };
}
