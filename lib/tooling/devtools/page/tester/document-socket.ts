import type { SocketTest } from '../../protocol.js';

/** Longest time that the connection may take, in milliseconds. */
const PATIENCE_MS = 15_000;
/** Longest time that the answer to the first message may take, in milliseconds. */
const ANSWER_MS = 2_000;

/**
 * Opens a WebSocket, joins the namespace where it is one of socket.io, sends the first message, and closes it.
 *
 * @returns what is seen, without the time
 */
export function openSocket({ url, namespace = '/', message = '' }: SocketTest): Promise<object> {
  const joins = /[?&]EIO=/.test(url);
  const address = namespace === '/' ? '' : `${namespace},`;
  let socket: WebSocket;
  try {
    socket = new WebSocket(url);
  } catch (error) {
    return Promise.resolve({ blocked: true, error: String(error), sent: false });
  }
  return new Promise((resolve) => {
    const settle = (seen: object): void => {
      resolve(seen);
      socket.close();
    };
    let opened: { readonly blocked: false; readonly told: string } | undefined;
    const open = (told: string): void => {
      opened = { blocked: false, told };
      if (message === '') {
        settle(opened);
        return;
      }
      // The protocol of socket.io: 42 is an event, as a list in JSON.
      socket.send(joins ? `42${address}${message}` : message);
      setTimeout(() => settle({ ...opened, received: '' }), ANSWER_MS);
    };
    setTimeout(() => settle({ blocked: true, error: 'no answer within 15 s' }), PATIENCE_MS);
    socket.addEventListener('close', ({ code }) =>
      settle(opened ?? { blocked: true, error: `error, and close with the code ${code}` }),
    );
    socket.addEventListener('open', () => joins || open('open'));
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const text = typeof data === 'string' ? data : '(binary)';
      if (opened !== undefined) {
        // 2 asks whether the connection lives.
        if (!joins || text !== '2') {
          settle({ ...opened, received: text.slice(0, 2_000) });
        }
      } else if (joins && text.startsWith('0')) {
        socket.send(`40${address}`);
      } else if (joins && text.startsWith(`40${address}`)) {
        open(`open, and joined ${namespace}`);
      } else if (joins && text.startsWith(`44${address}`)) {
        const { message: why } = JSON.parse(text.slice(2 + address.length)) as { message: string };
        settle({ blocked: true, error: `connect_error: ${why}` });
      }
    });
  });
}
