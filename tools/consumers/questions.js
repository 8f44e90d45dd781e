import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';

const TENANT = 'https://tenant.example';
const STRANGER = 'https://stranger.example';
const APP = 'https://app.example';

const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

/** The fields that are compared: all that CORS, caches and embedding depend on. */
const COMPARED = /^(access-control-.*|vary|timing-allow-origin|cross-origin-resource-policy)$/i;

const get = (path, origin) => ({ method: 'GET', path, headers: { Origin: origin } });
const preflight = (path, method, origin, headers = {}) => ({
  method: 'OPTIONS',
  path,
  headers: { Origin: origin, 'Access-Control-Request-Method': method, ...headers },
});
const from = (...origins) => ({
  each: (...paths) => paths.flatMap((path) => origins.map((origin) => get(path, origin))),
});
const json = (body) => ({
  method: 'POST',
  path: '/orders/body',
  headers: { Origin: TENANT, 'Content-Type': 'application/json', 'Content-Length': String(body.length) },
  body,
});

/**
 * Questions whose answers are written down: the status, and the origin that is allowed (`null`: none). A runtime that is
 * wrong in the same way as Node does not pass.
 */
const certain = [
  [preflight('/orders/1', 'PUT', TENANT, { 'Access-Control-Request-Headers': 'x-request-id' }), 204, TENANT],
  [preflight('/orders/1', 'PUT', STRANGER), 204, null],
  [preflight('/orders/slow', 'GET', TENANT), 204, TENANT],
  [preflight('/orders/slow', 'GET', STRANGER), 204, null],
  [preflight('/orders/closed', 'GET', TENANT), 204, null],
  [preflight('/nowhere', 'GET', APP), 204, APP],
  [get('/orders/trusted', TENANT), 200, TENANT],
  [get('/orders/trusted', STRANGER), 200, null],
  [get('/orders/trusted', [TENANT, TENANT]), 200, null],
  [get('/orders/slow', TENANT), 200, TENANT],
  [get('/orders/slow', STRANGER), 200, null],
  [{ ...get('/orders/1', TENANT), method: 'PUT' }, 403, TENANT],
  [{ ...get('/orders/1', STRANGER), method: 'PUT' }, 403, null],
  [{ ...get('/orders/enforced', TENANT), method: 'DELETE' }, 200, TENANT],
  [{ ...get('/orders/enforced', STRANGER), method: 'DELETE' }, 403, null],
  [get('/nowhere', APP), 404, APP],
  [get('/nowhere', STRANGER), 404, null],
  [get('/early', APP), 418, APP],
  [get('/early', STRANGER), 418, null],
].map(([question, status, allowed]) => ({ question, status, allowed }));

/** Questions whose answers are only compared with those of Node. */
const compared = [
  preflight('/orders/1', 'PATCH', TENANT),
  preflight('/orders/1', 'PUT', TENANT, { 'Access-Control-Request-Headers': 'x-other' }),
  { method: 'OPTIONS', path: '/orders/1', headers: {} },
  ...from(TENANT, STRANGER, []).each(
    ...['closed', 'fail', 'moved', 'own', 'vary', 'file', 'events'].map((name) => `/orders/${name}`),
    ...['end', 'write', 'flush', 'pipe', 'object', 'list', 'appended', 'cleared', 'hints'].map(
      (name) => `/heads/${name}`,
    ),
    '/orders/%zz',
  ),
  { ...get('/orders/trusted', TENANT), method: 'HEAD' },
  { ...get('/heads/pipe', TENANT), method: 'HEAD' },
  ...from('null', `${TENANT}/`, 'https://TENANT.example', [TENANT, STRANGER]).each('/orders/trusted'),
  json('{a}'),
  json('{"a":1}'),
  json(JSON.stringify('x'.repeat(1_200_000))),
];

const upgrade = (path, origin) => ({ method: 'GET', path, headers: { ...UPGRADE, Origin: origin } });

const sockets = {
  ws: ['/chat', '/slow', '/raw'],
  'socket.io': ['/socket.io/?EIO=4&transport=websocket', '/slow/?EIO=4&transport=websocket', '/raw'],
};

const handshakes = (kind) =>
  sockets[kind].flatMap((path) => [
    { question: upgrade(path, TENANT), status: 101 },
    { question: upgrade(path, []), status: 101 },
    { question: upgrade(path, STRANGER), status: 403 },
  ]);

const polling = '/socket.io/?EIO=4&transport=polling';
const polls = [
  { question: get(polling, TENANT), status: 200, allowed: TENANT },
  { question: get(polling, STRANGER), status: 403, allowed: null },
  { question: preflight(polling, 'POST', TENANT), status: 204, allowed: TENANT },
  { question: preflight(polling, 'POST', STRANGER), status: 204, allowed: null },
];

/** All questions for an app with servers of this kind: `status` and `allowed` are given where they are certain. */
export const questionsFor = (kind) => [
  ...certain,
  ...compared.map((question) => ({ question })),
  ...handshakes(kind),
  ...(kind === 'socket.io' ? polls : []),
];

/** The compared fields, sorted, each as often as it was sent. */
function fieldsOf(rawHeaders) {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names
    .map((name, index) => `${name.toLowerCase()}: ${rawHeaders[index * 2 + 1]}`)
    .filter((line) => COMPARED.test(line.slice(0, line.indexOf(':'))))
    .sort();
}

/** Sends a question on a connection of its own. */
export async function send(port, { method, path, headers, body }) {
  const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false, timeout: 5_000 });
  asked.on('timeout', () => asked.destroy(new Error('no answer within 5 s')));
  asked.end(body);
  const answer = await Promise.race([once(asked, 'response'), once(asked, 'upgrade')]).then(([message]) => message);
  let text = '';
  if (answer.statusCode === 101) {
    answer.socket.destroy();
  } else if (answer.headers['content-type']?.startsWith('text/event-stream')) {
    answer.destroy();
  } else {
    for await (const chunk of answer.setEncoding('utf8')) {
      text += chunk;
    }
  }
  asked.destroy();
  return { status: answer.statusCode, fields: fieldsOf(answer.rawHeaders), text };
}

/** Sends several requests in one piece on one connection, and reads the origin that each answer allows. */
export async function sendPipelined(port) {
  const origins = [TENANT, STRANGER, TENANT, TENANT, STRANGER];
  const socket = connect(port, '127.0.0.1').setTimeout(5_000, () => socket.destroy());
  socket.write(
    origins
      .map((origin, index) => {
        const connection = index === origins.length - 1 ? 'close' : 'keep-alive';
        return `GET /orders/slow HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: ${origin}\r\nConnection: ${connection}\r\n\r\n`;
      })
      .join(''),
  );
  let text = '';
  for await (const chunk of socket.setEncoding('latin1')) {
    text += chunk;
  }
  const answers = text.split('HTTP/1.1 ').slice(1);
  return {
    expected: origins.map((origin) => (origin === TENANT ? TENANT : undefined)),
    allowed: answers.map((answer) => /^access-control-allow-origin: (\S+)/im.exec(answer)?.[1]),
  };
}
