// Sends a request to an app without a socket: with Node's own classes, on a connection that discards what is written.
import { EventEmitter } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';

/** The parts of a socket that Node's response uses. */
class Sink extends EventEmitter {
  writable = true;
  destroyed = false;
  remoteAddress = '127.0.0.1';
  readableHighWaterMark = 16_384;
  writableHighWaterMark = 16_384;
  writableLength = 0;
  _writableState = { corked: 0 };
  written = undefined;

  write(chunk, encoding, callback) {
    if (this.written !== undefined) {
      this.written += String(chunk);
    }
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) {
      process.nextTick(done);
    }
    return true;
  }
  cork() {}
  uncork() {}
  setTimeout() {}
  destroy() {}
}

const sink = new Sink();
sink.setMaxListeners(0);

/** Sends a request to an app. Calls `finished` when the response has been written. */
export function ask(app, request, finished) {
  if (typeof app === 'function') {
    void askWeb(app, request).then(finished);
  } else {
    askServer(app, request, finished);
  }
}

/** Sends a Web request to Hono or h3, and reads the response to its end. */
async function askWeb(fetch, { method, url, headers }) {
  const response = await fetch(new Request(`http://api.example.com${url}`, { method, headers }));
  await response.text();
  return response;
}

function askServer(server, { method, url, headers }, finished) {
  const request = new IncomingMessage(sink);
  request.method = method;
  request.url = url;
  request.headers = headers;
  request.httpVersion = '1.1';
  request.httpVersionMajor = 1;
  request.httpVersionMinor = 1;
  request.complete = true;
  request.push(null);
  const response = new ServerResponse(request);
  // Does what `assignSocket` does, without its listeners: this connection emits no events.
  response.socket = sink;
  sink._httpMessage = response;
  response.on('finish', () => {
    finished();
  });
  server.emit('request', request, response);
}

/** Returns the whole text of a response, to check that it is correct. */
export async function textOf(app, request) {
  if (typeof app === 'function') {
    const { status, headers } = await askWeb(app, request);
    return [`HTTP/1.1 ${status}`, ...Array.from(headers, ([name, value]) => `${name}: ${value}`)].join('\r\n');
  }
  sink.written = '';
  await new Promise((resolve) => ask(app, request, resolve));
  const text = sink.written;
  sink.written = undefined;
  return text;
}
