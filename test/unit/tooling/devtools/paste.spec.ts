import { readPasted } from '../../../../lib/tooling/devtools/page/paste/paste.js';
import type { Pasted } from '../../../../lib/tooling/devtools/page/paste/pasted.js';
import { leastTimes } from '../../../support/least-times.js';

const URL_ = 'http://localhost:3000/orders/1?full=yes';
const ORIGIN = 'https://shop.example';
const CHROMIUM = `Access to fetch at '${URL_}' from origin '${ORIGIN}' has been blocked by CORS policy: `;
const FIREFOX = `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ${URL_}. (Reason: `;
const SAFARI = `[Error] Fetch API cannot load ${URL_} due to access control checks.`;
const PREFLIGHT = "Response to preflight request doesn't pass access control check: ";

/** Without the notes. */
function read(text: string): Omit<Pasted, 'notes'> {
  const { notes: _notes, ...rest } = readPasted(text);
  return rest;
}

describe('6.5: a pasted message of', () => {
  const any = { url: URL_, headers: {} };
  const page = { ...any, origin: ORIGIN };

  it.each<[string, string, object]>([
    ['a missing header', "No 'Access-Control-Allow-Origin' header is present on the requested resource.", page],
    [
      'a wildcard with cookies',
      "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.",
      { ...page, credentials: true },
    ],
    [
      'another origin',
      "The 'Access-Control-Allow-Origin' header has a value 'https://a.example' that is not equal to the supplied origin. Have the server send the header with a valid value.",
      page,
    ],
    [
      'no credentials',
      "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.",
      { ...page, credentials: true },
    ],
    ['a refused preflight', `${PREFLIGHT}It does not have HTTP ok status.`, page],
    [
      'a method',
      'Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.',
      { ...page, method: 'PUT' },
    ],
    [
      'a header',
      'Request header field x-api-key is not allowed by Access-Control-Allow-Headers in preflight response.',
      { ...page, headers: { 'x-api-key': '1' } },
    ],
  ])('Chromium: %s', (_what, reason, expected) => {
    expect(read(CHROMIUM + reason)).toEqual(expected);
    expect(read(`app.js:12 ${CHROMIUM}${reason}\n(anonymous) @ app.js:12`)).toEqual(expected);
  });

  it.each(['XMLHttpRequest', 'script', 'font', 'CSS stylesheet', 'internal resource'])('Chromium: %s', (kind) => {
    expect(read(CHROMIUM.replace('fetch', kind))).toEqual(page);
  });

  it('Chromium: a redirect, and the line that has the method', () => {
    const text = `Access to fetch at '${URL_}' (redirected from 'https://a.example/') from origin 'null' has been blocked by CORS policy: x
app.js:3 DELETE ${URL_} net::ERR_FAILED 302 (Found)`;
    expect(read(text)).toEqual({ ...any, origin: 'null', method: 'DELETE' });
    expect(readPasted(text).notes[0]).toContain('redirected from https://a.example/');
    expect(read(`PUT ${URL_} net::ERR_FAILED`)).toEqual({ ...any, method: 'PUT' });
  });

  it('Chromium: an address with a quote', () => {
    expect(read(CHROMIUM.replace('/orders/1', "/it's"))).toEqual({
      ...page,
      url: "http://localhost:3000/it's?full=yes",
    });
  });

  // The texts of security.properties of Firefox.
  it.each<[string, object]>([
    ['CORS disabled).', any],
    ['CORS request did not succeed). Status code: (null).', any],
    ['CORS header ‘Origin’ cannot be added).', any],
    ['CORS request external redirect not allowed).', any],
    ['CORS request not http).', any],
    ['CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200.', any],
    ['Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed).', any],
    ['CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://a.example’).', any],
    ['Did not find method in CORS header ‘Access-Control-Allow-Methods’).', any],
    ['expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’).', { ...any, credentials: true }],
    ['CORS preflight response did not succeed). Status code: 404.', any],
    ['invalid token ‘a b’ in CORS header ‘Access-Control-Allow-Methods’).', any],
    [
      'header ‘x-api-key’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).',
      { ...any, headers: { 'x-api-key': '1' } },
    ],
  ])('Firefox: %s', (reason, expected) => {
    expect(read(FIREFOX + reason)).toEqual(expected);
    expect(read(`${FIREFOX}${reason} 2 [Learn More]`)).toEqual(expected);
    expect(readPasted(FIREFOX + reason).notes.join()).toContain('does not say the origin of the page');
  });

  it('Firefox: cookies under a wildcard, whose address is in quotes', () => {
    const text = `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ‘${URL_}’. (Reason: Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’).`;
    expect(read(text)).toEqual({ ...any, credentials: true });
  });

  it.each<[string, object]>([
    [`Origin ${ORIGIN} is not allowed by Access-Control-Allow-Origin. Status code: 200`, page],
    ['Preflight response is not successful. Status code: 404', any],
    ['Method PUT is not allowed by Access-Control-Allow-Methods.', { ...any, method: 'PUT' }],
    [
      'Request header field X-Api-Key is not allowed by Access-Control-Allow-Headers.',
      { ...any, headers: { 'X-Api-Key': '1' } },
    ],
    [
      'Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.',
      { ...any, credentials: true },
    ],
    ['Credentials flag is true, but Access-Control-Allow-Credentials is not "true".', { ...any, credentials: true }],
    ['Access-Control-Allow-Origin cannot contain more than one origin.', any],
  ])('Safari: %s', (reason, expected) => {
    expect(read(`[Error] ${reason}\n${SAFARI}`)).toEqual(expected);
    expect(
      read(`[Error] ${reason}\n${SAFARI.replace(' due', '\n\t due').replace('Fetch API', 'XMLHttpRequest')}`),
    ).toEqual(expected);
    expect(() => readPasted(`[Error] ${reason}`)).toThrow('This line of Safari has no address');
  });

  it.each([
    "WebSocket connection to 'ws://localhost:3000/chat' failed: Error during WebSocket handshake: Unexpected response code: 403",
    "[Error] WebSocket connection to 'ws://localhost:3000/chat' failed: Unexpected response code: 403",
    'Firefox can’t establish a connection to the server at ws://localhost:3000/chat.',
  ])('a WebSocket: %s', (text) => {
    expect(read(text)).toEqual({ url: 'ws://localhost:3000/chat', webSocket: true, headers: {} });
  });

  it.each([
    [`${CHROMIUM}${PREFLIGHT}No 'Access-Control-Allow-Origin' header is present.`, /Set them, and explain again/],
    [`${FIREFOX}Did not find method in CORS header ‘Access-Control-Allow-Methods’).`, /Set them, and explain again/],
    [`${CHROMIUM}No 'Access-Control-Allow-Origin' header is present.`, /does not say the method\./],
  ])('says what it does not know: %s', (text, note) => {
    expect(readPasted(text).notes.join(' ')).toMatch(note);
  });
});

describe('6.5: a pasted URL', () => {
  it.each([
    [URL_, { url: URL_ }],
    ['/orders?x=1', { url: '/orders?x=1' }],
    ['localhost:3000/orders', { url: 'http://localhost:3000/orders' }],
    ['PUT https://api.example/a#part', { method: 'PUT', url: 'https://api.example/a' }],
    ['https://ada:secret@api.example/', { url: 'https://api.example/' }],
    ['wss://api.example/chat', { url: 'wss://api.example/chat', webSocket: true }],
  ])('%s', (text, expected) => {
    expect(read(`  ${text}\n`)).toEqual({ headers: {}, ...expected });
  });
});

describe('6.5: a pasted curl command', () => {
  const get = { method: 'GET', url: 'http://localhost:3000/a', headers: {}, credentials: false };
  const post = { ...get, method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };

  it.each<[string, object]>([
    ['curl http://localhost:3000/a', get],
    ['$ curl localhost:3000/a', get],
    ['curl --url http://localhost:3000/a -k -sSL --compressed', get],
    ['curl -XPUT http://localhost:3000/a', { ...get, method: 'PUT' }],
    ['curl -sX PUT http://localhost:3000/a', { ...get, method: 'PUT' }],
    ['curl --request DELETE http://localhost:3000/a -o /dev/null', { ...get, method: 'DELETE' }],
    ['curl -I http://localhost:3000/a', { ...get, method: 'HEAD' }],
    ['curl -T file.txt http://localhost:3000/a', { ...get, method: 'PUT' }],
    ['curl -d a=1 http://localhost:3000/a', post],
    ['curl --data-raw @file http://localhost:3000/a', post],
    ['curl -G -d a=1 -d b=2 http://localhost:3000/a', { ...get, url: 'http://localhost:3000/a?a=1&b=2' }],
    [`curl --json '{"a":1}' http://localhost:3000/a`, { ...post, headers: { 'Content-Type': 'application/json' } }],
    ['curl -F file=@a.txt http://localhost:3000/a', { ...post, headers: { 'Content-Type': 'multipart/form-data' } }],
    ['curl -b session=1 http://localhost:3000/a', { ...get, credentials: true }],
    ["curl -H 'Cookie: session=1' http://localhost:3000/a", { ...get, credentials: true }],
    ['curl -u ada:ß http://localhost:3000/a', { ...get, headers: { Authorization: 'Basic YWRhOsOf' } }],
    ['curl http://ada:secret@localhost:3000/a', { ...get, headers: { Authorization: 'Basic YWRhOnNlY3JldA==' } }],
    ["curl -H 'Origin: https://shop.example' http://localhost:3000/a", { ...get, origin: ORIGIN }],
    ['curl -e https://shop.example/cart http://localhost:3000/a', { ...get, origin: ORIGIN }],
    [
      "curl -H 'X-Empty;' -H 'X-Gone:' -H 'X-Api-Key:  a b ' http://localhost:3000/a",
      { ...get, headers: { 'X-Empty': '', 'X-Api-Key': 'a b' } },
    ],
    [
      "curl -X OPTIONS -H 'Origin: https://shop.example' -H 'Access-Control-Request-Method: PATCH' -H 'Access-Control-Request-Headers: x-a, content-type' localhost:3000/a",
      { ...get, method: 'PATCH', origin: ORIGIN, headers: { 'x-a': '1', 'content-type': 'application/json' } },
    ],
    [
      "curl -H 'Connection: Upgrade' -H 'Upgrade: websocket' http://localhost:3000/a",
      { url: 'ws://localhost:3000/a', webSocket: true, headers: {}, credentials: false },
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each<[string, string, string]>([
    ['single quotes', `'a"b\\c $HOME'`, 'a"b\\c $HOME'],
    ['double quotes', '"a\'b \\"c\\" \\\\ \\n $HOME"', 'a\'b "c" \\ \\n $HOME'],
    ['ANSI-C quotes', String.raw`$'it\'s \u0021 \x41 \\ \t.'`, "it's ! A \\ \t."],
    ['quotes side by side', `'a'"b"c\\ d`, 'abc d'],
    ['what is never run', '"`id` $(id)"', '`id` $(id)'],
  ])('reads %s as bash does', (_what, written, value) => {
    expect(read(`curl localhost:3000/a -H X-A:${written}`).headers).toEqual({ 'X-A': value });
  });

  it('reads "Copy as cURL (bash)" of Chromium, without what browsers set', () => {
    const text = `curl 'http://localhost:3000/orders/1' \\
  -X 'PUT' \\
  -H 'Accept: */*' \\
  -H 'Accept-Language: en-GB' \\
  -H 'Connection: keep-alive' \\
  -H 'Content-Type: application/json' \\
  -b 'session=1' \\
  -H 'Origin: https://shop.example' \\
  -H 'Referer: https://shop.example/' \\
  -H 'Sec-Fetch-Mode: cors' \\
  -H 'User-Agent: Mozilla/5.0' \\
  -H 'X-Api-Key: 1' \\
  -H 'sec-ch-ua: "Chromium";v="156"' \\
  --data-raw $'{"text":"it\\'s"}' \\
  --insecure`;
    const { notes, ...rest } = readPasted(text);
    expect(rest).toEqual({
      method: 'PUT',
      url: 'http://localhost:3000/orders/1',
      origin: ORIGIN,
      headers: { 'Content-Type': 'application/json', 'X-Api-Key': '1' },
      credentials: true,
    });
    expect(notes).toEqual([
      expect.stringMatching(/^Left out, .*: Accept, Accept-Language, Connection, Sec-Fetch-Mode,/),
    ]);
  });

  it('reads "Copy as cURL (cmd)" of Chromium', () => {
    const text = [
      'curl ^"http://localhost:3000/orders?a=1^&b=^%^C3^%^9F^" ^',
      '  -X ^"PUT^" ^',
      '  -H ^"Origin: https://shop.example^" ^',
      '  -H ^"X-Quoted: a \\^"b\\^" \\\\ c^" ^',
      '  --data-raw ^"^{\\^"a\\^":1^}^"',
    ].join('\r\n');
    expect(read(text)).toEqual({
      method: 'PUT',
      url: 'http://localhost:3000/orders?a=1&b=%C3%9F',
      origin: ORIGIN,
      headers: { 'X-Quoted': 'a "b" \\ c', 'Content-Type': 'application/x-www-form-urlencoded' },
      credentials: false,
    });
  });

  it('leaves out what comes after the command, and says so', () => {
    for (const after of ['| jq .', '; rm x', '&& ls', '> file', '\nls']) {
      const { notes, ...rest } = readPasted(`curl localhost:3000/a ${after}`);
      expect(rest).toEqual(get);
      expect(notes[0]).toBe(`What comes after the command was left out: ${after.trim()}`);
    }
  });

  it('shortens long values, whose names decide', () => {
    const { headers, notes } = readPasted(`curl localhost:3000/a -H 'Authorization: Bearer ${'a'.repeat(5_000)}'`);
    expect(headers['Authorization']).toHaveLength(500);
    expect(notes).toContainEqual('Shortened, as their names decide: Authorization.');
  });
});

describe('6.5: what cannot be read', () => {
  it.each([
    ['', 'Paste something first'],
    ['hello', 'This is none of the messages'],
    ['TypeError: Failed to fetch', 'This is none of the messages'],
    ['javascript:alert(1)', 'This is none of the messages'],
    ['curl', 'This is none of the messages'],
    ['curl -v ', 'The curl command has no URL'],
    ['curl file:///etc/passwd', 'The address is of file:'],
    ['curl localhost:3000/a -H', 'The option -H of the curl command has no value'],
    ["curl 'http://localhost:3000/a", "the closing ' is missing"],
    ['curl "http://localhost:3000/a', 'the closing " is missing'],
    ['https://exa mple', 'This is none of the messages'],
    ['http://[', 'This is not an address'],
    [`http://localhost/${'a'.repeat(3_000)}`, 'The address is longer than 2048 characters'],
    ['a'.repeat(20_001), 'The text is longer than 20000 characters'],
  ])('%.40j is an error that says why', (text, why) => {
    expect(() => readPasted(text)).toThrow(why);
  });

  it('takes little time, whatever the text', async () => {
    const parts = [
      "Access to fetch at '",
      'Origin a ',
      'GET http://a ',
      'cannot load a',
      "curl '",
      '^"',
      '\\',
      ' -H a:',
      '‘',
    ];
    for (const part of [...parts, ...parts.map((text) => `curl ${text}`)]) {
      const text = part.repeat(20_000).slice(0, 19_990);
      const [ms] = await leastTimes(3, () => {
        try {
          readPasted(text);
        } catch {
          // Only the time matters.
        }
      });
      expect(ms).toBeLessThan(500);
    }
  });
});
