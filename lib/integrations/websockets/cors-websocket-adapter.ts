import type { INestApplicationContext, WebSocketAdapter } from '@nestjs/common';
import { CORS_HANDSHAKES, GUARDED_ADAPTER, type Handshakes } from '../../nest/sockets-port.js';
import { guardServer } from './guard-server.js';

/**
 * Puts the gateways of an app under its policies (rule 8.1): each handshake of a server that the adapter creates is
 * checked before it is upgraded.
 *
 * @example
 * const app = await NestFactory.create(AppModule);
 * app.useWebSocketAdapter(corsWebSocketAdapter(new IoAdapter(app), app));
 *
 * @param adapter `IoAdapter`, `WsAdapter`, or a subclass of one of them. It does everything except the check
 * @param app the app that imports `CorsModule.forRoot()`
 * @returns the adapter with the check, for `app.useWebSocketAdapter()`
 * @throws Error where the app does not import `CorsModule.forRoot()`
 */
export function corsWebSocketAdapter<Adapter extends WebSocketAdapter>(
  adapter: Adapter,
  app: INestApplicationContext,
): Adapter {
  const handshakes = handshakesOf(app);
  const guarded: ProxyHandler<Adapter> = {
    get(target, name) {
      if (name === 'create') {
        // Methods of the adapter call each other, and some create servers by `this.create()`: only Nest calls this one.
        return (port: number, options?: object): unknown => guardServer(target, handshakes, port, options);
      }
      const value: unknown = Reflect.get(target, name, target);
      // Private fields are those of the adapter itself.
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
    has: (target, name) => name === GUARDED_ADAPTER || Reflect.has(target, name),
  };
  return new Proxy(adapter, guarded);
}

function handshakesOf(app: INestApplicationContext): Handshakes | undefined {
  let found: Handshakes | undefined;
  try {
    found = app.get<Handshakes>(CORS_HANDSHAKES, { strict: false });
  } catch {
    throw new Error(
      'corsWebSocketAdapter(): the app does not import CorsModule.forRoot(), so no policy would guard its gateways.',
    );
  }
  // A preview creates no providers, and no servers.
  return found;
}
