import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { CORS_COMMAND_PORT, type CorsCommandPort } from '../../../nest/command-port.js';

/** The result of importing a file. */
export interface Listening {
  /** Resolves where an app with `CorsModule`, all of it up, wants to listen: a main file has done its work then. */
  readonly app: Promise<CorsCommandPort>;
  /** True if a server wanted to listen. */
  readonly asked: boolean;
  /** From now on the command boots the app by itself. */
  leave(): void;
}

/**
 * Makes sure that nothing listens in this process, and records the app that a main file starts. The library itself
 * reports its port, under a symbol that is equal in every copy, also in bundles.
 */
export function interceptListening(): Listening {
  let port: CorsCommandPort | undefined;
  let asked = false;
  let left = false;
  const holder = globalThis as { [CORS_COMMAND_PORT]?: (made: CorsCommandPort) => void };
  holder[CORS_COMMAND_PORT] = (made) => {
    port = made;
  };
  const app = new Promise<CorsCommandPort>((resolve) => {
    function pretend(this: net.Server, ...args: unknown[]): net.Server {
      asked = true;
      if (!left && port !== undefined && isUp(port)) {
        // A caller that waits for the server waits until the process ends.
        resolve(port);
        return this;
      }
      // A server beside the app (metrics, a microservice): the app may wait for it.
      const callback = args.at(-1);
      if (typeof callback === 'function') {
        this.once('listening', callback as () => void);
      }
      process.nextTick(() => this.emit('listening'));
      return this;
    }
    for (const prototype of prototypesWithListen()) {
      prototype.listen = pretend;
    }
  });
  return {
    app,
    get asked() {
      return asked;
    },
    leave: () => {
      left = true;
    },
  };
}

/** Node's servers inherit one `listen()`. On Bun and Deno some kinds of server have their own. */
function prototypesWithListen(): readonly net.Server[] {
  const kinds: readonly object[] = [net.Server, tls.Server, http.Server, https.Server].map(
    ({ prototype }) => prototype,
  );
  const found = new Set<object>();
  // The class of a server of HTTP/2 is not exported.
  for (const kind of [...kinds, http2.createServer()]) {
    for (let each: object | null = kind; each !== null; each = Object.getPrototypeOf(each) as object | null) {
      if (Object.hasOwn(each, 'listen')) {
        found.add(each);
      }
    }
  }
  return [...found] as net.Server[];
}

function isUp(port: CorsCommandPort): boolean {
  try {
    port.survey();
    return true;
  } catch {
    return false;
  }
}
