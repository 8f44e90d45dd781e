import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { AddressInfo } from 'node:net';

/** A socket that a page opens. */
export interface PageAsk {
  readonly url: string;
  /** The options of socket.io's client; `undefined`: the page opens a `WebSocket`. */
  readonly io?: { readonly path: string; readonly transports: readonly string[] };
}

/** The result for the page. */
export type PageResult = 'open' | 'refused';

/** Runs in the page and in its frames. */
const SCRIPT = `
  const openOne = ({ url, io: options }) =>
    new Promise((resolve) => {
      if (options === undefined) {
        const socket = new WebSocket(url);
        socket.onopen = () => resolve('open') ?? socket.close();
        socket.onerror = () => resolve('refused');
        return;
      }
      const socket = io(url, { ...options, reconnection: false, forceNew: true });
      socket.on('connect', () => resolve('open') ?? socket.close());
      socket.on('connect_error', () => resolve('refused') ?? socket.close());
    });
  const openAll = async (asks) => {
    const results = [];
    for (const ask of asks) {
      results.push(await openOne(ask));
    }
    return results;
  };
  onmessage = async ({ data, source }) => {
    if (Array.isArray(data.asks)) {
      source.postMessage({ origin: String(self.origin), results: await openAll(data.asks) }, '*');
    }
  };
  /** By a frame, whose origin is opaque. */
  const openAllIn = (attributes, asks) =>
    new Promise((resolve) => {
      const frame = Object.assign(document.createElement('iframe'), attributes);
      addEventListener('message', ({ data, source }) => source === frame.contentWindow && resolve(data));
      frame.onload = () => frame.contentWindow.postMessage({ asks }, '*');
      document.body.append(frame);
    });
`;

/** The frames of a page that have an opaque origin. */
export const FRAMES = {
  'a sandboxed frame': (address: string) => ({ sandbox: 'allow-scripts', src: `${address}/` }),
  'a data: frame': (address: string) => ({ src: `data:text/html,${encodeURIComponent(pageOf(address))}` }),
} as const;

/** The expression that opens sockets in the page itself, or in a frame of it. */
export function expressionOf(asks: readonly PageAsk[], frame?: object): string {
  return frame === undefined
    ? `openAll(${JSON.stringify(asks)}).then((results) => ({ origin: self.origin, results }))`
    : `openAllIn(${JSON.stringify(frame)}, ${JSON.stringify(asks)})`;
}

/** The page, with its scripts from the server at an address. */
export function pageOf(address: string): string {
  return `<!doctype html><title>page</title><body><script src="${address}/socket.io.js"></script><script src="${address}/page.js"></script>`;
}

/** A server of the page on 127.0.0.1, for every host name. */
export async function startPages(): Promise<{ readonly port: number; close(): Promise<unknown> }> {
  const folder = dirname(createRequire(import.meta.url).resolve('socket.io-client/package.json'));
  const client = await readFile(join(folder, 'dist/socket.io.js'), 'utf8');
  const server: Server = createServer(({ url, headers }, response) => {
    const scripts: Record<string, string> = { '/socket.io.js': client, '/page.js': SCRIPT };
    const script = scripts[url ?? ''];
    response.setHeader('Content-Type', `text/${script === undefined ? 'html' : 'javascript'}; charset=utf-8`);
    response.end(script ?? pageOf(`http://${headers.host}`));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
