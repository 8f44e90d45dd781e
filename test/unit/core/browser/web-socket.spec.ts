import {
  checkHandshake,
  refusedHandshake,
  unreachable,
  type WebSocketHandshake,
} from '../../../../lib/core/browser/web-socket.js';

const URL_OF_CHAT = 'wss://api.example/chat';
const handshake: WebSocketHandshake = { url: URL_OF_CHAT, protocols: [], accept: 'ACCEPT' };
const FAILED = `WebSocket connection to '${URL_OF_CHAT}' failed: `;

const GOOD: readonly (readonly [string, string])[] = [
  ['Upgrade', 'WebSocket'],
  ['Connection', 'keep-alive, Upgrade'],
  ['Sec-WebSocket-Accept', 'ACCEPT'],
];

/** The good answer, with some fields of other values; `undefined` leaves a field out. */
function judge(changed: Readonly<Record<string, string | undefined>>, protocols: readonly string[] = []) {
  const kept = GOOD.filter(([name]) => !(name in changed));
  const fields = Object.entries(changed).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return checkHandshake({ ...handshake, protocols }, { status: 101, headers: [...kept, ...fields] });
}

const SOME_PROTOCOL = { 'Sec-WebSocket-Protocol': 'chat' };

describe('6.3: a WebSocket of a page opens', () => {
  it('with the answer to its handshake, whatever the case of names', () => {
    expect(judge({})).toBeUndefined();
    expect(
      judge({ Upgrade: undefined, upgrade: 'WEBSOCKET', Connection: undefined, CONNECTION: 'upgrade' }),
    ).toBeUndefined();
    expect(judge({ 'Sec-WebSocket-Accept': undefined, 'SEC-WEBSOCKET-ACCEPT': 'ACCEPT' })).toBeUndefined();
  });

  it('with one of the subprotocols that it asks for', () => {
    expect(judge(SOME_PROTOCOL, ['other', 'chat'])).toBeUndefined();
  });
});

describe('6.3: a WebSocket of a page does not open', () => {
  it.each<[string, Record<string, string | undefined>, ...protocols: (readonly string[])[]]>([
    ["'Upgrade' header is missing", { Upgrade: undefined }],
    ["'Upgrade' header value is not 'WebSocket': h2c", { Upgrade: 'h2c' }],
    ["'Sec-WebSocket-Accept' header is missing", { 'Sec-WebSocket-Accept': undefined }],
    ["Incorrect 'Sec-WebSocket-Accept' header value", { 'Sec-WebSocket-Accept': 'accept' }],
    [
      "'Sec-WebSocket-Accept' header must not appear more than once in a response",
      { 'sec-websocket-accept': 'ACCEPT' },
    ],
    ["'Connection' header is missing", { Connection: undefined }],
    ["'Connection' header value must contain 'Upgrade'", { Connection: 'keep-alive' }],
    ["Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received", {}, ['chat']],
    ["Response must not include 'Sec-WebSocket-Protocol' header if not present in request: chat", SOME_PROTOCOL],
    [
      "'Sec-WebSocket-Protocol' header value 'chat' in response does not match any of sent values",
      SOME_PROTOCOL,
      ['other'],
    ],
    [
      "Found an unsupported extension 'permessage-deflate' in 'Sec-WebSocket-Extensions' header",
      { 'Sec-WebSocket-Extensions': ' permessage-deflate ; client_max_window_bits, other' },
    ],
    ["Found an unsupported extension 'a' in 'Sec-WebSocket-Extensions' header", { 'Sec-WebSocket-Extensions': 'a, b' }],
  ])('%s', (error, changed, ...[protocols]) => {
    const answered = judge(changed, protocols);
    expect(answered).toEqual({
      reason: 'handshake-invalid',
      message: `${FAILED}Error during WebSocket handshake: ${error}`,
    });
    expect(Object.isFrozen(answered)).toBe(true);
  });

  it.each([
    [401, 'HTTP Authentication failed; no valid credentials available'],
    [407, 'Error in connection establishment: net::ERR_UNEXPECTED_PROXY_AUTH'],
    [403, 'Error during WebSocket handshake: Unexpected response code: 403'],
    [200, 'Error during WebSocket handshake: Unexpected response code: 200'],
  ])('with the status %i', (status, words) => {
    const refused = { reason: 'handshake-refused', message: FAILED + words };
    expect(refusedHandshake(URL_OF_CHAT, status)).toEqual(refused);
    expect(checkHandshake(handshake, { status, headers: GOOD })).toEqual(refused);
  });

  it('if the network fails', () => {
    expect(unreachable(URL_OF_CHAT, 'unsafe-port', 'ERR_UNSAFE_PORT')).toEqual({
      reason: 'unsafe-port',
      message: `${FAILED}Error in connection establishment: net::ERR_UNSAFE_PORT`,
    });
  });
});
