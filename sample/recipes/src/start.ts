import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';

const port = Number(process.env['PORT'] ?? 3000);

/** Listens on 127.0.0.1, on the port `PORT` (3000 by default), and prints the URL. */
export async function start(app: INestApplication): Promise<void> {
  await app.listen(port, '127.0.0.1');
  announce(app.getHttpServer() as Server);
}

/** Does the same for a server that Nest did not create. */
export async function startServer(server: Server): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  announce(server);
}

/** Prints the URL of a server that listens. */
export function announce(server: Server): void {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port} (Ctrl+C ends)`);
}
