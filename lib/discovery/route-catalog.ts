import type { VersioningOptions } from '@nestjs/common';
import type { CorsRoute } from '../core/request.js';
import type { NativeRoute, Platform } from '../platform/adapter.js';
import type { PathParams, Route } from '../routing/route.js';
import { handlerBehind, type ControllerHandler } from './controllers.js';
import type { RouteTarget } from '../engine/request-decision.js';
import { hostOf, refusesEmptyParameters, versionOf } from './nest-internals.js';
import type { EffectivePolicy } from '../config/policy-registry.js';
import type { RoutePaths } from './route-paths.js';
import { claimUnnamed, isTaken } from './unnamed-routes.js';
import { type RouteVersion, versionFilter } from './version-filter.js';

/** A handler of a controller with the policy that applies to it. */
export interface HandlerTarget extends RouteTarget {
  readonly source: ControllerHandler;
  /** Its policy before it was compiled. */
  readonly effective: EffectivePolicy;
}

/** The target of an external route. The policy outside it applies. */
const EXTERNAL: RouteTarget = Object.freeze({
  kind: 'external',
  name: 'a route without a controller',
  policy: undefined,
  explicit: false,
});

/** A route, with facts that are not needed to find it. */
export interface CatalogRoute extends Route<RouteTarget>, Pick<NativeRoute, 'implied' | 'isConstrained' | 'precede'> {
  /** True if the app had registered it before Nest registered anything. */
  readonly earlier: boolean;
  /**
   * True if it answers requests. Middleware that a module binds to a path is a route of Express too, but only passes
   * them on.
   */
  readonly serves: boolean;
}

/** Reports whether a route leads to a handler of a controller. */
export function isHandlerRoute<Each extends Route<RouteTarget>>(route: Each): route is Each & Route<HandlerTarget> {
  return isHandlerTarget(route.target);
}

export function isHandlerTarget(target: RouteTarget): target is HandlerTarget {
  return target !== EXTERNAL;
}

/** The parts that the catalog is made of. */
export interface CatalogSources {
  readonly platform: Platform;
  readonly adapter: object;
  readonly versioning: VersioningOptions | undefined;
  readonly targets: readonly HandlerTarget[];
  readonly paths: RoutePaths;
  /** The functions that the router led to before Nest registered anything: external routes. */
  readonly earlier: ReadonlySet<object>;
}

type ExternalSources = Pick<CatalogSources, 'platform' | 'earlier'>;

/**
 * Pairs the routes of the platform's router with the handlers of the app. The router has the patterns and their order;
 * Nest's metadata have the handlers.
 *
 * @throws Error if a registered handler cannot be distinguished from another: a wrong guess would apply the wrong
 *   policy
 */
export function catalogRoutes(sources: CatalogSources): readonly CatalogRoute[] {
  const claims = new Claims(sources.targets, sources.paths);
  const natives = sources.platform.routes();
  const named = new Map<NativeRoute, HandlerTarget>();
  for (const native of natives) {
    const handler = handlerBehind(native);
    const target = handler === undefined ? undefined : claims.claim(handler, native);
    if (target !== undefined) {
      named.set(native, target);
    }
  }
  // The earlier ones were registered before any handler of Nest.
  const later = natives.filter((native) => !isEarlier(native, sources));
  const unnamed =
    sources.platform.name === 'fastify' ? claimUnnamed(later, named, sources.targets, sources.paths) : undefined;
  unnamed?.forEach((target) => claims.found(target));
  claims.expectAllServed((target) => isTaken(target, named, sources.paths));
  const hosts = new HostFilters(sources.platform);
  // Express has the middleware of modules as routes too: Nest registers it before the first handler.
  const first = natives.findIndex((native) => named.has(native) && !isEarlier(native, sources));
  const middlewareEnds = sources.platform.search() === undefined ? (first === -1 ? natives.length : first) : 0;
  return natives.map((native, place) => {
    const target = named.get(native) ?? unnamed?.get(native);
    return target === undefined
      ? externalRoute(native, sources, place < middlewareEnds)
      : handlerRoute(native, target, hosts, sources);
  });
}

/** Routes that the platform has got since, not registered by Nest. */
export function laterRoutes(routes: readonly CatalogRoute[], sources: ExternalSources): readonly CatalogRoute[] {
  return sources.platform
    .routes()
    .slice(routes.length)
    .map((native) => externalRoute(native, sources, false));
}

/** Assigns each registered function to its controller. */
class Claims {
  private readonly byHandler = new Map<object, HandlerTarget[]>();
  private readonly turns = new Map<readonly HandlerTarget[], Map<string, number>>();
  private readonly served = new Set<HandlerTarget>();

  constructor(
    targets: readonly HandlerTarget[],
    private readonly paths: RoutePaths,
  ) {
    for (const target of targets) {
      const { handler, key = handler } = target.source;
      const sharing = this.byHandler.get(key) ?? [];
      sharing.push(target);
      this.byHandler.set(key, sharing);
    }
  }

  claim(handler: object, native: NativeRoute): HandlerTarget | undefined {
    const sharing = this.byHandler.get(handler) ?? [];
    const target = sharing.length > 1 ? this.claimShared(sharing, native) : sharing[0];
    if (target !== undefined) {
      this.found(target);
    }
    return target;
  }

  /** Records the handler of a route. */
  found(target: HandlerTarget): void {
    this.served.add(target);
  }

  /**
   * A handler whose function was not recognised would have no policy. A handler that a duplicate hides is in no router,
   * and needs none.
   */
  expectAllServed(isHidden: (target: HandlerTarget) => boolean): void {
    const missing = [...this.byHandler.values()].flat().filter((each) => !this.served.has(each) && !isHidden(each));
    if (missing.length > 0) {
      throw new Error(
        `nestjs-cors-policy does not find ${missing.map(({ name }) => name).join(', ')} among the routes of the app, so ` +
          'their policies would not apply. On Nest 11 setOnRouteTriggered() hides handlers: remove it, or use Nest 12. A ' +
          'controller that returns a new function each time a handler is read (a proxy of its instance) hides them too.',
      );
    }
  }

  /**
   * Several controllers may inherit one function. The path identifies the controller. If the path is shared too (by
   * host, or by version), the order in which Nest registers controllers does.
   */
  private claimShared(sharing: readonly HandlerTarget[], native: NativeRoute): HandlerTarget {
    const fitting = sharing.flatMap((target) =>
      this.paths
        .of(target.source)
        .filter((path) => path === native.path)
        .map(() => target),
    );
    const turns = this.turns.get(sharing) ?? new Map<string, number>();
    this.turns.set(sharing, turns);
    const key = `${native.methods.join()} ${native.path}`;
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    // An Express instance on which an app was started before has that app's routes too, beyond those of this app.
    const target = new Set(fitting).size === 1 ? fitting[0] : fitting[turn];
    if (target === undefined) {
      throw new Error(
        `nestjs-cors-policy cannot tell which controller serves ${native.methods.join(', ')} ${native.path}: ` +
          `${sharing.map(({ name }) => name).join(', ')} share one inherited method. Override it in one of them, and ` +
          'report this with the paths and versions of the controllers.',
      );
    }
    return target;
  }
}

function handlerRoute(
  native: NativeRoute,
  target: HandlerTarget,
  hosts: HostFilters,
  sources: CatalogSources,
): CatalogRoute {
  const { controller, handler } = target.source;
  const { host, matchesHost } = hosts.of(controller.type);
  const { versioning } = sources;
  const version = versioning && (versionOf(handler) ?? versionOf(controller.type) ?? versioning.defaultVersion);
  const matchesVersion = versionFilter(sources.adapter, version, sources.versioning);
  const info: CorsRoute = {
    name: target.name,
    methods: native.methods,
    path: native.path,
    ...(host === undefined ? {} : { host }),
    ...(matchesVersion === undefined ? {} : { version: versionNames(version as RouteVersion) }),
  };
  return {
    info: Object.freeze(info),
    pattern: native.pattern,
    implied: native.implied,
    isConstrained: native.isConstrained ?? false,
    precede: native.precede,
    answers: native.answers,
    match: native.match,
    matchesHost,
    matchesVersion,
    refuses: refusesEmptyParameters(sources.adapter) ? hasEmptyParameter : undefined,
    target,
    earlier: isEarlier(native, sources),
    serves: true,
  };
}

/** @param mayBeMiddleware whether it may be middleware of a module, unless the app registered it before */
function externalRoute(native: NativeRoute, sources: ExternalSources, mayBeMiddleware: boolean): CatalogRoute {
  const earlier = isEarlier(native, sources);
  return {
    info: Object.freeze({ name: EXTERNAL.name, methods: native.methods, path: native.path }),
    pattern: native.pattern,
    implied: native.implied,
    isConstrained: native.isConstrained ?? false,
    precede: native.precede,
    answers: native.answers,
    match: native.match,
    matchesHost: undefined,
    matchesVersion: undefined,
    target: EXTERNAL,
    earlier,
    serves: earlier || !mayBeMiddleware,
  };
}

function isEarlier({ handlers }: NativeRoute, { earlier }: ExternalSources): boolean {
  return handlers.some((handler) => earlier.has(handler));
}

/** A wildcard may be empty. */
function hasEmptyParameter(params: PathParams): boolean {
  for (const name in params) {
    if (params[name] === '' && name !== '*') {
      return true;
    }
  }
  return false;
}

interface HostFilter {
  readonly host: readonly (string | RegExp)[] | undefined;
  readonly matchesHost: ((hostname: string) => boolean) | undefined;
}

/** The host filters of controllers, each created once. */
class HostFilters {
  private readonly known = new Map<object, HostFilter>();

  constructor(private readonly platform: Platform) {}

  of(controller: object): HostFilter {
    let filter = this.known.get(controller);
    if (filter === undefined) {
      const host = hostOf(controller);
      filter = { host, matchesHost: host && hostFilter(host, this.platform) };
      this.known.set(controller, filter);
    }
    return filter;
  }
}

function hostFilter(hosts: readonly (string | RegExp)[], platform: Platform): (hostname: string) => boolean {
  const tests = hosts.map((host) => {
    if (typeof host !== 'string') {
      return (hostname: string) => hostname.match(host) !== null;
    }
    return platform.compileHost(host);
  });
  return (hostname) => tests.some((test) => test(hostname));
}

function versionNames(version: RouteVersion): string[] {
  return [version].flat().map((each) => (typeof each === 'string' ? each : 'neutral'));
}
