import type { Site } from '../../model/domain.js';
import { boots, opens } from '../../model/reference.js';
import type { AskedSocket } from '../../model/domain.js';
import { askedNamespace, type FuzzGateway, servedPath, type SocketsApp, TENANTS } from './plan.js';

/** A place of an app where a client may open a socket. */
export interface Place {
  readonly port: FuzzGateway['port'];
  readonly path: string;
  /** The namespace of socket.io. */
  readonly namespace: string | undefined;
  /** The gateways that receive the clients of this place, or the entry of `routes` on a raw path. */
  readonly sites: readonly Site[];
  /** The sites of each namespace of the server. The transport opens if one namespace opens. */
  readonly beside: readonly (readonly Site[])[];
  /** The number of gateways or raw listeners that receive a client. */
  readonly listeners: number;
}

/** Every place of an app, and a namespace without a gateway if the server creates one. */
export function placesOf(app: SocketsApp): readonly Place[] {
  const servers = groupBy(app.gateways, ({ port, path }) => `${port} ${servedPath(app, { path })}`);
  const ofGateways = servers.flatMap((gateways) => {
    const [{ port }] = gateways as [FuzzGateway];
    const path = servedPath(app, gateways[0]!);
    const groups = groupBy(gateways, askedNamespace);
    const beside = groups.map((group) => group.map((each) => siteOf(app, each)));
    const places = groups.map((group): Place => {
      const heard = gateways.filter((each) => group.includes(each) || hearsToo(app, each, group));
      return {
        ...{ port, path, beside, sites: heard.map((each) => siteOf(app, each)), listeners: heard.length },
        namespace: app.adapter === 'ws' ? undefined : askedNamespace(group[0]!),
      };
    });
    const hasRoot = app.adapter === 'ws' || groups.some(([each]) => askedNamespace(each!) === '/');
    return hasRoot ? places : [...places, { port, path, namespace: '/', sites: [], beside, listeners: 0 }];
  });
  const ofRaw = app.raw.map((path): Place => {
    const site = { ...siteAt(app, path), handlers: [] };
    // The default policy does not apply to raw paths (rule 8.4).
    const sites = site.entry === undefined ? [] : [site];
    return { port: 'of the app', path, namespace: undefined, sites, beside: [sites], listeners: 1 };
  });
  return [...ofGateways, ...ofRaw];
}

/**
 * Tells if a gateway with a regular expression also receives the clients of a namespace that has its own gateways.
 * socket.io makes the namespace a child of the expression if the expression is registered first. Nest connects the
 * first gateway last, because it waits for the adapter.
 */
function hearsToo(
  { gateways }: SocketsApp,
  { namespace, ...each }: FuzzGateway,
  group: readonly FuzzGateway[],
): boolean {
  if (namespace !== TENANTS.written || !TENANTS.pattern.test(askedNamespace(group[0]!))) {
    return false;
  }
  const connected = [...gateways.slice(1), ...gateways.slice(0, 1)];
  const at = (wanted: (gateway: FuzzGateway) => boolean): number => connected.findIndex(wanted);
  return (
    at((other) => other.namespace === namespace && other.port === each.port && other.path === each.path) <
    at((other) => group.includes(other))
  );
}

/** Tells if a socket opens at a place, by the reference. */
export function opensAt({ sites, beside }: Place, asked: AskedSocket): boolean {
  return beside.some((each) => opens(each, asked)) && opens(sites, asked);
}

/** Tells if the app starts, by the reference. */
export function bootsApp(app: SocketsApp): boolean {
  return app.gateways.every((gateway) => boots(siteOf(app, gateway)));
}

/** Rule 8.1: a decorator refines only the default policy. Without one, an entry wins over the default policy. */
function siteOf(app: SocketsApp, gateway: FuzzGateway): Site {
  const { decoration: onClass } = gateway;
  const { defaultPolicy } = app;
  return onClass === undefined
    ? { ...siteAt(app, servedPath(app, gateway)), handlers: [{ methods: ['GET'] }] }
    : { defaultPolicy, handlers: [{ methods: ['GET'], onClass }] };
}

/** The entry of a path, or the default policy. An entry for other methods than GET also applies (rules 8.1 and 8.4). */
function siteAt({ defaultPolicy, entries }: SocketsApp, path: string): Pick<Site, 'defaultPolicy' | 'entry'> {
  const entry = entries.find((each) => each.path === path);
  return entry === undefined
    ? { defaultPolicy }
    : entry.policy === 'unmanaged'
      ? { defaultPolicy: undefined }
      : { defaultPolicy, entry: { policy: entry.policy } };
}

function groupBy<T>(all: readonly T[], keyOf: (each: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  }
  return [...groups.values()];
}
