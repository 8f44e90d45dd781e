import { describe, expect, it } from '@jest/globals';
import fc from '../../../support/fast-check.js';
import { isLoopback, MAX_ORIGIN_LENGTH, type Origin, parseOrigin } from '../../../../lib/core/origin/origin.js';
import { anyText, hostile, originLike, reference } from './origin-arbitraries.js';

const label63 = 'a'.repeat(63);
const host253 = `${`${label63}.`.repeat(3)}${'b'.repeat(61)}`;

const accepted: [rule: string, value: string, origin: Origin][] = [
  ['scheme and domain', 'https://a.example', domain('https', 'a.example')],
  ['one label', 'http://localhost', domain('http', 'localhost')],
  ['port', 'https://a.example:8443', domain('https', 'a.example', 8443)],
  ['lowest port', 'https://a.example:1', domain('https', 'a.example', 1)],
  ['highest port', 'https://a.example:65535', domain('https', 'a.example', 65535)],
  ['default port of another scheme', 'http://a.example:443', domain('http', 'a.example', 443)],
  ['custom scheme', 'capacitor://localhost', opaque('capacitor', 'localhost')],
  ['scheme with a hyphen', 'chrome-extension://abcdef', opaque('chrome-extension', 'abcdef')],
  ['scheme with digit, plus and dot', 'a1+b.c://x', opaque('a1+b.c', 'x')],
  ['scheme of one letter', 'a://x', opaque('a', 'x')],
  ['custom scheme, first and last printable character', 'app://!~', opaque('app', '!~')],
  ['first and last letter and digit', 'https://a0z9.example', domain('https', 'a0z9.example')],
  ['last label of a hexadecimal number and a hyphen', 'https://a.0x-1', domain('https', 'a.0x-1')],
  ['custom scheme has no port', 'capacitor://localhost:80', opaque('capacitor', 'localhost:80')],
  ['custom scheme without a name', 'app://.', opaque('app', '.')],
  ['custom scheme with upper case after it', 'safari-web-extension://0A', opaque('safari-web-extension', '0A')],
  ['a dot at the end', 'https://a.example.', domain('https', 'a.example.')],
  ['a dot at the end and a port', 'https://a.example.:8443', domain('https', 'a.example.', 8443)],
  ['domain of 253 bytes and a dot', `https://${host253}.`, domain('https', `${host253}.`)],
  ['underscore and hyphen in labels', 'https://_a-.-b_.example', domain('https', '_a-.-b_.example')],
  ['two hyphens in a label', 'https://r4---sn.example', domain('https', 'r4---sn.example')],
  ['digits in labels but the last', 'https://1.2.3.example', domain('https', '1.2.3.example')],
  ['last label only begins with a digit', 'https://a.1e', domain('https', 'a.1e')],
  ['last label only begins like hexadecimal', 'https://a.0xg', domain('https', 'a.0xg')],
  ['punycode', 'https://xn--bcher-kva.example', domain('https', 'xn--bcher-kva.example')],
  ['punycode is not decoded', 'https://xn--a', domain('https', 'xn--a')],
  ['label of 63 bytes', `https://${label63}.example`, domain('https', `${label63}.example`)],
  ['domain of 253 bytes', `https://${host253}`, domain('https', host253)],
  ['IPv4', 'http://10.0.0.255', { scheme: 'http', host: '10.0.0.255', port: undefined, kind: 'ipv4' }],
  ['IPv4 and port', 'http://127.0.0.1:3000', { scheme: 'http', host: '127.0.0.1', port: 3000, kind: 'ipv4' }],
  ['IPv6 loopback', 'http://[::1]', { scheme: 'http', host: '[::1]', port: undefined, kind: 'ipv6' }],
  ['IPv6 and port', 'http://[::1]:3000', { scheme: 'http', host: '[::1]', port: 3000, kind: 'ipv6' }],
  ['IPv6 of zeros', 'http://[::]', { scheme: 'http', host: '[::]', port: undefined, kind: 'ipv6' }],
  [
    'IPv6 in full',
    'http://[1:2:3:4:5:6:7:8]',
    { scheme: 'http', host: '[1:2:3:4:5:6:7:8]', port: undefined, kind: 'ipv6' },
  ],
  ['IPv6, zeros at the end', 'http://[1:2::]', { scheme: 'http', host: '[1:2::]', port: undefined, kind: 'ipv6' }],
  ['IPv6, a lone zero', 'http://[1:0:2::3]', { scheme: 'http', host: '[1:0:2::3]', port: undefined, kind: 'ipv6' }],
  [
    'IPv4-mapped IPv6',
    'http://[::ffff:102:304]',
    { scheme: 'http', host: '[::ffff:102:304]', port: undefined, kind: 'ipv6' },
  ],
];

const refused: [rule: string, value: string][] = [
  ['empty', ''],
  ['null', 'null'],
  ['any', '*'],
  ['no scheme', 'a.example'],
  ['no scheme but the separator', '://a.example'],
  ['one slash', 'https:/a.example'],
  ['no separator', 'httpsa'],
  ['no host', 'https://'],
  ['no host but a port', 'https://:3000'],
  ['upper case in the scheme', 'HTTPS://a.example'],
  ['upper case in the host', 'https://A.example'],
  ['scheme beginning with a digit', '1http://a.example'],
  ['scheme with an underscore', 'my_app://a.example'],
  ['scheme with a space', 'https ://a.example'],
  ['trailing slash', 'https://a.example/'],
  ['path', 'https://a.example/x'],
  ['query', 'https://a.example?x'],
  ['fragment', 'https://a.example#x'],
  ['backslash', 'https://a.example\\'],
  ['user name', 'https://user@a.example'],
  ['user name and password', 'https://user:secret@a.example'],
  ['empty port', 'https://a.example:'],
  ['default port of https', 'https://a.example:443'],
  ['default port of http', 'http://a.example:80'],
  ['default port of wss', 'wss://a.example:443'],
  ['default port of ftp', 'ftp://a.example:21'],
  ['default port of ws', 'ws://a.example:80'],
  ['port 0', 'https://a.example:0'],
  ['port above the range', 'https://a.example:65536'],
  ['port of six digits', 'https://a.example:100000'],
  ['port with a leading zero', 'https://a.example:08443'],
  ['port with a sign', 'https://a.example:+8443'],
  ['port with an exponent', 'https://a.example:1e3'],
  ['port with a letter', 'https://a.example:80a'],
  ['wildcard port', 'https://a.example:*'],
  ['two ports', 'https://a.example:1:2'],
  ['wildcard host', 'https://*.a.example'],
  ['empty label', 'https://a..example'],
  ['leading dot', 'https://.a.example'],
  ['two dots at the end', 'https://a.example..'],
  ['nothing but a dot', 'https://.'],
  ['IPv4 with a dot at the end', 'https://1.2.3.4.'],
  ['about', 'about://x'],
  ['blob', 'blob://x'],
  ['data', 'data://x'],
  ['javascript', 'javascript://x'],
  ['file', 'file://'],
  ['file with a path', 'file:///x'],
  ['custom scheme with nothing after it', 'capacitor://'],
  ['custom scheme in upper case', 'APP://x'],
  ['custom scheme with a space', 'app://a b'],
  ['custom scheme, twice', 'app://a, app://a'],
  ['custom scheme, twice without a space', 'app://a,app://a'],
  ['custom scheme with a character outside ASCII', 'app://ü'],
  ['label of 64 bytes', `https://${label63}a.example`],
  ['domain of 254 bytes', `https://${host253}c`],
  ['over 512 bytes', `${'s'.repeat(MAX_ORIGIN_LENGTH)}://a`],
  ['percent-encoding', 'https://%61.example'],
  ['characters of URL hosts that no domain has', "https://a!$&'()+,;=~.example"],
  ['character outside ASCII', 'https://bücher.example'],
  ['character outside ASCII that folds to ASCII', 'https://\u212a.example'],
  ['white space before', ' https://a.example'],
  ['white space after', 'https://a.example '],
  ['tabulator inside', 'https://a\t.example'],
  ['line break', 'https://a.example\n'],
  ['NUL', 'https://a.example\0'],
  ['two origins', 'https://a.example, https://b.example'],
  ['two origins with a space', 'https://a.example https://b.example'],
  ['a number for a domain', 'https://1'],
  ['IPv4 of three parts', 'https://1.2.3'],
  ['IPv4 of five parts', 'https://1.2.3.4.5'],
  ['IPv4 part above 255', 'https://1.2.3.256'],
  ['IPv4 part with a leading zero', 'https://1.2.3.04'],
  ['hexadecimal IPv4', 'https://0x7f000001'],
  ['hexadecimal last label', 'https://a.0xff'],
  ['first hexadecimal letter as the last label', 'https://a.0xa'],
  ['bare 0x as the last label', 'https://a.0x'],
  ['number as the last label', 'https://a.example.1'],
  ['IPv6 without brackets', 'https://::1'],
  ['empty brackets', 'https://[]'],
  ['open bracket', 'https://[::1'],
  ['text after the bracket', 'https://[::1]a'],
  ['text and a number after the bracket', 'https://[::1]a80'],
  ['bracket inside a domain', 'https://a[::1]'],
  ['IPv6 in upper case', 'https://[::A]'],
  ['IPv6 with a letter that is no digit', 'https://[::g]'],
  ['IPv6 with a dot', 'https://[::1.2]'],
  ['IPv6 with leading zeros', 'https://[::01]'],
  ['IPv6 with a piece of five digits', 'https://[::12345]'],
  ['IPv6 that is not compressed', 'https://[1:2:3:4:5:6:0:0]'],
  ['IPv6 with one piece compressed', 'https://[1:2:3:4:5:6:7::]'],
  ['IPv6 compressed at the shorter run', 'https://[1::2:0:0:0:3]'],
  ['IPv6 compressed at the second of two equal runs', 'https://[1:0:0:2:3::4]'],
  ['IPv6 compressed beside a zero', 'https://[1:0::2]'],
  ['IPv6 compressed twice', 'https://[1::2::3]'],
  ['IPv6 with three colons', 'https://[:::]'],
  ['IPv6 of nine pieces', 'https://[1:2:3:4:5:6:7:8:9]'],
  ['IPv6 of seven pieces', 'https://[1:2:3:4:5:6:7]'],
  ['IPv6 with a dotted ending', 'https://[::ffff:1.2.3.4]'],
  ['IPv6 with a zone', 'https://[fe80::1%25eth0]'],
];

describe('parseOrigin', () => {
  it.each(accepted)('reads: %s', (_rule, value, origin) => {
    expect(parseOrigin(value)).toEqual(origin);
  });

  it.each(refused)('refuses: %s', (_rule, value) => {
    expect(parseOrigin(value)).toBeUndefined();
  });

  it('agrees with the serialization of the URL standard, apart from the documented differences', () => {
    fc.assert(
      fc.property(fc.oneof(originLike, fc.webUrl(), anyText), (value) => {
        expect(parseOrigin(value) !== undefined).toBe(reference(value));
      }),
      { numRuns: 5_000 },
    );
  });

  it('agrees with the IPv6 serializer of the URL standard', () => {
    const piece = fc.oneof(fc.constant('0'), fc.constantFrom('1', 'ff', '0a', 'A', '12345', ''));
    const address = fc.oneof(
      fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(':')),
      fc
        .tuple(fc.array(piece, { maxLength: 6 }), fc.array(piece, { maxLength: 6 }))
        .map((halves) => halves.map((half) => half.join(':')).join('::')),
      fc.ipV6(),
    );
    fc.assert(
      fc.property(address, (text) => {
        const value = `https://[${text}]`;
        expect(parseOrigin(value) !== undefined).toBe(reference(value));
      }),
      { numRuns: 5_000 },
    );
  });

  it('can be rebuilt from its parts', () => {
    fc.assert(
      fc.property(originLike, (value) => {
        const origin = parseOrigin(value);
        fc.pre(origin !== undefined);
        const port = origin.port === undefined ? '' : `:${origin.port}`;
        expect(`${origin.scheme}://${origin.host}${port}`).toBe(value);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(anyText, (value) => void parseOrigin(value)),
      { numRuns: 2_000 },
    );
  });

  it.each(hostile)('answers at once: %s', (_name, make) => {
    const values = [make(MAX_ORIGIN_LENGTH), make(100_000)];
    const start = performance.now();
    for (let i = 0; i < 1_000; i++) {
      values.forEach((value) => parseOrigin(value));
    }
    // This takes about 10 ms. A quadratic algorithm would take minutes for 100 kB.
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('isLoopback', () => {
  it.each([
    ['http://localhost', true],
    ['http://app.localhost:3000', true],
    ['http://127.0.0.1', true],
    ['http://127.255.0.9:8080', true],
    ['http://[::1]:3000', true],
    ['http://localhost.example', false],
    ['http://notlocalhost', false],
    ['http://127.example', false],
    ['http://128.0.0.1', false],
    ['http://10.0.0.1', false],
    ['http://0.0.0.0', false],
    ['http://[::]', false],
    ['http://[::ffff:7f00:1]', false],
    ['http://localhost.', true],
    ['http://app.localhost.:3000', true],
    ['capacitor://localhost', false],
  ])('%s: %s', (value, expected) => {
    expect(isLoopback(parseOrigin(value)!)).toBe(expected);
  });
});

function opaque(scheme: string, host: string): Origin {
  return { scheme, host, port: undefined, kind: 'opaque' };
}

function domain(scheme: string, host: string, port?: number): Origin {
  return { scheme, host, port, kind: 'domain' };
}
