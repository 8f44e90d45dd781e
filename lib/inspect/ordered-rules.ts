import { createHash } from 'node:crypto';
import { FunctionProvider } from '../providers/callback/function-provider.js';
import type { OriginTerm } from '../core/policy/options.js';
import type { Platform } from '../platform/adapter.js';
import type { Configuration } from '../config/read-options.js';
import type { EffectivePolicy } from '../config/policy-registry.js';
import { describeTerm, type PolicyReport, reportPolicy } from './policy-report.js';
import { gatewayInfo, type PlannedGateway } from '../discovery/gateways.js';
import { type CatalogRoute, isHandlerRoute } from '../discovery/route-catalog.js';

/** Everything that decides which policy applies to a request, in the order in which it is tried. Plain data. */
export interface OrderedRules {
  readonly platform: string;
  /** The differences in paths that the platform ignores. */
  readonly matching: PathMatching;
  /** `null`: there is none. */
  readonly defaultPolicy: PolicyReport | null;
  /** The entries of the module's `routes`. The first that matches applies. `policy: null`: the path is left alone. */
  readonly entries: readonly OrderedRule[];
  /**
   * The routes of the platform. Express takes the first that matches, Fastify the most specific one. `policy:
   * undefined`: the route has no decorator, so an entry or `defaultPolicy` applies.
   */
  readonly routes: readonly OrderedRule[];
  /** The WebSocket gateways. `policy: null`: none reaches it, and every handshake passes. */
  readonly gateways?: readonly OrderedGateway[];
}

/** A WebSocket gateway and the policy of its handshakes. */
export interface OrderedGateway {
  readonly name: string;
  readonly path: string;
  /** Absent: that of the app itself. */
  readonly port?: number;
  /** Absent: `/`. */
  readonly namespace?: string;
  /** True if `namespace` is the text of a regular expression. */
  readonly expression?: true;
  /** Absent: socket.io, which has a transport of requests too. */
  readonly server?: 'ws';
  readonly policy: PolicyReport | null;
}

export interface PathMatching {
  /** `/Orders` reaches the route `/orders`. */
  readonly ignoresCase: boolean;
  /** `/orders/` reaches the route `/orders`. */
  readonly ignoresEndSlash: boolean;
}

export interface OrderedRule {
  /** `OrdersController.update`, `routes[0]`; of a route without a controller, `a route without a controller`. */
  readonly name: string;
  /** In upper case; `'*'` means every method. */
  readonly methods: readonly string[];
  /** In the platform's syntax. */
  readonly path: string;
  /** True if `path` is the text of a regular expression, which a route of the app's own on Express may have. */
  readonly expression?: true;
  readonly host?: readonly string[];
  readonly version?: readonly string[];
  readonly policy?: PolicyReport | null;
  /** True if the policy sets its enforcement; otherwise it has that of an entry on the same path (rule 3.6). */
  readonly statesEnforcement?: true;
}

/** Lists the rules of an app, as `cors-policy check` compares them. */
export function orderedRules(
  plan: Configuration,
  gateways: readonly PlannedGateway[],
  routes: readonly CatalogRoute[],
  platform: Platform,
): OrderedRules {
  const serving = routes.filter(({ implied, serves }) => serves && !implied);
  return {
    platform: platform.name,
    matching: matchingOf(platform),
    defaultPolicy: policyOf(plan.defaultPolicy),
    entries: plan.rules.map(({ info: { name, methods, path }, effective }) => ({
      name,
      methods,
      path,
      policy: policyOf(effective),
    })),
    ...(gateways.length === 0 ? {} : { gateways: gateways.map(orderedGateway) }),
    routes: serving.flatMap((route) => {
      const { name, methods, host, version } = route.info;
      const decorated = isHandlerRoute(route) && route.target.explicit;
      return [route.pattern].flat().map((pattern): OrderedRule => ({
        name,
        methods,
        path: String(pattern),
        ...(pattern instanceof RegExp ? { expression: true } : {}),
        ...(host === undefined ? {} : { host: host.map(String) }),
        ...(version === undefined ? {} : { version }),
        ...(decorated ? { policy: policyOf(route.target.effective) } : {}),
        ...(decorated && statesEnforcement(route.target.effective) ? { statesEnforcement: true } : {}),
      }));
    }),
  };
}

function orderedGateway({ source, effective }: PlannedGateway): OrderedGateway {
  const { name, path, port, namespace } = gatewayInfo(source);
  return {
    name,
    path,
    ...(port === undefined ? {} : { port }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(source.namespace instanceof RegExp ? { expression: true } : {}),
    ...(source.kind === 'ws' ? { server: 'ws' } : {}),
    policy: policyOf(effective),
  };
}

/** Tries the platform's own matcher, because each platform has other names for the options of its router. */
function matchingOf(platform: Platform): PathMatching {
  const match = platform.compilePath('/orders');
  return { ignoresCase: match('/ORDERS') !== undefined, ignoresEndSlash: match('/orders/') !== undefined };
}

function statesEnforcement(effective: EffectivePolicy): boolean {
  return effective?.kind === 'merged' ? effective.fields.enforce !== undefined : (effective?.statesEnforce ?? false);
}

/** A policy whose functions are known by a digest of their text, so that a change of one is seen. */
function policyOf(effective: EffectivePolicy): PolicyReport | null {
  const report = reportPolicy(effective);
  const terms = effective?.kind === 'merged' ? (effective.fields.origin ?? []) : [];
  return report === null || terms.length === 0 ? report : { ...report, origin: terms.map(nameOf) };
}

function nameOf(term: OriginTerm): string {
  const text = describeTerm(term);
  if (term.kind !== 'provider' || !(term.provider instanceof FunctionProvider)) {
    return text;
  }
  const digest = createHash('sha256').update(term.provider.text).digest('hex').slice(0, 12);
  return `${text} #${digest}`;
}
