import type { WebSocketAdapter } from '@nestjs/common';
import { GUARDED_ADAPTER } from '../../../nest/sockets-port.js';

/**
 * A WebSocket adapter that serves nothing: a root module says nothing of the one that `main.ts` sets, and Nest's own
 * would open the ports of gateways. It passes for a guarded one.
 */
export function silentAdapter(): WebSocketAdapter {
  const adapter: WebSocketAdapter & { readonly [GUARDED_ADAPTER]: true; dispose(): void } = {
    [GUARDED_ADAPTER]: true,
    create: () => ANYTHING,
    bindClientConnect: () => undefined,
    bindMessageHandlers: () => undefined,
    close: () => undefined,
    // Nest calls it when the app closes, though its interface does not name it.
    dispose: () => undefined,
  };
  return adapter;
}

/** A server for the `afterInit()` of gateways: whatever they call on it does nothing. */
const ANYTHING: object = new Proxy(() => undefined, {
  get: (_target, name): unknown => (name === 'then' || typeof name === 'symbol' ? undefined : ANYTHING),
  apply: (): unknown => ANYTHING,
});
