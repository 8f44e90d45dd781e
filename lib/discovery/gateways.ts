import type { ModulesContainer } from '@nestjs/core';
import { metadataOf } from '../config/metadata.js';
import type { DecoratedPlace, EffectivePolicy } from '../config/policy-registry.js';
import type { CorsRoute } from '../core/request.js';
import { namespaceOf } from '../engine/server-key.js';
import { classNames } from './class-names.js';
import { gatewayOf } from './nest-internals.js';

/** A WebSocket gateway of the app, as `@WebSocketGateway()` describes it. */
export interface GatewayClass extends DecoratedPlace {
  /** 0: the port of the app itself. */
  readonly port: number;
  /** As it is written; `undefined`: it is not written. */
  readonly path: string | undefined;
  /** As it is written: a string, a regular expression or a function. */
  readonly namespace: unknown;
  /** The kind of its server; `socket.io` if no server was created, because it is Nest's default. */
  readonly kind: 'socket.io' | 'ws';
  /** True if its options have `cors`. */
  readonly hasCors: boolean;
}

/** A gateway and the policy that applies to it. */
export interface PlannedGateway {
  readonly source: GatewayClass;
  readonly effective: EffectivePolicy;
  /** True if an entry of `routes` has `unmanaged: true` for its path. */
  readonly unmanaged: boolean;
}

/**
 * Every gateway of the app, in the order in which Nest connects them.
 *
 * @param kindOf tells the kind of the server that was made for a gateway
 */
export function discoverGateways(
  modules: ModulesContainer,
  kindOf: (server: Pick<GatewayClass, 'port' | 'path'>) => GatewayClass['kind'],
): readonly GatewayClass[] {
  const nameOf = classNames(modules);
  return [...modules.values()].flatMap(({ providers }) =>
    [...providers.values()].flatMap(({ metatype, isNotMetatype }): GatewayClass[] => {
      const found = typeof metatype === 'function' && !isNotMetatype ? gatewayOf(metatype) : undefined;
      if (found === undefined) {
        return [];
      }
      const { port, options } = found;
      const { namespace, cors } = options;
      const server = { port, path: typeof options.path === 'string' ? options.path : undefined };
      return [
        {
          name: nameOf(metatype!),
          metadata: metadataOf(metatype!),
          ...server,
          kind: kindOf(server),
          namespace,
          hasCors: cors !== undefined && cors !== false,
        },
      ];
    }),
  );
}

/** The path that a gateway serves. A server of ws without a path accepts any path on its own port. */
function pathOfGateway({ path, kind }: Pick<GatewayClass, 'path' | 'kind'>): string {
  const written = path === undefined || path === '' ? (kind === 'socket.io' ? '/socket.io' : '/') : path;
  const plain = written.replace(/\/+$/, '');
  return plain === '' ? '/' : plain.startsWith('/') ? plain : `/${plain}`;
}

/**
 * The paths that an entry of `routes` is compared with. They come from the gateway's options, never from a client's
 * request: a server without a path accepts any.
 */
export function pathsOfGateway(gateway: Pick<GatewayClass, 'path' | 'kind'>): readonly string[] {
  const path = pathOfGateway(gateway);
  return path === '/' ? [path] : gateway.kind === 'ws' ? [path, `${path}/`] : [`${path}/`, path, `${path}/x`];
}

/** A gateway as a route: its handshake is a `GET`. */
export function gatewayInfo(gateway: GatewayClass): CorsRoute {
  const { name, port, namespace } = gateway;
  const joined = namespaceOf(namespace);
  return Object.freeze({
    name,
    methods: ['GET'],
    path: pathOfGateway(gateway),
    ...(port === 0 ? {} : { port }),
    ...(namespace === undefined ? {} : { namespace: typeof joined === 'function' ? 'a function' : String(joined) }),
  });
}
