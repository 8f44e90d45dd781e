import type { VersioningOptions } from '@nestjs/common';
import type { CorsRoute } from '../../core/requests/request.js';
import type { NativeRoute, Platform } from '../../platform/platform.js';
import type { PathParams, Route } from '../../routing/route.js';
import { handlerBehind, type ControllerHandler } from './controllers.js';
import type { RouteTarget } from '../requests/outcome.js';
import { hostOf, refusesEmptyParameters, versionOf } from './nest-internals.js';
import type { EffectivePolicy } from '../configuration/policy-book.js';
import type { RoutePaths } from './route-paths.js';
import { claimUnnamed } from './unnamed-routes.js';
import { type RouteVersion, versionFilter } from './version-filter.js';

/** A handler of a controller with the policy that reaches it. */
export interface HandlerTarget extends RouteTarget {
  readonly source: ControllerHandler;
  /** Its policy before it was compiled. */
  readonly effective: EffectivePolicy;
}

/** What a route that Nest did not register leads to; whatever policy stands outside decides about it. */
const FOREIGN: RouteTarget = Object.freeze({
  kind: 'foreign',
  name: 'a route without a controller',
  policy: undefined,
  explicit: false,
});

/** A route and what is known of it beside how it is found. */
export interface CatalogRoute extends Route<RouteTarget>, Pick<NativeRoute, 'implied' | 'precede'> {
  /** Whether the app had registered it before Nest registered anything. */
  readonly earlier: boolean;
}

/** Whether a route leads to a handler of a controller. */
export function isHandlerRoute<Each extends Route<RouteTarget>>(route: Each): route is Each & Route<HandlerTarget> {
  return route.target !== FOREIGN;
}

/** What the catalog is made of. */
export interface CatalogSources {
  readonly platform: Platform;
  readonly adapter: object;
  readonly versioning: VersioningOptions | undefined;
  readonly targets: readonly HandlerTarget[];
  readonly paths: RoutePaths;
  /** The functions that the router led to before Nest registered anything: routes of the app's own. */
  readonly earlier: ReadonlySet<object>;
}

type ForeignSources = Pick<CatalogSources, 'platform' | 'earlier'>;

/**
 * Pairs what the platform's router holds with the handlers of the app: the router says what is matched, and in which
 * order; Nest's metadata say whose handler it is.
 *
 * @throws Error where a registered handler cannot be told from another: a wrong guess would apply a stranger's policy
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
  const unnamed =
    sources.platform.name === 'fastify' ? claimUnnamed(natives, named, sources.targets, sources.paths) : undefined;
  unnamed?.forEach((target) => claims.found(target));
  claims.expectAllServed();
  const hosts = new HostFilters(sources.platform);
  return natives.map((native) => {
    const target = named.get(native) ?? unnamed?.get(native);
    return target === undefined ? foreignRoute(native, sources) : handlerRoute(native, target, hosts, sources);
  });
}

/** What the platform holds by now beyond these routes, which Nest did not register. */
export function laterRoutes(routes: readonly CatalogRoute[], sources: ForeignSources): readonly CatalogRoute[] {
  return sources.platform
    .routes()
    .slice(routes.length)
    .map((native) => foreignRoute(native, sources));
}

/** Hands each registered function to the controller that it was registered for. */
class Claims {
  private readonly byHandler = new Map<object, HandlerTarget[]>();
  private readonly turns = new Map<string, number>();
  private readonly served = new Set<HandlerTarget>();

  constructor(
    targets: readonly HandlerTarget[],
    private readonly paths: RoutePaths,
  ) {
    for (const target of targets) {
      const sharing = this.byHandler.get(target.source.handler) ?? [];
      sharing.push(target);
      this.byHandler.set(target.source.handler, sharing);
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

  /** Notes that a route was found to lead to a handler. */
  found(target: HandlerTarget): void {
    this.served.add(target);
  }

  /** A handler that the router holds under a function that was not recognised would go without its policy. */
  expectAllServed(): void {
    const missing = [...this.byHandler.values()].flat().filter((target) => !this.served.has(target));
    if (missing.length > 0) {
      throw new Error(
        `nestjs-cors-policy does not find ${missing.map(({ name }) => name).join(', ')} among the routes of the app, so ` +
          'their policies would not hold. On Nest 11 setOnRouteTriggered() hides handlers: do without it, or use Nest 12.',
      );
    }
  }

  /**
   * One inherited function, several controllers: the path tells them apart, and where even that is shared (by host, or
   * by version) the order in which Nest registers controllers.
   */
  private claimShared(sharing: readonly HandlerTarget[], native: NativeRoute): HandlerTarget {
    const fitting = sharing.flatMap((target) =>
      this.paths
        .of(target.source)
        .filter((path) => path === native.path)
        .map(() => target),
    );
    const key = `${sharing[0]!.name} ${native.methods.join()} ${native.path}`;
    const turn = this.turns.get(key) ?? 0;
    this.turns.set(key, turn + 1);
    // An Express instance that an app was booted on before holds that app's routes too, beyond the turns of this one.
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
    precede: native.precede,
    answers: native.answers,
    match: native.match,
    matchesHost,
    matchesVersion,
    refuses: refusesEmptyParameters(sources.adapter) ? hasEmptyParameter : undefined,
    target,
    earlier: isEarlier(native, sources),
  };
}

function foreignRoute(native: NativeRoute, sources: ForeignSources): CatalogRoute {
  return {
    info: Object.freeze({ name: FOREIGN.name, methods: native.methods, path: native.path }),
    pattern: native.pattern,
    implied: native.implied,
    precede: native.precede,
    answers: native.answers,
    match: native.match,
    matchesHost: undefined,
    matchesVersion: undefined,
    target: FOREIGN,
    earlier: isEarlier(native, sources),
  };
}

function isEarlier({ handlers }: NativeRoute, { earlier }: ForeignSources): boolean {
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

/** The host filters of controllers, each made once. */
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
