import {
  checkOriginPattern,
  type OriginPattern,
  parseOriginPattern,
} from '../../../../lib/core/origin/parse-pattern.js';

const label64 = 'a'.repeat(64);
const host254 = `${'a.'.repeat(123)}examples`;

test.each<[text: unknown, finding: string]>([
  [42, 'is not a string'],
  ['', 'is empty: write scheme://host[:port]'],
  ['*', 'means any origin: it can be written in a policy only'],
  ['null', 'is an origin that pages of strangers share: it can be written in a policy only'],
  ['file://', 'is an origin that pages of strangers share: it can be written in a policy only'],
  [' https://a.example', 'has white space around it'],
  ['https://a.example https://b.example', 'contains white space: write one origin for each entry of a list'],
  ['a.example', 'does not begin with a scheme and ://, as in https://'],
  ['true', 'is a word, not an origin: list origins, as in https://app.example.com, or write * for any origin'],
  ['untrue', 'does not begin with a scheme and ://, as in https://'],
  ['offline', 'does not begin with a scheme and ://, as in https://'],
  ['*://a.example', 'has a wildcard in its scheme: list one pattern for each scheme'],
  ['1http://a', 'has "1http" for a scheme: that is a letter, then letters, digits, "+", "-" and "."'],
  ['HTTPS://a.example', 'has upper-case letters: browsers send origins in lower case'],
  ['https://A.example', 'has upper-case letters: browsers send origins in lower case'],
  ['file://host', 'can match nothing: pages of file: send "null" or "file://", whatever their path'],
  ['data://a', 'can match nothing: pages of data: send "null" or another origin'],
  ['htps://a.example', 'has the scheme htps:, which is nearly https:'],
  ['app://', 'has nothing after ://'],
  ['app://*', 'has a wildcard, and an origin of app: is compared as a whole: list each origin, or write a RegExp'],
  ['app://a,b', 'has a comma or a character outside printable ASCII'],
  ['https://', 'has no host'],
  ['https://:3000', 'has no host'],
  ['https://a.example/', 'ends in a slash, and an origin has no path'],
  ['https://a.example?x', 'has a query, and an origin has none'],
  ['https://a.example#x', 'has a fragment, and an origin has none'],
  ['https://a.example/app', 'has a path, and an origin has none: it covers every path'],
  ['https://me@a.example', 'has a user name or a password, and an origin has none'],
  ['https://*.[::1]', 'has a wildcard on an IP address, which has no subdomains: list the addresses'],
  ['http://[::1', 'has a bracket that is not closed'],
  ['http://::1', 'has an IPv6 address without its brackets'],
  [
    'http://[0::1]',
    'has an IPv6 address that is not written as browsers write it (RFC 5952, without a dotted IPv4 ending)',
  ],
  ['http://[::1]3000', 'has "3000" after its IPv6 address'],
  ['https://a.example:', 'has a colon but no port'],
  [
    'http://localhost:3*',
    'has a wildcard that is a part of its port: only the whole port can be *, for any port or none',
  ],
  ['https://a.example:x', 'has the port "x": a port is a number from 1 to 65535, without leading zeros'],
  ['https://a.example:443', 'has port 443, the default of https, which browsers leave out'],
  [
    'https://bücher.example',
    'has characters outside ASCII in its host: browsers send an international name in punycode (xn--)',
  ],
  ['https://a(b.example', 'has the character "(" in its host'],
  ['https://a..example', 'has an empty label in its host'],
  [`https://${label64}`, 'has a label of more than 63 bytes in its host'],
  ['http://127.1', 'has a host that ends in a number but is not an IPv4 address in four decimal parts'],
  ['https://xn--a.example', 'has a label that begins with xn-- but is not the punycode of a name'],
  ['https://*', 'has nothing but a wildcard for its host: name a domain, and write *. before it for its subdomains'],
  [
    'https://a.*.example',
    'has a wildcard to the right of its first label: only the leftmost label can be *, for any depth, or contain one',
  ],
  ['https://a*b*.example', 'has more than one wildcard in its first label'],
  ['http://localhost*', 'has a wildcard in a host of one label: a * is part of the leftmost label of a domain'],
])('3.7: the error says of %j that it %s', (text, finding) => {
  expect(parseOriginPattern(text)).toHaveProperty('reason', `${JSON.stringify(text)} ${finding}.`);
});

test.each([
  [`https://${host254}`, 'has a host of more than 253 bytes'],
  [`https://${'a.'.repeat(300)}example`, 'is longer than 512 bytes, which no origin is'],
  ['https://a\0.example', 'contains a control character'],
])('3.7: the error shows the start of %j, and says that it %s', (text, finding) => {
  const { reason } = parseOriginPattern(text) as { reason: string };
  expect(reason).toMatch(/^"https:\/\/a/);
  expect(reason.endsWith(` ${finding}.`)).toBe(true);
});

test.each<[text: string, reasons: string[]]>([
  [
    'https://*.github.io',
    [
      '"https://*.github.io" covers every site below the public suffix "github.io", with credentials: ' +
        'list a domain of yours below it, or set dangerously: { allowPublicSuffixes: true }.',
    ],
  ],
  [
    'https://a-*.github.io',
    [
      '"https://a-*.github.io" covers sites of strangers below the public suffix "github.io", with credentials: ' +
        'list a domain of yours below it, or set dangerously: { allowPublicSuffixes: true }.',
    ],
  ],
  [
    'http://a.github.io',
    [
      '"http://a.github.io" is an http: origin with credentials: anyone on the network can pose as it. ' +
        'Serve the page over https:, or set dangerously: { allowInsecureOrigins: true }.',
    ],
  ],
  [
    'https://*acme.github.io',
    ['"https://*acme.github.io" also covers "evilacme.github.io", which anyone can register below "github.io".'],
  ],
])('3.7: the error of %s in a policy with credentials', (text, reasons) => {
  const problems = checkOriginPattern(parseOriginPattern(text) as OriginPattern, {
    credentials: true,
    dangerously: {},
    isPublicSuffix: (domain) => domain === 'github.io',
  });
  expect(problems.map(({ reason }) => reason)).toEqual(reasons);
});
