import type { PathPattern } from './path-pattern.js';
import { PatternTree } from './pattern-tree.js';
import { FRESH, intersection, pathsOf, type Segment, shapeOf } from './segments.js';

/** A path that represents all paths that the same patterns match. */
export interface Witness {
  readonly path: string;
  /** The pattern whose paths it represents, or the common part of several patterns. */
  readonly label: string;
}

/** The paths to compare two apps on. */
export interface Witnesses {
  /** The paths of whole patterns first, then those that several patterns have in common. */
  readonly list: readonly Witness[];
  /** True if the patterns overlap in more ways than are tried. */
  readonly cut: boolean;
}

/** Most shapes of paths that are compared. An app of thousands of routes has few beyond its patterns. */
const MOST_SHAPES = 50_000;

/**
 * Finds a path for every set of patterns that some path matches: the patterns themselves, and whatever two or more of
 * them have in common. A parameter is filled with a text that no pattern names, and a wildcard with more segments than
 * any pattern has, so that a path matches no pattern that it need not match.
 */
export function witnessesOf(patterns: readonly PathPattern[]): Witnesses {
  const shapes = new Map<string, { readonly segments: readonly Segment[]; readonly label: string }>();
  const tree = new PatternTree();
  const base: (readonly Segment[])[] = [];
  for (const { text, alternatives } of patterns) {
    for (const segments of alternatives) {
      const shape = shapeOf(segments);
      if (!shapes.has(shape)) {
        shapes.set(shape, { segments, label: text });
        tree.add(segments, base.length);
        base.push(segments);
      }
    }
  }
  let cut = false;
  // A map is walked in the order of its insertions, those made meanwhile too.
  for (const { segments } of shapes.values()) {
    if (isPlain(segments)) {
      continue;
    }
    for (const other of tree.near(segments)) {
      for (const both of intersection(segments, base[other]!)) {
        const shape = shapeOf(both);
        if (shapes.has(shape)) {
          continue;
        }
        if (shapes.size >= MOST_SHAPES) {
          cut = true;
          break;
        }
        shapes.set(shape, { segments: both, label: labelOf(both) });
      }
    }
  }
  const depth = 1 + base.reduce((most, { length }) => Math.max(most, length), 0);
  const list = [pathsOf, variantsOf].flatMap((paths) =>
    [...shapes.values()].flatMap(({ segments, label }) =>
      paths(segments, depth).map((path): Witness => ({ path, label })),
    ),
  );
  return { list: [{ path: `/${Array(depth).fill(FRESH).join('/')}`, label: '' }, ...list], cut };
}

/** With a slash at the end, and with nothing in place of the last parameter: platforms differ on both. */
function variantsOf(segments: readonly Segment[], depth: number): readonly string[] {
  const paths = pathsOf(segments, depth);
  const last = segments.at(-1);
  const open = last !== undefined && last.kind !== 'text' && segments.length > 1;
  const emptied = open ? [...pathsOf([...segments.slice(0, -1), { kind: 'text', text: '' }], depth)] : [];
  return [...paths.map((path) => `${path}/`), ...emptied];
}

function isPlain(segments: readonly Segment[]): boolean {
  return segments.every(({ kind }) => kind === 'text');
}

function labelOf(segments: readonly Segment[]): string {
  return segments
    .map((segment) => {
      const text = segment.kind === 'text' ? segment.text : segment.kind === 'some' ? (segment.samples[0] ?? '') : '';
      return segment.kind === 'rest' ? '/*' : segment.kind === 'any' ? '/:any' : `/${text.replaceAll(FRESH, 'any')}`;
    })
    .join('');
}
