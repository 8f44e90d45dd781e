import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { ImaginedRequest } from './adapter.js';

/** Node's request object for a request that was not sent: it is read as any other, over a socket that leads nowhere. */
export function imaginedMessage({ method, url, headers, secure }: ImaginedRequest): IncomingMessage {
  const socket = new Socket();
  Object.defineProperties(socket, {
    // As a proxy on this machine, or the developer's own browser, would be seen.
    remoteAddress: { value: '127.0.0.1' },
    encrypted: { value: secure },
  });
  const message = new IncomingMessage(socket);
  message.method = method;
  message.url = url;
  message.httpVersion = '1.1';
  for (const [name, value] of Object.entries(headers)) {
    message.headers[name] = value;
    message.rawHeaders.push(name, value);
  }
  message.push(null);
  return message;
}
