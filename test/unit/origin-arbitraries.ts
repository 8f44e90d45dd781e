import fc from 'fast-check';

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

const scheme = fc.constantFrom('https', 'https', 'https', 'http', 'http', 'HTTPS', 'ws', 'capacitor', '');
const port = fc.constantFrom('', '', '', '', ':80', ':443', ':3000', ':0', ':01', ':65536', ':*', ':', ':x');
const tail = fc.constantFrom('', '', '', '', '', '', '', '/', '/x', '?', '#', ' ', '.');

/** Texts that are origins, or nearly. */
export const originLike = fc.tuple(scheme, host, port, tail).map(([s, h, p, t]) => `${s}://${h}${p}${t}`);

/** Any texts, those with lone surrogates and control characters too. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: fc.constantFrom(...'https://*.[]:@?#\\%aA0ü \0\u202e\ud800') }),
);

const fewNames = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom('a', 'b', 'com', 'evil-com'), { minLength: 1, maxLength }).map((parts) => parts.join('.'));

const fewSchemes = fc.constantFrom('https', 'https', 'https', 'http');

/** Patterns, a few of them broken, on so few names that origins of the next kind often meet them. */
export const patternLike = fc
  .tuple(
    fewSchemes,
    fc.constantFrom('', '', '*.', '*.', '*'),
    fewNames(3),
    fc.constantFrom('', '', ':*', ':3000', ':443'),
  )
  .map(([s, wildcard, name, p]) => `${s}://${wildcard}${name}${p}`);

/** Origins on the names of those patterns. */
export const originOnFewNames = fc
  .tuple(fewSchemes, fewNames(4), fc.constantFrom('', '', ':3000', ':443', ':8080'))
  .map(([s, name, p]) => `${s}://${name}${p}`);

/**
 * What `parseOrigin` should say, in terms of the URL standard: the text is the serialization of the origin of the URL
 * that it is. Where the library is stricter or laxer on purpose, the difference is spelled out here.
 */
export function reference(value: string): boolean {
  const [, scheme = '', authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^]*)$/.exec(value) ?? [];
  const bare = /:0$/.test(authority) ? '' : authority.replace(/:[0-9]+$/, '');
  const isAddress = bare.startsWith('[');
  const parts = bare.split('.');
  const isPlain =
    /^[a-z0-9_.-]+$/.test(bare) && parts.every((part) => part !== '' && part.length <= 63) && bare.length <= 253;
  if (value.length > 512 || (!isAddress && !isPlain)) {
    return false;
  }
  // Punycode is not decoded, and custom schemes are held to the rules of https: their hosts are opaque to `URL`.
  const probe = isAddress ? authority : authority.replace(/(^|\.)xn--/g, '$1xn-');
  const special = ['http', 'https', 'ws', 'wss', 'ftp'].includes(scheme);
  return isOrigin(`${special ? scheme : 'http'}://${probe}`, !special && authority.endsWith(':80'));
}

function isOrigin(value: string, keepsPort80: boolean): boolean {
  try {
    return new URL(value).origin === (keepsPort80 ? value.slice(0, -':80'.length) : value);
  } catch {
    return false;
  }
}

/** Texts that would cost a parser dear that walks back or copies: each of a given length. */
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
