/** The place of a gateway's server, from `@WebSocketGateway()`. Gateways with equal keys share one server. */
export interface ServerKey {
  /** 0: the port of the app itself. */
  readonly port: number;
  /** As it is written; `undefined`: it is not written. */
  readonly path: string | undefined;
}

/** The namespace of a gateway of socket.io; `'/'` by default. */
export type Namespace = string | RegExp | ((...args: never[]) => unknown);

/** Reports whether two gateways share one server. */
export function isSameServer(a: ServerKey, b: ServerKey): boolean {
  return a.port === b.port && a.path === b.path;
}

/** The namespace as socket.io names it. */
export function namespaceOf(written: unknown): Namespace {
  if (typeof written === 'function' || written instanceof RegExp) {
    return written as Namespace;
  }
  const name = typeof written === 'string' ? written : '';
  return name.startsWith('/') ? name : `/${name}`;
}
