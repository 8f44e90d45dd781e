import type { ExplainAnswer } from '../../../../lib/tooling/devtools/protocol.js';
import { preflightWire, requestWire } from '../../../../lib/tooling/devtools/page/panel/wire.js';

const ORIGIN = 'https://shop.example';

function explained(
  request: Partial<ExplainAnswer['request']>,
  response: Partial<ExplainAnswer['response']>,
  rest: Partial<ExplainAnswer> = {},
): ExplainAnswer {
  return {
    request: {
      method: 'PUT',
      url: 'http://localhost:3000/orders/1?full=yes',
      origin: ORIGIN,
      headers: { 'X-Api-Key': '1' },
      credentials: false,
      ...request,
    },
    response: { headers: {}, reason: 'allowed', ...response },
    ...rest,
  } as ExplainAnswer;
}

describe('6.5: an exchange as it is on the wire', () => {
  it('has the preflight with the fields that it asks for, and its answer', () => {
    const asks = { Origin: ORIGIN, 'Access-Control-Request-Method': 'PUT' };
    const headers = { 'Access-Control-Allow-Origin': ORIGIN, Vary: 'Origin' };
    const preflight = { asks, headers, status: 204, passedOn: false, granted: true } as never;
    expect(preflightWire(explained({}, {}, { preflight }))).toEqual({
      request: `OPTIONS /orders/1?full=yes HTTP/1.1\nHost: localhost:3000\nOrigin: ${ORIGIN}\nAccess-Control-Request-Method: PUT`,
      response: `HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: ${ORIGIN}\nVary: Origin`,
    });
  });

  it('says that the app answers a preflight that no policy answers', () => {
    const preflight = { asks: {}, headers: {}, passedOn: true } as never;
    const { response, note } = preflightWire(explained({}, {}, { preflight }))!;
    expect(response).toBe('HTTP/1.1 …');
    expect(note).toMatch(/^No policy answers this preflight/);
  });

  it('has no preflight where the browser sends none', () => {
    expect(preflightWire(explained({}, {}))).toBeUndefined();
  });

  it('has the request with the headers of the script and its cookies, and says what the handler answers', () => {
    const headers = { 'Access-Control-Allow-Origin': ORIGIN };
    expect(requestWire(explained({ credentials: true }, { headers }))).toEqual({
      request: `PUT /orders/1?full=yes HTTP/1.1\nHost: localhost:3000\nOrigin: ${ORIGIN}\nX-Api-Key: 1\nCookie: …`,
      response: `HTTP/1.1 …\nAccess-Control-Allow-Origin: ${ORIGIN}`,
      note: 'Status, body and further header fields are those of the handler.',
    });
  });

  it('has the status of a refusal', () => {
    const { response, note } = requestWire(explained({}, { status: 403 }));
    expect([response, note]).toEqual(['HTTP/1.1 403 Forbidden', undefined]);
  });

  it.each([
    ['GET', {}, false],
    ['POST', {}, true],
    ['GET', { reason: 'allowed' as const }, true],
  ])('has the Origin that the browser adds: %s %j', (method, rest, has) => {
    const { request } = requestWire(explained({ method }, {}, { reason: 'same-origin', ...rest }));
    expect(request.includes('Origin:')).toBe(has);
  });

  it('has the handshake of a WebSocket', () => {
    const socket = { method: 'GET', url: 'ws://localhost:3000/chat', headers: {}, credentials: true, webSocket: true };
    const { request, response } = requestWire(explained(socket as never, { status: 101 }));
    expect(request.split('\n')).toEqual([
      'GET /chat HTTP/1.1',
      'Host: localhost:3000',
      `Origin: ${ORIGIN}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: …',
      'Cookie: …',
    ]);
    expect(response).toBe('HTTP/1.1 101 Switching Protocols');
  });
});
