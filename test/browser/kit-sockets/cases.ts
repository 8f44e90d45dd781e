/** The host and path of each page. */
export const PAGES = {
  app: 'app.example/',
  same: 'sub.api.example/',
  own: 'api.example/',
  opaque: 'app.example/opaque',
};
export type PageName = keyof typeof PAGES;

/** A handshake, and the server's answer to it. */
export interface Case {
  /** The answer to the handshake; `ACCEPT` is replaced by the right value of that header. */
  readonly answer: string;
  readonly page?: PageName;
  readonly protocols?: string[];
  /** An address that replaces the path of the server. */
  readonly url?: string;
}

const line = (...fields: string[]): string => ['HTTP/1.1 101 Switching Protocols', ...fields, '', ''].join('\r\n');
const status = (code: number, ...fields: string[]): string =>
  [`HTTP/1.1 ${code} X`, 'Content-Length: 0', ...fields, '', ''].join('\r\n');
const UPGRADE = 'Upgrade: websocket';
const CONNECTION = 'Connection: Upgrade';
const ACCEPT = 'Sec-WebSocket-Accept: ACCEPT';
const opened = (...more: string[]): string => line(UPGRADE, CONNECTION, ACCEPT, ...more);

export const CASES: Readonly<Record<string, Case>> = {
  'a handshake that is accepted': { answer: opened() },
  'from a page of the same site, with its cookies': { answer: opened(), page: 'same' },
  'from a page of the own origin': { answer: opened(), page: 'own' },
  'from an opaque origin': { answer: opened(), page: 'opaque' },
  'a cookie of a handshake that opens is kept': { answer: opened('Set-Cookie: kept=1'), page: 'own' },
  'a cookie of a handshake that is refused is not': { answer: status(403, 'Set-Cookie: lost=1'), page: 'own' },
  'the cookies after that': { answer: opened(), page: 'own' },
  ...Object.fromEntries(
    [200, 302, 400, 401, 403, 404, 407, 426, 500, 503].map((code) => [
      `${code}`,
      { answer: status(code, 'Location: /') },
    ]),
  ),
  '401 with a challenge': { answer: status(401, 'WWW-Authenticate: Basic realm=x') },
  'no Upgrade': { answer: line(CONNECTION, ACCEPT) },
  'another Upgrade': { answer: line('Upgrade: h2c', CONNECTION, ACCEPT) },
  'no Connection': { answer: line(UPGRADE, ACCEPT) },
  'another Connection': { answer: line(UPGRADE, 'Connection: close', ACCEPT) },
  'a Connection with several options': { answer: line(UPGRADE, 'Connection: keep-alive, upgrade', ACCEPT) },
  'no Sec-WebSocket-Accept': { answer: line(UPGRADE, CONNECTION) },
  'another Sec-WebSocket-Accept': { answer: line(UPGRADE, CONNECTION, 'Sec-WebSocket-Accept: x') },
  'two of them': { answer: opened(ACCEPT) },
  'a subprotocol': { answer: opened('Sec-WebSocket-Protocol: b'), protocols: ['a', 'b'] },
  'a subprotocol unasked': { answer: opened('Sec-WebSocket-Protocol: a') },
  'another subprotocol': { answer: opened('Sec-WebSocket-Protocol: b'), protocols: ['a'] },
  'no subprotocol': { answer: opened(), protocols: ['a', 'b'] },
  'an extension unasked': { answer: opened('Sec-WebSocket-Extensions: foo; a=1') },
  'no answer': { answer: '' },
  'a port that is not safe': { answer: '', url: 'ws://api.example:22/x' },
  'a fragment': { answer: '', url: 'ws://api.example/x#y' },
  'another scheme': { answer: '', url: 'ftp://api.example/x' },
  'no subprotocol that is one': { answer: '', protocols: ['a b'] },
  'the same subprotocol twice': { answer: '', protocols: ['a', 'a'] },
};
