import fc from '../../../support/fast-check.js';

const labels = [
  'a',
  'b',
  'example',
  'com',
  'evil',
  'evil-example',
  'xn--bcher-kva',
  'xn--a',
  '_x',
  '-',
  '1',
  '0x',
  '04',
  '256',
  '',
];

const label = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...labels) },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...'ab01-_.*%ABü['), maxLength: 4 }) },
);

const host = fc.oneof(
  { weight: 6, arbitrary: fc.array(label, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.')) },
  { weight: 1, arbitrary: fc.ipV4() },
  { weight: 1, arbitrary: fc.ipV6().map((address) => `[${address}]`) },
  { weight: 1, arbitrary: fc.domain() },
);

const scheme = fc.constantFrom(
  ...['https', 'https', 'https', 'http', 'http', 'HTTPS', 'ws', 'capacitor', 'app', 'file', 'htps', ''],
);
const port = fc.constantFrom('', '', '', '', ':80', ':443', ':3000', ':0', ':01', ':65536', ':*', ':', ':x');
const tail = fc.constantFrom('', '', '', '', '', '', '', '/', '/x', '?', '#', ' ', '.');

/** Texts that are origins or almost origins. */
export const originLike = fc.tuple(scheme, host, port, tail).map(([s, h, p, t]) => `${s}://${h}${p}${t}`);

/** Any texts, also with lone surrogates and control characters. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: fc.constantFrom(...'https://*.[]:@?#\\%aA0ü \0\u202e\ud800') }),
);

const fewNames = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom('a', 'b', 'com', 'evil-com'), { minLength: 1, maxLength }).map((parts) => parts.join('.'));

const fewSchemes = fc.constantFrom('https', 'https', 'https', 'http');

/** Patterns with few names, so that they often match {@link originOnFewNames}. A few patterns are broken. */
export const patternLike = fc
  .tuple(
    fewSchemes,
    fc.constantFrom('', '', '*.', '*.', '*', 'a-*.', '*-b.', 'a*b.', 'a-*-b.', 'a-*', '**.'),
    fewNames(3),
    fc.constantFrom('', '', ':*', ':3000', ':443'),
  )
  .map(([s, wildcard, name, p]) => `${s}://${wildcard}${name}${p}`);

/** Origins with the names of the patterns. */
export const originOnFewNames = fc
  .tuple(
    fewSchemes,
    fc.constantFrom('', '', '', '', 'a-x.', 'a-x-b.', 'ab.', 'a_b.', 'a-.', 'x-b.', 'a--b.', 'axb.'),
    fewNames(4),
    fc.constantFrom('', '', '', '.'),
    fc.constantFrom('', '', ':3000', ':443', ':8080'),
  )
  .map(([s, label, name, dot, p]) => `${s}://${label}${name}${dot}${p}`);

/**
 * The expected result of `parseOrigin`, by the URL standard: the text equals the serialized origin of the URL with this
 * text. The code below lists each difference that the library makes on purpose.
 */
export function reference(value: string): boolean {
  const [, scheme = '', authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^]*)$/.exec(value) ?? [];
  if (!['http', 'https', 'ws', 'wss', 'ftp'].includes(scheme)) {
    const isPrintable = /^[!-+\--~]+$/.test(authority);
    return isPrintable && value.length <= 512 && !['about', 'blob', 'data', 'file', 'javascript', ''].includes(scheme);
  }
  const bare = /:0$/.test(authority) ? '' : authority.replace(/:[0-9]+$/, '');
  const isAddress = bare.startsWith('[');
  const name = bare.replace(/\.$/, '');
  const isPlain =
    /^[a-z0-9_.-]+$/.test(name) &&
    name.split('.').every((part) => part !== '' && part.length <= 63) &&
    name.length <= 253;
  if (value.length > 512 || (!isAddress && !isPlain)) {
    return false;
  }
  // Punycode is not decoded.
  const probe = isAddress ? authority : authority.replace(/(^|\.)xn--/g, '$1xn-');
  return isOrigin(`${scheme}://${probe}`);
}

function isOrigin(value: string): boolean {
  try {
    return new URL(value).origin === value;
  } catch {
    return false;
  }
}

/** Texts of a given length that are slow for a parser that goes back or copies. */
export const hostile: [name: string, make: (length: number) => string][] = [
  ['letters', (length) => 'a'.repeat(length)],
  ['one label', (length) => fill('https://', 'a', length)],
  ['many labels', (length) => fill('https://', 'a.', length)],
  ['many known labels', (length) => `https://${'a.'.repeat(120)}example.com`.padEnd(length, 'x')],
  ['dots', (length) => fill('https://', '.', length)],
  ['digits', (length) => fill('https://', '1', length)],
  ['numbers', (length) => fill('https://', '1.', length)],
  ['hexadecimal digits', (length) => fill('https://0x', 'f', length)],
  ['colons', (length) => fill('https://', ':', length)],
  ['colons in a bracket', (length) => fill('https://[', ':', length)],
  ['brackets', (length) => fill('https://', '[', length)],
  ['port digits', (length) => fill('https://a:', '9', length)],
  ['port zeros', (length) => fill('https://a:', '0', length)],
  ['slashes', (length) => fill('https:', '/', length)],
  ['schemes', (length) => fill('', 'https://', length)],
  ['user info', (length) => fill('https://', '@', length)],
  ['wildcards', (length) => fill('https://', '*.', length)],
  ['stars', (length) => fill('https://', '*', length)],
  ['white space', (length) => fill('https://a', ' ', length)],
  ['punycode', (length) => fill('https://', 'xn--', length)],
  ['upper case', (length) => fill('HTTPS://', 'A.', length)],
  ['outside ASCII', (length) => fill('https://', 'ü.', length)],
];

function fill(start: string, unit: string, length: number): string {
  return (start + unit.repeat(Math.ceil(length / unit.length))).slice(0, length);
}
