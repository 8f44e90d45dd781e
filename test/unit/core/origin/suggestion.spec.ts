import fc from '../../../support/fast-check.js';
import type { OriginChecks } from '../../../../lib/core/origin/origin-checks.js';
import {
  checkOriginPattern,
  type OriginPattern,
  parseOriginPattern,
} from '../../../../lib/core/origin/parse-pattern.js';
import { isProvenSuggestion } from '../../../../lib/core/origin/suggestion.js';
import { isPublicSuffix } from '../../../../lib/config/public-suffix.js';
import { anyText, originLike, patternLike } from './origin-arbitraries.js';

const CHECKS: OriginChecks = { credentials: true, dangerously: {}, isPublicSuffix };

/** The library's suggestion for a text with any error. */
function suggestionsFor(text: string): readonly string[] {
  const parsed = parseOriginPattern(text);
  const problems = 'code' in parsed ? [parsed] : checkOriginPattern(parsed, CHECKS);
  return problems.flatMap(({ suggestion }) => suggestion ?? []);
}

/** Typical human errors, applied one after the other to a correct pattern. */
const broken = fc
  .tuple(
    patternLike,
    fc.array(
      fc.constantFrom<(text: string) => string>(
        (text) => text.replace('://', '//'),
        (text) => text.replace('://', ':'),
        (text) => text.replace(/^https?:\/\//, ''),
        (text) => text.replace(/^https?/, '*'),
        (text) => text.replace('https', 'htps'),
        (text) => text.toUpperCase(),
        (text) => ` ${text}\n`,
        (text) => `${text}/`,
        (text) => `${text}/path?query#fragment`,
        (text) => text.replace('://', '://user:password@'),
        (text) => text.replace('*.', '*'),
        (text) => text.replace('*', '**'),
        (text) => text.replace('*.', '.'),
        (text) => text.replace('com', '*'),
        (text) => `${text}*`,
        (text) => `${text}:80`,
        (text) => `${text}:443`,
        (text) => `${text}:0443`,
        (text) => `${text}:`,
        (text) => `${text}.`,
        (text) => text.replace('a', 'bücher'),
        (text) => text.replace('a', '127.0.1'),
        (text) => text.replace('a', '[::0001]'),
        (text) => text.replace('a', ''),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([text, errors]) => errors.reduce((changed, error) => error(changed), text));

/**
 * Reports if a text may mean an origin. It replaces each `*` with a text and parses the result as a URL. A text
 * without a scheme gets the scheme of the origin.
 */
function denotes(text: string, origin: string): boolean {
  const { protocol, hostname, port } = new URL(origin);
  const written = text.trim();
  if (!/^(?:https?|wss?):$/.test(protocol)) {
    // The form of an origin with another scheme cannot be corrected.
    return written.toLowerCase() === origin || new URL(written).origin === origin;
  }
  const own =
    /^(https?|wss?)(?=:|\/\/)/i.exec(written)?.[0].toLowerCase() ?? (/^htps:/i.test(written) ? 'https' : undefined);
  if (own !== undefined && `${own}:` !== protocol) {
    return false;
  }
  const rest = written.replace(/^(?:(?:https?|wss?|htps)(?=:|\/\/)|[^/:]*\*[^/:]*(?=:\/\/))?:?\/*/i, '');
  const labels = hostname.split('.');
  const starts = labels.map((_, index) => labels.slice(0, index + 1).join('.'));
  const parts = labels.flatMap((label) =>
    Array.from({ length: label.length }, (_, from) =>
      Array.from({ length: label.length - from }, (__, count) => label.slice(from, from + count + 1)),
    ).flat(),
  );
  const fillings = new Set(['', ...starts, ...starts.map((start) => `${start}.`), ...parts]);
  const authority = rest.split(/[/\\?#]/, 1)[0]!;
  const bare = authority.slice(authority.lastIndexOf('@') + 1);
  const bodies = [
    rest,
    ...(bare.startsWith('.') ? [`*${bare}`] : []),
    ...(/:.*:/.test(bare) ? [`[${bare}]`] : []),
    ...(written.startsWith('::') ? [`[${written.split(/[/\\?#]/, 1)[0]}]`] : []),
  ];
  return bodies.some((body) =>
    [...fillings].some((filling) =>
      [...new Set(['', `:${port}`, port])].some((end) => {
        const [host = '', ...tail] = body.split(/(?=:\**$|:\**[/?#])/);
        const filled = host.replace(/\*+/g, filling) + tail.join('').replace(/:?\*+/, end);
        const glued = body.replace(/\*+$/, end).replace(/\*+/g, filling);
        return [filled, glued].some((each) => originOf(`${protocol}//${each}`) === origin);
      }),
    ),
  );
}

function originOf(text: string): string | undefined {
  try {
    return new URL(text).origin;
  } catch {
    return undefined;
  }
}

/** Origins that match a pattern. They are built here, without the library. */
function originsOf({ scheme, host, subdomains, label, port }: OriginPattern): readonly string[] {
  const names = subdomains ? ['q', 'q.r', 'q-1'] : label ? [`${label.prefix}q${label.suffix}`] : [undefined];
  const ends = port === '*' ? ['', ':9'] : [port === undefined ? '' : `:${port}`];
  return names.flatMap((name) => ends.map((end) => `${scheme}://${name === undefined ? '' : `${name}.`}${host}${end}`));
}

test('3.7: a suggestion is accepted, and allows nothing that the text would not', () => {
  let suggested = 0;
  fc.assert(
    fc.property(fc.oneof({ weight: 6, arbitrary: broken }, originLike, patternLike, anyText), (text) => {
      for (const suggestion of suggestionsFor(text)) {
        suggested++;
        const pattern = parseOriginPattern(suggestion);
        expect([text, suggestion, pattern]).toEqual([
          text,
          suggestion,
          expect.not.objectContaining({ code: expect.anything() }),
        ]);
        for (const origin of originsOf(pattern as OriginPattern)) {
          expect([text, suggestion, origin, denotes(text, origin)]).toEqual([text, suggestion, origin, true]);
        }
        // The suggestion itself needs no further correction.
        expect(suggestionsFor(suggestion)).toEqual([]);
      }
    }),
    { numRuns: 10_000 },
  );
  // Without this check, a library that suggests nothing would pass.
  expect(suggested).toBeGreaterThan(1_000);
});

test.each([
  ['https://my-app-git-*.vercel.app', 'https://*.vercel.app', false],
  ['https://*-3000.app.github.dev', 'https://*.-3000.app.github.dev', false],
  ['true', 'https://true', false],
  ['http//a.example', 'https://http', false],
  ['http//a.example', 'http://a.example', true],
  ['http://a.example', 'https://a.example', false],
  ['http://localhost:3*', 'http://localhost:*', false],
  ['https://*.*.example.com', 'https://*.example.com', false],
  ['https://a*.example.com/', 'https://*.example.com', false],
  ['https://app-*.a.example/', 'https://app-*.a.example', true],
  ['https://app-git-*.a.example/', 'https://app-*.a.example', false],
  ['https://aa*b.a.example/', 'https://a*b.a.example', false],
  ['https://a*7b.a.example/', 'https://a*b.a.example', false],
  ['https://a7*b.a.example/', 'https://a*b.a.example', false],
  ['https://a*bb.a.example/', 'https://a*b.a.example', false],
  ['https://aa*.a.example', 'https://a*a.a.example', false],
  [' http://a.example', 'https://a.example', false],
  ['HTPS://a.example', 'https://a.example', true],
  ['example.com/?to=https://x.example', 'https://example.com', true],
  ['https://intranet/', 'https://intranet', true],
  ['intranet:8080', 'https://intranet:8080', true],
  ['fe:8080', 'https://fe:8080', true],
  ['https://a b/', 'https://a.example', false],
  ['http://localhost:3000/', 'http://localhost:*', false],
  ['http://localhost/', 'http://localhost:*', false],
  // A subdomain of the name would be too long.
  [`https://*.${'a.'.repeat(125)}b/`, `https://*.${'a.'.repeat(125)}b`, false],
  ['http://[::1]x:3000', 'http://[::1]:3000', false],
  ['https://a.example:3000x', 'https://a.example:3000', false],
  ['https://a.example:0', 'https://a.example', false],
  ['https://a.example/', 'https://b.example', false],
  ['https://a.example/', 'https://a.example:8443', false],
  ['https://a.example:8443/', 'https://a.example', false],
  ['.com', 'https://*.com', false],
  ['https://*.com/', 'https://*.com', false],
  ['https://*.com./', 'https://*.com.', false],
  ['https://a*.com/', 'https://a*.com', false],
  ['http://*.localhost/', 'http://*.localhost', true],
  ['.com.', 'https://*.com.', false],
  ['true.', 'https://true.', false],
  ['::FFFF', 'https://[::ffff]', true],
  ['Localhost:3000', 'http://localhost:3000', true],
])('3.7: instead of %j, %j is proven: %s', (written, suggestion, expected) => {
  const pattern = parseOriginPattern(suggestion);
  expect('code' in pattern ? false : isProvenSuggestion(written, pattern)).toBe(expected);
});
