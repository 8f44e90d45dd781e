import type { CorsPlan } from './plan.js';
import { planGateway } from './plan.js';
import { commonGrant } from '../core/policy/common-grant.js';
import type { RoutePolicy } from '../core/policy/policy.js';
import { type GatewayClass, gatewayInfo, type PlannedGateway } from '../discovery/gateways.js';
import { namespaceOf, type ServerKey } from '../engine/server-key.js';
import type { GatewayRoute } from '../pipeline/sockets/socket-runtime.js';

/** The routes that handshakes lead to: one for each namespace of each server. */
export function gatewayRoutes(plan: CorsPlan): readonly GatewayRoute[] {
  const groups = new Map<string | object, Map<string, PlannedGateway[]>>();
  for (const planned of plan.gateways) {
    const namespace = namespaceOf(planned.source.namespace);
    const byServer = groups.get(namespace) ?? new Map<string, PlannedGateway[]>();
    groups.set(namespace, byServer);
    const key = JSON.stringify([planned.source.port, planned.source.path]);
    byServer.set(key, [...(byServer.get(key) ?? []), planned]);
  }
  return [...groups.values()].flatMap((byServer) => [...byServer.values()].map((group) => routeOf(group, plan)));
}

/** The route of a server that no gateway is known for: an entry of `routes` or the default policy applies to it. */
export function routeOfServer(server: ServerKey, kind: GatewayClass['kind'], plan: CorsPlan): GatewayRoute {
  const source: GatewayClass = {
    ...server,
    kind,
    name: 'a server without a gateway',
    metadata: [],
    namespace: '/',
    hasCors: false,
  };
  return routeOf([planGateway(source, plan)], plan);
}

/** Gateways of one namespace share their clients, so a client needs what all of them grant. */
function routeOf(group: readonly PlannedGateway[], { book }: CorsPlan): GatewayRoute {
  const [{ source }] = group as [PlannedGateway, ...PlannedGateway[]];
  const policies = [...new Set(group.map(({ effective }) => book.compile(effective)))];
  const governing = policies.filter((policy) => policy !== undefined);
  const policy: RoutePolicy = governing.length === 0 ? undefined : commonGrant(governing);
  return Object.freeze({
    info: { ...gatewayInfo(source), name: group.map(({ source: { name } }) => name).join(' and ') },
    policy,
    kind: source.kind,
    server: { port: source.port, path: source.path },
    namespace: namespaceOf(source.namespace),
  });
}
