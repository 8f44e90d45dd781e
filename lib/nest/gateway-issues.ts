import type { CorsIssue } from '../core/issues/issues.js';
import type { GatewayClass, PlannedGateway } from '../discovery/gateways.js';
import type { GuardedServer } from '../pipeline/sockets/handshakes.js';
import { isSameServer } from '../engine/server-key.js';

/** The facts about the WebSocket adapter of an app. */
export interface GatewaySources {
  /** True if it is from `corsWebSocketAdapter()`, or if the adapter of the app is unknown. */
  readonly isGuarded: boolean;
  /** The servers that were created for gateways. */
  readonly servers: readonly Pick<GuardedServer, 'key' | 'kind' | 'hasCors'>[];
}

/** Finds gateways that no check would guard, and those that have a second CORS layer (rule 8.5). */
export function gatewayIssues(
  gateways: readonly PlannedGateway[],
  { isGuarded, servers }: GatewaySources,
): readonly CorsIssue[] {
  return gateways.flatMap(({ source, effective }): readonly CorsIssue[] => {
    if (!isGuarded) {
      return source.metadata.length === 0 ? [] : [unguarded(source)];
    }
    const hasCors = source.hasCors || servers.some((server) => server.hasCors && isSameServer(server.key, source));
    return hasCors && effective !== undefined ? [twoLayers(source)] : [];
  });
}

function unguarded({ name }: GatewayClass): CorsIssue {
  return {
    place: name,
    field: '',
    value: undefined,
    code: 'gateway-unguarded',
    reason: 'This gateway has a CORS decorator, and the WebSocket adapter of the app does not apply it.',
    suggestion:
      'app.useWebSocketAdapter(corsWebSocketAdapter(new IoAdapter(app), app)) before app.listen(), from nestjs-cors-policy/websockets',
  };
}

function twoLayers({ name }: GatewayClass): CorsIssue {
  return {
    place: name,
    field: 'cors',
    value: undefined,
    code: 'gateway-cors',
    reason: 'A policy applies to this gateway, and its server has CORS options of its own: two layers would answer.',
    suggestion:
      'remove `cors` from @WebSocketGateway(), or from the options that the WebSocket adapter gives to socket.io',
  };
}
