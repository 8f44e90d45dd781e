import { effectOf } from './expression-effect.js';
import { sampleOf } from './expression-samples.js';
import { parseExpression } from './expression-syntax.js';
import { withoutMemory } from './regexp.js';
import type { OriginChecks } from './origin-checks.js';
import { isLoopback, parseOrigin } from './origin.js';
import { checkOriginPattern, parseOriginPattern } from './parse-pattern.js';
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
  const tested = withoutMemory(expression);
  const root = parseExpression(expression);
  const shortest = sampleOf(root, { options: 0, times: 'least', filling: 'a' });
  // The shortest text is the only meaning if the expression has no variable part and no choice.
  const isLiteral = shortest === sampleOf(root, { options: 1, times: 'least', filling: 'q' });
  const strings = (isLiteral ? patternsFrom(shortest, expression.source) : []).filter((text) => {
    const pattern = parseOriginPattern(text);
    return (
      !('code' in pattern) &&
      checkOriginPattern(pattern, { credentials: true, dangerously: {}, isPublicSuffix }).length === 0 &&
      patternSamples(pattern).every((origin) => tested.test(origin))
    );
  });
  const widest = strings.filter((text) => !strings.includes(`${text}:*`));
  return widest.length > 0 ? widest.map((text) => `'${text}'`).join(', ') : anchored(expression, isPublicSuffix);
}

/** Patterns that the shortest text of an expression may be meant as: an origin, or the end of a host. */
function patternsFrom(text: string, source: string): readonly string[] {
  const origin = parseOrigin(text);
  if (text.includes('://')) {
    const isOpen = !source.endsWith('$') && origin !== undefined && isLoopback(origin);
    const subdomains = /\*|\+/.test(source) && origin !== undefined ? [`${origin.scheme}://*.${origin.host}`] : [];
    return [text, ...(isOpen ? [`${text}:*`] : []), ...subdomains];
  }
  const host = text.replace(/^\./, '');
  return source.startsWith('^') || !host.includes('.')
    ? []
    : [...(host === text ? [`https://${host}`] : []), `https://*.${host}`];
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
