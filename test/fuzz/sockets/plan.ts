import fc from 'fast-check';
import { type Decoration, DECORATIONS, DEFAULTS, ENTRIES } from '../../model/domain.js';

/** A random app with gateways as plain data. It can be shrunk, and built again from the printed data. */
export interface SocketsApp {
  readonly platform: 'express' | 'fastify';
  readonly adapter: 'socket.io' | 'ws';
  readonly defaultPolicy: Decoration | undefined;
  readonly gateways: readonly FuzzGateway[];
  readonly entries: readonly FuzzEntry[];
  /** Paths that the app's own code serves with an `upgrade` listener. */
  readonly raw: readonly string[];
}

export interface FuzzGateway {
  readonly port: 'of the app' | 'its own';
  /** The path as the app writes it; `undefined`: not written. */
  readonly path: string | undefined;
  /** The namespace of socket.io as the app writes it; `TENANTS` is a regular expression. */
  readonly namespace: string | undefined;
  readonly decoration: Decoration | undefined;
}

export interface FuzzEntry {
  readonly path: string;
  readonly policy: Decoration | 'unmanaged';
  readonly methods: readonly string[] | undefined;
}

/**
 * The namespace with a regular expression, and a namespace that the expression matches. A namespace with a name wins
 * over the expression.
 */
export const TENANTS = { written: 'tenants', pattern: /^\/t-\d+$/, asked: '/t-8' } as const;

const PATHS = {
  'socket.io': [undefined, '/live', '/live/', '/deep/chat'],
  ws: [undefined, '/live', '/live/', 'plain', '/deep/chat'],
} as const;
const NAMESPACES = [undefined, undefined, '/', 'admin', '/admin', '/deep/a', '/t-7', TENANTS.written, TENANTS.written];
const RAW = ['/raw', '/deep/raw'];
const ENTRY_PATHS = ['/', '/socket.io', '/live', '/plain', '/deep/chat', ...RAW];

function gateway(adapter: SocketsApp['adapter']): fc.Arbitrary<FuzzGateway> {
  return fc.record({
    port: fc.constantFrom('of the app', 'of the app', 'of the app', 'its own'),
    path: fc.constantFrom<string | undefined>(...PATHS[adapter]),
    namespace: adapter === 'ws' ? fc.constant(undefined) : fc.constantFrom(...NAMESPACES),
    decoration: fc.oneof(fc.constant(undefined), fc.constantFrom(...DECORATIONS)),
  });
}

const entry: fc.Arbitrary<FuzzEntry> = fc.record({
  path: fc.constantFrom(...ENTRY_PATHS),
  policy: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ENTRIES) },
    fc.constant<FuzzEntry['policy']>('unmanaged'),
  ),
  methods: fc.constantFrom(undefined, undefined, undefined, ['GET', 'PUT'], ['PUT']),
});

/** Random apps. Some do not start, because a policy has no origin. This is also compared. */
export function socketsApps(
  platform: SocketsApp['platform'],
  adapter: SocketsApp['adapter'],
): fc.Arbitrary<SocketsApp> {
  return fc
    .record({
      platform: fc.constant(platform),
      adapter: fc.constant(adapter),
      defaultPolicy: fc.oneof(fc.constant(undefined), fc.constantFrom(...DEFAULTS)),
      gateways: fc.array(gateway(adapter), { maxLength: 5 }),
      entries: fc.uniqueArray(entry, { selector: ({ path }) => path, maxLength: 4 }),
      raw: fc.subarray(RAW),
    })
    .map(servable);
}

/** Removes the gateways that Nest cannot serve. */
function servable(app: SocketsApp): SocketsApp {
  const { adapter, gateways } = app;
  const own = gateways.find(({ port }) => port === 'its own');
  const kept = gateways
    // Two spellings of one path would create two servers.
    .filter(
      ({ port, path }, at) =>
        !gateways
          .slice(0, at)
          .some(
            (each) => each.port === port && servedPath(app, each) === servedPath(app, { path }) && each.path !== path,
          ),
    )
    // Of two gateways with the same regular expression, only one receives clients.
    .filter(
      (each, at, all) =>
        each.namespace !== TENANTS.written ||
        !all
          .slice(0, at)
          .some(
            ({ port, path, namespace }) => port === each.port && path === each.path && namespace === each.namespace,
          ),
    )
    // A separate port has room for one server of socket.io, or for one server of ws that accepts any path.
    .filter(
      ({ port, path }) =>
        port === 'of the app' ||
        path === own?.path ||
        (adapter === 'ws' && path !== undefined && own?.path !== undefined),
    );
  // The ws adapter ends every upgrade on the port of the app that is not for one of its gateways.
  const isEnded = adapter === 'ws' && kept.some(({ port }) => port === 'of the app');
  return { ...app, gateways: kept, raw: isEnded ? [] : app.raw };
}

/** The path of the server of a gateway. */
export function servedPath({ adapter }: Pick<SocketsApp, 'adapter'>, { path }: Pick<FuzzGateway, 'path'>): string {
  const plain = (path ?? (adapter === 'ws' ? '/' : '/socket.io')).replace(/(?<=.)\/$/, '');
  return plain.startsWith('/') ? plain : `/${plain}`;
}

/** The namespace of a gateway as a client writes it. */
export function askedNamespace({ namespace }: Pick<FuzzGateway, 'namespace'>): string {
  return namespace === TENANTS.written ? TENANTS.asked : `/${(namespace ?? '').replace(/^\//, '')}`;
}
