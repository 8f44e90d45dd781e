/** Most have one child and a route or none, so empty parts are not created. */
interface IndexNode {
  literals: Map<string, IndexNode> | undefined;
  /** Below a segment that is one parameter. */
  parameter: IndexNode | undefined;
  /** Routes that end here. */
  ends: number[] | undefined;
  /** Routes whose further segments cannot be read from the pattern. */
  open: number[] | undefined;
}

/** Reports whether a pattern consists of plain text and of whole segments that are parameters. */
export function isPlainPattern(pattern: unknown): boolean {
  return typeof pattern === 'string' && segmentsOf(pattern).every((part) => PARAMETER.test(part) || LITERAL.test(part));
}

const SLASH = 47;

/** A segment that is one named parameter and nothing else. */
const PARAMETER = /^:[A-Za-z_$][\w$]*$/;
/** A segment without any syntax of path patterns; a letter outside ASCII is left to the platform's own folding. */
const LITERAL = /^[\w\-.~!@$&';=%]+$/;

/**
 * Narrows down which path patterns can match a path, so that the cost of finding a route depends on the path's length
 * and not on the number of routes. It may give a pattern too many, which the platform's own matcher then rejects, but
 * never one too few: an unreadable part of a pattern matches everything.
 */
export class PathIndex {
  private readonly root = newNode();

  /**
   * @param patterns the patterns by their order; anything but a string is left open
   * @param mayBeEmpty whether a parameter may be empty, as in `/orders/` for `/orders/:id`
   */
  constructor(
    patterns: readonly unknown[],
    private readonly mayBeEmpty = false,
  ) {
    patterns.forEach((pattern, order) => this.add(pattern, order));
  }

  /** The orders of the patterns that may match, ascending. */
  candidates(path: string): readonly number[] {
    const found: number[] = [];
    const text = path.toLowerCase();
    this.collect(this.root, text, startOf(text), endOf(text), found);
    return found.length > 1 ? found.sort(ascending) : found;
  }

  /** Segment by segment, without a list of them: this is done for each request. */
  private collect(node: IndexNode, text: string, start: number, end: number, found: number[]): void {
    append(found, node.open);
    const { literals, parameter } = node;
    if (start >= end) {
      append(found, node.ends);
      if (parameter !== undefined && this.mayBeEmpty) {
        this.collect(parameter, text, end, end, found);
      }
      return;
    }
    const slash = text.indexOf('/', start);
    const stop = slash === -1 ? end : slash;
    const literal = literals?.get(text.slice(start, stop));
    if (literal !== undefined) {
      this.collect(literal, text, stop + 1, end, found);
    }
    if (parameter !== undefined) {
      this.collect(parameter, text, stop + 1, end, found);
    }
  }

  private add(pattern: unknown, order: number): void {
    let node = this.root;
    for (const segment of typeof pattern === 'string' ? segmentsOf(pattern) : ['(']) {
      if (PARAMETER.test(segment)) {
        node = node.parameter ??= newNode();
      } else if (LITERAL.test(segment)) {
        node = childOf(node, segment);
      } else {
        (node.open ??= []).push(order);
        return;
      }
    }
    (node.ends ??= []).push(order);
  }
}

function append(all: number[], some: readonly number[] | undefined): void {
  if (some === undefined) {
    return;
  }
  for (const each of some) {
    all.push(each);
  }
}

/** Segments in lower case, without the empty ones that slashes at either end leave: more may match, never less. */
function segmentsOf(path: string): readonly string[] {
  const text = path.toLowerCase();
  const [start, end] = [startOf(text), endOf(text)];
  return start >= end ? [] : text.slice(start, end).split('/');
}

function startOf(path: string): number {
  return path.charCodeAt(0) === SLASH ? 1 : 0;
}

function endOf(path: string): number {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === SLASH) {
    end--;
  }
  return end;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function childOf(node: IndexNode, segment: string): IndexNode {
  const literals = (node.literals ??= new Map<string, IndexNode>());
  let child = literals.get(segment);
  if (child === undefined) {
    child = newNode();
    literals.set(segment, child);
  }
  return child;
}

function newNode(): IndexNode {
  return { literals: undefined, parameter: undefined, ends: undefined, open: undefined };
}
