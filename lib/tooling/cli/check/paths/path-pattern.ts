import { type PathPart, expressParts, fastifyParts } from './path-parts.js';
import { type Segment, segmentsOf } from './segments.js';
import { rankOf } from './specificity.js';

/** Settings by which the platform of an app reads paths. */
export interface PathReading {
  readonly platform: string;
  readonly ignoresCase: boolean;
  readonly ignoresEndSlash: boolean;
}

/** A path pattern of one app, ready to be matched and to be compared with other patterns. */
export interface PathPattern {
  readonly text: string;
  /** The pattern as lists of segments, one for each choice of its optional parts. Empty: it cannot be read so. */
  readonly alternatives: readonly (readonly Segment[])[];
  /** The rank in Fastify's search: see `compareRanks`. */
  readonly rank: readonly string[];
  matches(path: string): boolean;
}

/**
 * Reads a pattern as its platform does. The command has a reader of its own, as a snapshot may have been written on
 * another platform than the one that is installed.
 */
export function readPattern(text: string, reading: PathReading): PathPattern {
  const fastify = reading.platform === 'fastify';
  const choices = fastify ? fastifyParts(text) : expressParts(text);
  const end = reading.ignoresEndSlash ? '/?$' : '$';
  const sources = choices.map((parts) => parts.map((part) => sourceOf(part, fastify)).join(''));
  const regex = new RegExp(`^(?:${sources.join('|')})${end}`, reading.ignoresCase ? 'i' : '');
  return {
    text,
    alternatives: choices.flatMap(apart).map((parts) => segmentsOf(reading.ignoresCase ? parts.map(folded) : parts)),
    rank: fastify ? rankOf(choices[0]!) : [],
    matches: (path) => regex.test(path),
  };
}

/** Reads the text of a regular expression; one that cannot be read matches every path. */
export function readExpression(text: string): PathPattern {
  const regex = expressionOf(text) ?? /(?:)/;
  return { text, alternatives: [], rank: [], matches: (path) => regex.test(path) };
}

/** The regular expression of a text, without memory; `undefined`: it is none, or another version of Node wrote it. */
export function expressionOf(text: string): RegExp | undefined {
  const [, source, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  try {
    return source === undefined ? undefined : new RegExp(source, flags.replace(/[gy]/g, ''));
  } catch {
    return undefined;
  }
}

/** A wildcard beside text in one segment: that segment alone, and with more segments beside it. */
function apart(parts: readonly PathPart[]): readonly (readonly PathPart[])[] {
  const at = parts.findIndex(
    ({ kind }, index) => kind === 'rest' && (!isSlash(parts[index - 1]) || !isSlash(parts[index + 1] ?? SLASH)),
  );
  if (at === -1) {
    return [parts];
  }
  const [before, after] = [parts.slice(0, at), parts.slice(at + 1)];
  return [
    [...before, PARAM, ...after],
    ...(isSlash(before.at(-1))
      ? []
      : [[...before, PARAM, SLASH, REST, ...(after.length === 0 ? [] : [SLASH, PARAM, ...after])]]),
    ...(isSlash(before.at(-1)) ? [[...before, REST, SLASH, PARAM, ...after]] : []),
  ];
}

const SLASH: PathPart = { kind: 'text', text: '/' };
const PARAM: PathPart = { kind: 'param' };
const REST: PathPart = { kind: 'rest' };

function isSlash(part: PathPart | undefined): boolean {
  return part?.kind === 'text' && part.text === '/';
}

function sourceOf(part: PathPart, fastify: boolean): string {
  switch (part.kind) {
    case 'text':
      return part.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    case 'param':
      return part.expression === undefined ? (fastify ? '[^/]*' : '[^/]+') : `(?:${part.expression})`;
    case 'rest':
      return fastify ? '[^]*' : '[^]+';
  }
}

function folded(part: PathPart): PathPart {
  return part.kind === 'text' ? { kind: 'text', text: part.text.toLowerCase() } : part;
}
