/** The document in the frame of the second origin. */
export const TESTER_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Live tester</title>
<script type="module" src="tester.js"></script>
<p>This frame sends the requests of the development page.</p>
</html>
`;

/** Sends what the page asks for from this origin, and tells it what a script here can see. */
export const TESTER_SCRIPT = String.raw`
const page = new URLSearchParams(location.search).get('page');
const MAX_BODY = 2000;

addEventListener('message', async ({ source, origin, data }) => {
  if (source === parent && origin === page && typeof data === 'object' && data !== null) {
    parent.postMessage({ id: data.id, seen: await send(data) }, page);
  }
});
parent.postMessage({ ready: true }, page);

async function send({ method, url, headers, credentials }) {
  const started = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers,
      credentials: credentials ? 'include' : 'same-origin',
      mode: 'cors',
      cache: 'no-store',
      signal: AbortSignal.timeout(15000),
    });
    return {
      blocked: false,
      status: response.status,
      headers: [...response.headers],
      milliseconds: Math.round(performance.now() - started),
      body: await beginningOf(response),
    };
  } catch (error) {
    return { blocked: true, error: String(error), milliseconds: Math.round(performance.now() - started) };
  }
}

// A stream may never end: what comes at once is enough to see.
async function beginningOf(response) {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    return '';
  }
  const decoder = new TextDecoder();
  const late = new Promise((resolve) => setTimeout(() => resolve({ done: true }), 1500));
  let text = '';
  while (text.length < MAX_BODY) {
    const { done, value } = await Promise.race([reader.read(), late]);
    if (done) {
      break;
    }
    text += decoder.decode(value, { stream: true });
  }
  reader.cancel().catch(() => {});
  return text.length > MAX_BODY ? text.slice(0, MAX_BODY) + ' …' : text;
}
`;
