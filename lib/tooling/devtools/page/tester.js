// Sends what the page asks for from this origin, and tells it what a script here can see.
const page = new URLSearchParams(location.search).get('page');
const MAX_BODY = 2000;

addEventListener('message', async ({ source, origin, data }) => {
  if (source === parent && origin === page && typeof data === 'object' && data !== null) {
    parent.postMessage({ id: data.id, seen: await (data.webSocket === true ? open(data) : send(data)) }, page);
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

// Opens a WebSocket, joins the namespace where it is one of socket.io, and closes it.
function open({ url, namespace = '/' }) {
  const started = performance.now();
  const joins = /[?&]EIO=/.test(url);
  const address = namespace === '/' ? '' : namespace + ',';
  return new Promise((resolve) => {
    const settle = (seen) => {
      resolve({ ...seen, milliseconds: Math.round(performance.now() - started) });
      socket.close();
    };
    let socket;
    try {
      socket = new WebSocket(url);
    } catch (error) {
      resolve({ blocked: true, error: String(error), milliseconds: 0 });
      return;
    }
    setTimeout(() => settle({ blocked: true, error: 'no answer within 15 s' }), 15000);
    socket.addEventListener('close', ({ code }) =>
      settle({ blocked: true, error: 'error, and close with the code ' + code }),
    );
    socket.addEventListener('open', () => {
      if (!joins) {
        settle({ blocked: false, told: 'open' });
      }
    });
    socket.addEventListener('message', ({ data }) => {
      // The protocol of socket.io: 0 opens the connection, 40 joins a namespace, 44 refuses it.
      if (!joins || typeof data !== 'string') {
        return;
      }
      if (data.startsWith('0')) {
        socket.send('40' + address);
      } else if (data.startsWith('40' + address)) {
        settle({ blocked: false, told: 'open, and joined ' + namespace });
      } else if (data.startsWith('44' + address)) {
        settle({ blocked: true, error: 'connect_error: ' + JSON.parse(data.slice(2 + address.length)).message });
      }
    });
  });
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
