import { sampleOf } from '../../../core/origin/expression-samples.js';
import { parseExpression } from '../../../core/origin/expression-syntax.js';
import { expressionOf, type PathPattern, readPattern } from './paths/path-pattern.js';
import { FRESH } from './paths/segments.js';
import { witnessesOf } from './paths/witnesses.js';

/** A host to compare two apps on, and the pattern that it represents. */
export interface AskedHost {
  readonly host: string;
  readonly label: string;
}

/** Reports whether a host filter of a controller matches a host. One that is an expression is its text. */
export function hostMatches(pattern: string, host: string): boolean {
  return pattern === host || (expressionOf(pattern)?.test(host) ?? readHost(pattern).matches(`/${host}`));
}

/** A host for every set of host filters that some host matches, as far as hosts can be made of them. */
export function hostsOf(patterns: readonly string[]): readonly AskedHost[] {
  const texts = patterns.filter((pattern) => expressionOf(pattern) === undefined);
  const named = witnessesOf(texts.map(readHost)).list.map(({ path, label }) => ({
    host: path.slice(1),
    label: label.slice(1),
  }));
  return [
    ...named.filter(({ host, label }) => label !== '' && !host.includes('/')),
    ...patterns.flatMap((pattern) => samplesOf(pattern).map((host) => ({ host, label: pattern }))),
  ];
}

/** Nest matches hosts by the library that Express matches paths by. A parameter may have dots. */
function readHost(pattern: string): PathPattern {
  return readPattern(`/${pattern}`, { platform: 'express', ignoresCase: true, ignoresEndSlash: false });
}

/** Hosts that an expression matches. Where none can be made, its text is one that matches it alone. */
function samplesOf(pattern: string): readonly string[] {
  const expression = expressionOf(pattern);
  if (expression === undefined) {
    return [];
  }
  const root = parseExpression(expression);
  const made = (['once', 'filling'] as const).flatMap((times) =>
    [0, 1, 2, 3].map((options) => sampleOf(root, { options, times, filling: FRESH })),
  );
  const hosts = [...new Set(made)].filter((host) => expression.test(host));
  return hosts.length === 0 ? [pattern] : hosts;
}
