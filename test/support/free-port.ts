import { type AddressInfo, createServer } from 'node:net';

/** A port of 127.0.0.1 that nobody listens on at the moment: for a server that must come back where it was. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
