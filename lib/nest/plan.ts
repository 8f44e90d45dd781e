import type { EffectivePolicy } from '../config/policy-registry.js';
import {
  type Configuration,
  type ConfigurationSources,
  readConfiguration,
  rejectionOf,
} from '../config/read-options.js';
import { type CorsIssue, IssueCollector } from '../core/issues/issues.js';
import { type ControllerHandler, discoverControllers, handlersOf } from '../discovery/controllers.js';
import { discoverGateways, type GatewayClass, pathsOfGateway, type PlannedGateway } from '../discovery/gateways.js';
import { gatewayIssues, type GatewaySources } from './gateway-issues.js';
import { isSameServer, type ServerKey } from '../engine/server-key.js';
import type { Platform } from '../platform/adapter.js';
import { otherLayerIssues, type OtherLayerSources } from '../discovery/other-cors-layers/other-cors-layers.js';

/** The configuration of an app and the policies of its handlers, before any route is registered. */
export interface CorsPlan extends Configuration {
  readonly handlers: readonly { readonly source: ControllerHandler; readonly effective: EffectivePolicy }[];
  readonly gateways: readonly PlannedGateway[];
  /**
   * Finds the other CORS layers on the app.
   *
   * @param decoratedPaths paths that no layer may be on, whatever `unmanaged` entries say
   */
  otherLayers(decoratedPaths?: readonly string[]): readonly CorsIssue[];
}

/** The parts that a plan needs. */
export interface PlanSources extends ConfigurationSources {
  readonly platform: Platform;
  /** The calls by which the app added to its adapter. */
  readonly added: Pick<OtherLayerSources, 'calls' | 'isOlderThanAdapter'>;
  readonly sockets: GatewaySources;
}

/**
 * Reads the whole configuration: options, features, decorators.
 *
 * @throws CorsConfigurationError that lists every error
 */
export function planCors(sources: PlanSources): CorsPlan {
  const { modules, platform, added } = sources;
  const issues = new IssueCollector();
  const configuration = readConfiguration(sources, issues);
  const { book, registry, defaultPolicy, rules } = configuration;
  const handlers = discoverControllers(modules).flatMap((controller) => {
    book.readMetadata(controller);
    return handlersOf(controller, platform.name === 'fastify').map((source) => ({
      source,
      effective: book.effective(defaultPolicy, [controller, source]),
    }));
  });
  const kindOf = (server: ServerKey): GatewayClass['kind'] =>
    sources.sockets.servers.find(({ key }) => isSameServer(key, server))?.kind ?? 'socket.io';
  const gateways = discoverGateways(modules, kindOf).map((source) => planGateway(source, configuration));
  gatewayIssues(gateways, sources.sockets).forEach((issue) => issues.add(issue));
  book.checkReportOnly();
  const otherLayers = (decoratedPaths: readonly string[] = []): readonly CorsIssue[] =>
    otherLayerIssues({
      ...added,
      platform,
      rules,
      decoratedPaths,
      hasDefaultPolicy: defaultPolicy !== undefined,
      rejects: (policy) => rejectionOf(policy, registry),
    });
  otherLayers().forEach((issue) => issues.add(issue));
  issues.throwIfAny();
  // Without the wrapped adapter nothing applies the policy of a gateway.
  const reached = sources.sockets.isGuarded
    ? gateways
    : gateways.map((gateway) => ({ ...gateway, effective: undefined }));
  return { ...configuration, handlers, gateways: reached, otherLayers };
}

/** The policy of a gateway: that of its decorator, or else of an entry of `routes` on its path, or else the default. */
export function planGateway(source: GatewayClass, { book, defaultPolicy, rules }: Configuration): PlannedGateway {
  if (source.metadata.length > 0) {
    book.readMetadata(source);
    return { source, effective: book.effective(defaultPolicy, [source]), unmanaged: false };
  }
  const paths = pathsOfGateway(source);
  const onPath = rules.filter(({ match }) => paths.some((path) => match(path) !== undefined));
  // A handshake is a GET. It would be open to all if entries for other methods did not apply.
  const rule = onPath.find(({ info: { methods } }) => methods.includes('*') || methods.includes('GET')) ?? onPath[0];
  return rule === undefined
    ? { source, effective: defaultPolicy, unmanaged: false }
    : { source, effective: rule.effective, unmanaged: rule.unmanaged };
}
