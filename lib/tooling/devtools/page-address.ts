import type { Server } from 'node:http';

/**
 * Finds the origin at which a browser of this machine reaches a server.
 *
 * @returns `undefined` where the server has no port: a Unix socket, or a server that does not listen
 */
export function originOf(server: Server): string | undefined {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') {
    return undefined;
  }
  const scheme = 'setSecureContext' in server ? 'https' : 'http';
  return `${scheme}://${nameOf(bound.address)}:${bound.port}`;
}

/** Every address of this machine is reached by `localhost`; one that was chosen is reached by itself alone. */
function nameOf(address: string): string {
  if (address === '::' || address === '0.0.0.0') {
    return 'localhost';
  }
  return address.includes(':') ? `[${address}]` : address;
}
