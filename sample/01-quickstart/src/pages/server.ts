import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freeOrAny } from '../addresses.js';

/** The folder `pages` of this sample. The path starts at the package's root, as other samples compile this file. */
const folder = new URL('sample/01-quickstart/pages/', import.meta.resolve('nestjs-cors-policy/package.json'));

const files: Readonly<Record<string, readonly [name: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
};

/** Serves the page on its own origin. `/page.json` has the scenarios of the page, and is created for each request. */
export class PageServer {
  readonly port: number;

  private constructor(private readonly server: Server) {
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(port: number, data: () => unknown): Promise<PageServer> {
    const server = createServer((request, response) => {
      void serve(request, response, data);
    });
    server.listen(await freeOrAny(port), '127.0.0.1');
    await once(server, 'listening');
    return new PageServer(server);
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, data: () => unknown): Promise<void> {
  const path = request.url?.split('?')[0] ?? '/';
  response.setHeader('Cache-Control', 'no-store');
  if (path === '/page.json') {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(data()));
    return;
  }
  const file = files[path];
  if (!file) {
    // A browser also requests /favicon.ico. An empty answer avoids an error in its console.
    response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    return;
  }
  try {
    response.setHeader('Content-Type', file[1]).end(await readFile(new URL(file[0], folder)));
  } catch {
    response.writeHead(500).end();
  }
}
