import type { Explanation } from '../../protocol.js';

/** One exchange as text: the request, and the answer. */
export interface WireExchange {
  readonly request: string;
  readonly response: string;
  /** A sentence about parts of the answer that are not known; absent where all of it is. */
  readonly note?: string;
}

/** Of those that this library answers with, and of those that a handler commonly has. */
const PHRASES: Readonly<Record<number, string>> = {
  101: 'Switching Protocols',
  200: 'OK',
  204: 'No Content',
  400: 'Bad Request',
  403: 'Forbidden',
  414: 'URI Too Long',
};

/** The preflight as it is on the wire; `undefined`: the browser sends none. */
export function preflightWire({ request, preflight }: Explanation): WireExchange | undefined {
  if (preflight === undefined) {
    return undefined;
  }
  const exchange = { request: requestText('OPTIONS', request.url, preflight.asks), response: answerText(preflight) };
  return preflight.passedOn
    ? { ...exchange, note: 'No policy answers this preflight. The app answers it, or has no route for it.' }
    : exchange;
}

/** The request itself as it is on the wire, whether or not a preflight lets it be sent. */
export function requestWire(explained: Explanation): WireExchange {
  const { method, url, headers, credentials, webSocket } = explained.request;
  const origin = originOf(explained);
  const cookies = credentials ? { Cookie: '…' } : {};
  if (webSocket === true) {
    const upgrade = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': '…',
    };
    return {
      request: requestText('GET', url, { ...origin, ...upgrade, ...cookies }),
      response: answerText(explained.response),
    };
  }
  return {
    request: requestText(method, url, { ...origin, ...headers, ...cookies }),
    response: answerText(explained.response),
    ...(explained.response.status === undefined
      ? { note: 'Status, body and further header fields are those of the handler.' }
      : {}),
  };
}

/** Browsers add no `Origin` to what a page reads from its own origin. */
function originOf({ request: { origin, method }, reason }: Explanation): Readonly<Record<string, string>> {
  return origin === undefined || (reason === 'same-origin' && /^(?:GET|HEAD)$/.test(method)) ? {} : { Origin: origin };
}

function requestText(method: string, address: string, fields: Readonly<Record<string, string>>): string {
  const { pathname, search, host } = new URL(address);
  return [`${method} ${pathname}${search} HTTP/1.1`, ...linesOf({ Host: host, ...fields })].join('\n');
}

function answerText({ status, headers }: Pick<Explanation['response'], 'status' | 'headers'>): string {
  const first = status === undefined ? 'HTTP/1.1 …' : `HTTP/1.1 ${status} ${PHRASES[status] ?? ''}`.trim();
  return [first, ...linesOf(headers)].join('\n');
}

function linesOf(fields: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
}
