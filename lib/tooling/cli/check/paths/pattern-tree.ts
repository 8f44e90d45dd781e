import type { Segment } from './segments.js';

interface PatternNode {
  readonly texts: Map<string, PatternNode>;
  /** Patterns with a parameter here, limited by an expression or not. */
  other: PatternNode | undefined;
  /** Patterns that end here. */
  readonly ends: number[];
  /** Patterns with a wildcard here, whatever follows it. */
  readonly rest: number[];
}

/** Finds, among thousands of patterns, the few that may have a path in common with another one. */
export class PatternTree {
  readonly #root = emptyNode();

  /** Adds a pattern under a number. */
  add(segments: readonly Segment[], place: number): void {
    let node = this.#root;
    for (const segment of segments) {
      if (segment.kind === 'rest') {
        node.rest.push(place);
        return;
      }
      node = segment.kind === 'text' ? textNode(node, segment.text) : (node.other ??= emptyNode());
    }
    node.ends.push(place);
  }

  /** The numbers of the patterns that may have a path in common with this one: too many rather than too few. */
  near(segments: readonly Segment[]): readonly number[] {
    const found = new Set<number>();
    collect(this.#root, segments, 0, found);
    return [...found];
  }
}

function collect(node: PatternNode, segments: readonly Segment[], at: number, found: Set<number>): void {
  node.rest.forEach((place) => found.add(place));
  const segment = segments[at];
  if (segment === undefined || (segment.kind === 'text' && segment.text === '')) {
    node.ends.forEach((place) => found.add(place));
    // A parameter may be empty, and so may what follows a slash at the end.
    [node.other, node.texts.get('')].forEach((next) => next?.ends.forEach((place) => found.add(place)));
  }
  if (segment === undefined) {
    return;
  }
  if (segment.kind === 'rest') {
    all(node, found);
    return;
  }
  const texts = segment.kind === 'text' ? [node.texts.get(segment.text)] : [...node.texts.values()];
  [...texts, node.other].forEach((next) => next && collect(next, segments, at + 1, found));
}

function all(node: PatternNode, found: Set<number>): void {
  [...node.ends, ...node.rest].forEach((place) => found.add(place));
  [...node.texts.values(), node.other].forEach((next) => next && all(next, found));
}

function textNode(node: PatternNode, text: string): PatternNode {
  let next = node.texts.get(text);
  if (next === undefined) {
    next = emptyNode();
    node.texts.set(text, next);
  }
  return next;
}

function emptyNode(): PatternNode {
  return { texts: new Map(), other: undefined, ends: [], rest: [] };
}
