import { effectOf } from './expression-effect.js';
import { sampleOf } from './expression-samples.js';
import { type ExpressionNode, parseExpression } from './expression-syntax.js';
import { buildOriginMatcher } from './matcher.js';
import { withoutMemory } from './regexp.js';
import type { OriginChecks } from './origin-checks.js';
import { isLoopback, parseOrigin } from './origin.js';
import { checkOriginPattern, parseOriginPattern } from './parse-pattern.js';
import type { OriginPattern } from './pattern.js';
import { patternSamples } from './suggestion.js';

/**
 * Finds strings, or an anchored form, to write in place of an expression that a policy refuses (rule 3.7). Every policy
 * accepts each of them, and the expression allows each of their samples.
 *
 * @returns what to write, as code; `undefined` if nothing is proven
 */
export function suggestForExpression(
  expression: RegExp,
  isPublicSuffix: OriginChecks['isPublicSuffix'],
): string | undefined {
  const root = parseExpression(expression);
  const strings = isFixed(root, false) ? stringsFor(root, withoutMemory(expression), isPublicSuffix) : [];
  return strings.length > 0 ? strings.map((text) => `'${text}'`).join(', ') : anchored(expression, isPublicSuffix);
}

/** Reports whether the shortest text is the only one, but for what may be left out. An unescaped dot is meant as a dot. */
function isFixed(node: ExpressionNode, isRepeated: boolean): boolean {
  switch (node.kind) {
    case 'class':
      return node.isDot && !isRepeated;
    case 'sequence':
      return node.items.every((item) => isFixed(item, isRepeated));
    case 'repeat':
      return node.min === 0 || isFixed(node.item, true);
    default:
      return node.kind !== 'choice';
  }
}

function stringsFor(root: ExpressionNode, tested: RegExp, isPublicSuffix: OriginChecks['isPublicSuffix']): string[] {
  const shortest = sampleOf(root, { options: 0, times: 'least', filling: 'a' });
  const patterns = patternsFrom(shortest)
    .map(parseOriginPattern)
    .filter((pattern): pattern is OriginPattern => !('code' in pattern))
    .filter(
      (pattern) =>
        checkOriginPattern(pattern, { credentials: true, dangerously: {}, isPublicSuffix }).length === 0 &&
        patternSamples(pattern).every((origin) => tested.test(origin)),
    );
  const matcher = buildOriginMatcher(patterns);
  const longer = (['once', 'filling'] as const)
    .map((times) => sampleOf(root, { options: 0, times, filling: 'a.' }))
    .filter((text) => text !== shortest && parseOrigin(text) !== undefined && tested.test(text));
  // `(?:www\.)?` leaves out what the strings would leave out for good.
  const isMeant = longer.length === 0 || longer.some((origin) => matcher.has(origin));
  const texts = isMeant ? patterns.map(({ text }) => text) : [];
  return texts.filter((text) => !texts.includes(`${text}:*`));
}

/** Patterns that the shortest text of an expression may be meant as: an origin, or the end of a host. */
function patternsFrom(text: string): readonly string[] {
  const origin = parseOrigin(text);
  if (origin !== undefined) {
    return [text, ...(isLoopback(origin) ? [`${text}:*`] : []), text.replace('://', '://*.')];
  }
  const host = text.replace(/^\./, '');
  return host.includes('.') ? [`https://${host}`, `https://*.${host}`] : [];
}

function anchored({ source, flags }: RegExp, isPublicSuffix: OriginChecks['isPublicSuffix']): string | undefined {
  const candidate = new RegExp(
    `^(?:${source.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')})$`,
    flags.replace(/[gy]/g, ''),
  );
  const isFine = Object.keys(effectOf(candidate, isPublicSuffix)).length === 0;
  const root = parseExpression(candidate);
  const samples = [0, 1, 2, 3].map((options) => sampleOf(root, { options, times: 'once', filling: 'a' }));
  const isMeant = samples.every((sample) => parseOrigin(sample) !== undefined && candidate.test(sample));
  return isFine && isMeant ? String(candidate) : undefined;
}
