import type { PathPart } from './path-parts.js';

/**
 * One segment of a path pattern.
 * - `text`: exactly this text
 * - `any`: any text
 * - `some`: texts that pass all checks; `samples` are such texts
 * - `rest`: one or more segments
 */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'some'; readonly checks: readonly RegExp[]; readonly samples: readonly string[] }
  | { readonly kind: 'rest' };

/** A segment that no app has: it represents any other text. */
export const FRESH = 'zq0cors';

const ANY: Segment = { kind: 'any' };
const REST: Segment = { kind: 'rest' };

/** Texts that expressions of parameters commonly match. */
const TYPICAL: readonly string[] = [
  FRESH,
  '7',
  '70418',
  '2031-07-19',
  'zq',
  'zq-ZQ',
  'zq-cors',
  '0f3a5b7c9d1e2f4a6b8c0d2e',
  '3f0c1a52-9b7d-4e61-8a2f-5d6c7b8a9e01',
  'zq0cors.json',
];

/** Splits the parts of a pattern into segments. The path begins with a slash, which is left out. */
export function segmentsOf(parts: readonly PathPart[]): readonly Segment[] {
  const pieces: PathPart[][] = [[]];
  for (const part of parts) {
    if (part.kind === 'text' && part.text === '/') {
      pieces.push([]);
    } else {
      pieces.at(-1)!.push(part);
    }
  }
  return pieces.slice(1).flatMap(readSegment);
}

function readSegment(parts: readonly PathPart[]): readonly Segment[] {
  const [only] = parts;
  if (parts.every(({ kind }) => kind === 'text')) {
    return [{ kind: 'text', text: parts.map(textOf).join('') }];
  }
  if (parts.length === 1 && only!.kind === 'rest') {
    return [REST];
  }
  if (parts.length === 1 && only!.kind === 'param' && only!.expression === undefined) {
    return [ANY];
  }
  // Text around a wildcard belongs to the first of its segments: that a witness reaches further is no matter.
  const checks = [new RegExp(`^(?:${parts.map(sourceOf).join('')})$`)];
  return [{ kind: 'some', checks, samples: samplesOf(parts).filter((text) => passes(text, checks)) }];
}

/** Texts for a segment: each parameter filled with a text that its expression matches. */
function samplesOf(parts: readonly PathPart[]): readonly string[] {
  let texts = [''];
  for (const part of parts) {
    const choices = part.kind === 'text' ? [part.text] : fillings(part);
    texts = texts.flatMap((text) => choices.map((choice) => text + choice)).slice(0, 64);
  }
  return texts;
}

function fillings(part: PathPart): readonly string[] {
  if (part.kind !== 'param' || part.expression === undefined) {
    return [FRESH];
  }
  const whole = new RegExp(`^(?:${part.expression})$`);
  // `(list|table)`: an expression often names its choices.
  const written = part.expression.split(/[|()?:]/);
  const found = [...TYPICAL, ...written].filter((text) => text !== '' && whole.test(text));
  return [...new Set(found)].slice(0, 16);
}

function sourceOf(part: PathPart): string {
  if (part.kind === 'text') {
    return part.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  return part.kind === 'param' && part.expression !== undefined ? `(?:${part.expression})` : '[^/]+';
}

function textOf(part: PathPart): string {
  return part.kind === 'text' ? part.text : '';
}

function passes(text: string, checks: readonly RegExp[]): boolean {
  return checks.every((check) => check.test(text));
}

/** The common part of two segments; `undefined`: none was found. */
function common(a: Segment, b: Segment): Segment | undefined {
  if (a.kind === 'text' || b.kind === 'text') {
    const [text, other] = a.kind === 'text' ? [a, b] : [b as Segment & { kind: 'text' }, a];
    const fits =
      other.kind === 'text' ? other.text === text.text : other.kind !== 'some' || passes(text.text, other.checks);
    return fits ? text : undefined;
  }
  if (a.kind !== 'some' || b.kind !== 'some') {
    return a.kind === 'some' ? a : b.kind === 'some' ? b : a.kind === 'any' ? a : b;
  }
  const checks = [...new Set([...a.checks, ...b.checks])];
  const samples = [...a.samples, ...b.samples, ...a.samples.flatMap((x) => b.samples.flatMap((y) => merged(x, y)))];
  const fitting = [...new Set(samples)].filter((text) => passes(text, checks)).slice(0, 16);
  return fitting.length === 0 ? undefined : { kind: 'some', checks, samples: fitting };
}

/** `user-zq` and `zq.json` have `user-zq.json` in common, if anything. */
function merged(a: string, b: string): readonly string[] {
  return a.includes(FRESH) && b.includes(FRESH)
    ? [
        a.replace(FRESH, () => b),
        b.replace(FRESH, () => a),
        a.slice(0, a.indexOf(FRESH)) + FRESH + b.slice(b.indexOf(FRESH) + FRESH.length),
        b.slice(0, b.indexOf(FRESH)) + FRESH + a.slice(a.indexOf(FRESH) + FRESH.length),
      ]
    : [];
}

/** Most shapes that the paths of two patterns may share. Two wildcards in one pattern are rare. */
const MOST_SHAPES = 32;

/** The shapes of the paths that both patterns match. */
export function intersection(a: readonly Segment[], b: readonly Segment[]): readonly (readonly Segment[])[] {
  const found: Segment[][] = [];
  const go = (i: number, j: number, taken: readonly Segment[]): void => {
    const [left, right] = [a[i], b[j]];
    if (found.length === MOST_SHAPES) {
      return;
    }
    if (left === undefined || right === undefined) {
      if (left === right) {
        found.push([...taken]);
      }
      return;
    }
    const both = common(left, right);
    if (both === undefined) {
      return;
    }
    const next = [...taken, both];
    go(i + 1, j + 1, next);
    if (left.kind === 'rest') {
      go(i, j + 1, next);
    }
    if (right.kind === 'rest') {
      go(i + 1, j, next);
    }
  };
  go(0, 0, []);
  return found;
}

/** The shape as a text, the same for equal shapes. */
export function shapeOf(segments: readonly Segment[]): string {
  return segments
    .map((segment) => {
      switch (segment.kind) {
        case 'text':
          return `/${segment.text}`;
        case 'any':
          return '/:any';
        case 'some':
          return `/:some(${segment.samples.join('|')})`;
        case 'rest':
          return '/*';
      }
    })
    .join('');
}

/**
 * Paths of a shape: as unlike any other pattern as its parts allow.
 *
 * @param depth how many segments replace a wildcard: more than any pattern without a wildcard has
 */
export function pathsOf(segments: readonly Segment[], depth: number): readonly string[] {
  let paths = [''];
  for (const segment of segments) {
    const texts =
      segment.kind === 'text'
        ? [segment.text]
        : segment.kind === 'some'
          ? segment.samples
          : [
              Array<string>(segment.kind === 'rest' ? depth : 1)
                .fill(FRESH)
                .join('/'),
            ];
    paths = paths.flatMap((path) => texts.map((text) => `${path}/${text}`)).slice(0, 64);
  }
  return paths;
}
