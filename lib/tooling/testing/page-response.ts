import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { type BrowserRequest, isCrossOrigin, type ServerAnswer } from '../../core/browser/request.js';
import { visibleHeaders } from '../../core/browser/visible-headers.js';
import type { HeaderField } from '../../core/http/headers.js';
import type { AnswerHead } from './result.js';

/** Null body status (https://fetch.spec.whatwg.org/#null-body-status). */
const BODILESS: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** The head of an answer as it came over the wire, each field as the server wrote it. */
export function answerOf({ statusCode = 0, rawHeaders }: IncomingMessage): ServerAnswer {
  const headers: HeaderField[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.push([rawHeaders[i]!, rawHeaders[i + 1]!]);
  }
  return { status: statusCode, headers };
}

/** The head of an answer as a result holds it. */
export function readable({ status, headers }: ServerAnswer): AnswerHead {
  return { status, headers: new Headers(headers.map(([name, value]): [string, string] => [name, value])) };
}

/**
 * Makes the response that the page gets (https://fetch.spec.whatwg.org/#concept-filtered-response): only the headers
 * that it may read, and nothing of an opaque one.
 */
export function responseOf(request: BrowserRequest, answer: ServerAnswer, incoming: IncomingMessage): Response {
  const crossOrigin = isCrossOrigin(request);
  if (crossOrigin && request.mode === 'no-cors') {
    incoming.destroy();
    return opaque('opaque', '');
  }
  const bodiless = request.method === 'HEAD' || BODILESS.has(answer.status);
  if (bodiless) {
    incoming.resume();
  }
  // The types of Node name one class of streams twice.
  const body = bodiless ? null : (Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>);
  const headers = visibleHeaders(request, answer).map(([name, value]): [string, string] => [name, value]);
  return dress(new Response(body, { headers }), {
    type: crossOrigin ? 'cors' : 'basic',
    url: request.url.split('#', 1)[0]!,
    status: answer.status,
    statusText: incoming.statusMessage ?? '',
    ok: answer.status >= 200 && answer.status < 300,
    redirected: request.redirected !== undefined,
  });
}

/**
 * Makes the response that a page gets with `redirect: 'manual'`
 * (https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect).
 */
export function redirectResponse(request: BrowserRequest): Response {
  return opaque('opaqueredirect', request.url);
}

type Look = Pick<Response, 'type' | 'url' | 'status' | 'statusText' | 'ok' | 'redirected'>;

function opaque(type: Response['type'], url: string): Response {
  return dress(new Response(null), { type, url, status: 0, statusText: '', ok: false, redirected: false });
}

/** A response of the platform cannot be told its type, its URL, or a status of 0. */
function dress(response: Response, look: Look): Response {
  const values = { ...look, clone: () => dress(Response.prototype.clone.call(response), look) };
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(response, name, { value });
  }
  return response;
}
