import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Handshakes } from './handshakes.js';

/** The part of Node's HTTP server that is used. */
interface UpgradingServer {
  emit(event: string, ...args: unknown[]): boolean;
}

/**
 * Checks each upgrade of the app's own server before any listener gets it (rule 8.4): an entry of `routes` reaches what
 * the app, or a library, attaches there (subscriptions of GraphQL, a proxy, `ws` itself). Gateways have their own
 * checks.
 *
 * Listeners are called in the order of their registration, so none that is added can come before all others.
 *
 * @returns a function that removes the check
 */
export function hookUpgrades(target: object, handshakes: Pick<Handshakes, 'atEntry' | 'guardUpgrade'>): () => void {
  const server = target as UpgradingServer;
  const own = Object.getOwnPropertyDescriptor(server, 'emit');
  const emit = server.emit;
  const checkUpgrade = (message: IncomingMessage, socket: Duplex, ...rest: unknown[]): boolean => {
    const pass = (): boolean => emit.call(server, 'upgrade', message, socket, ...rest);
    const verdict = handshakes.atEntry(message);
    if (verdict === undefined) {
      return pass();
    }
    handshakes.guardUpgrade(verdict, socket, pass);
    return true;
  };
  // Every request comes through here: a closure in this function would slow each of them down.
  const checked = function (this: unknown, event: string, ...args: unknown[]): boolean {
    return event === 'upgrade'
      ? checkUpgrade(...(args as [IncomingMessage, Duplex]))
      : emit.call(server, event, ...args);
  };
  server.emit = checked;
  return () => {
    if (server.emit !== checked) {
      return;
    }
    if (own === undefined) {
      delete (server as Partial<UpgradingServer>).emit;
    } else {
      Object.defineProperty(server, 'emit', own);
    }
  };
}
