import type { RequestTest, TesterMessage, TesterQuestion, TesterSeen } from '../../protocol.js';
import { openSocket } from './document-socket.js';
import { setCookies } from './document-cookies.js';
import { rejectionOf } from './document-rejection.js';
import { beginningOf, bodyInit } from './document-body.js';

// The script of the tester's document: it sends what the page asks for from this origin, and tells the page what a
// script here can see.

/** Longest time that an answer may take, in milliseconds. */
const PATIENCE_MS = 15_000;

const page = new URLSearchParams(location.search).get('page') ?? '';

/** Requests that this document's own policy has rejected. */
let rejected = 0;
addEventListener('securitypolicyviolation', () => (rejected += 1));

addEventListener('message', ({ source, origin, data }: MessageEvent<TesterQuestion>) => {
  if (source === parent && origin === page && typeof data === 'object') {
    const started = performance.now();
    void (data.webSocket === true ? openSocket(data) : send(data)).then((seen) =>
      tell({ id: data.id, seen: { ...seen, milliseconds: Math.round(performance.now() - started) } as TesterSeen }),
    );
  }
});
tell({ ready: true });

function tell(message: TesterMessage): void {
  parent.postMessage(message, page);
}

async function send({ url, method, headers, credentials, body, cookies = [] }: RequestTest): Promise<object> {
  let request: Request;
  try {
    request = new Request(url, {
      method,
      headers,
      credentials: credentials ? 'include' : 'same-origin',
      mode: 'cors',
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: bodyInit(body) }),
    });
  } catch (error) {
    return { blocked: true, error: String(error), sent: false };
  }
  const kept = setCookies(cookies, url);
  const before = rejected;
  try {
    const response = await fetch(request);
    const { status } = response;
    return { ...kept.told, blocked: false, status, headers: [...response.headers], body: await beginningOf(response) };
  } catch (error) {
    // The event about a violation comes after the rejection.
    await new Promise((resolve) => setTimeout(resolve));
    return {
      ...kept.told,
      blocked: true,
      ...(rejected > before ? rejectionOf(error, url, page) : { error: String(error) }),
    };
  } finally {
    kept.remove();
  }
}
