import type { EventEmitter } from 'node:events';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import type { CorsRequest } from '../core/request.js';
import { CorsConfigurationError } from '../core/issues/issues.js';
import type { Platform } from '../platform/adapter.js';
import { dangerousFlags, findingOf } from '../inspect/audit.js';
import { type AuditFinding, auditLines } from '../inspect/finding.js';
import { externalRouteWarnings } from '../inspect/external-routes.js';
import { AdapterCalls } from '../discovery/adapter-calls.js';
import { hiddenHandlers } from '../inspect/hidden-handlers.js';
import { findMisplacedMetadata, handlerBehind } from '../discovery/controllers.js';
import {
  applicationConfigOf,
  installRequestHook,
  layersBeforeAdapter,
  layersUpToHook,
} from '../discovery/nest-internals.js';
import { findOpenFunctions, type OpenFunction } from '../config/open-functions.js';
import type { CorsModuleOptions } from '../config/options.js';
import { type CorsPlan, planCors } from './plan.js';
import { beginRecord, platformOf } from '../discovery/platforms.js';
import { refuseOldRuntime } from '../discovery/runtime.js';
import { handlerCheck } from '../pipeline/handler-check.js';
import { DecisionCounters } from '../pipeline/events/counters.js';
import { type DecisionListener, DecisionObserver } from '../pipeline/events/observer.js';
import { OwnHeadersLog } from '../pipeline/events/own-headers-log.js';
import { Reports } from '../pipeline/events/report-only-counts.js';
import { RefusalLog } from '../pipeline/events/refusal-log.js';
import { isRefusedBehindProxy, PROXY_WARNING } from '../pipeline/refusal.js';
import { type HookObserver, requestHook } from '../pipeline/request-hook.js';
import { rewriteCheck } from '../pipeline/rewrite-check.js';
import { isHandlerRoute } from '../discovery/route-catalog.js';
import { RoutePaths } from '../discovery/route-paths.js';
import { runCors, type RunningCors } from './runtime.js';
import { Handshakes } from '../pipeline/sockets/handshakes.js';
import { hookUpgrades } from '../pipeline/sockets/upgrade-hook.js';
import { isGuardedAdapter } from './sockets-port.js';
import { CORS_OPTIONS } from '../config/tokens.js';

/** A context without HTTP (scripts, microservices) has no adapter, despite its type. */
function isHttp({ httpAdapter }: HttpAdapterHost): boolean {
  return typeof httpAdapter === 'object' && (httpAdapter as object | null) !== null;
}

/** The adapter of the app, and the records about it. */
interface WatchedAdapter {
  readonly adapter: HttpAdapterHost['httpAdapter'];
  readonly record: ReturnType<typeof beginRecord>;
  readonly calls: AdapterCalls;
}

/** Starts the library with the app (reads the configuration, hooks in, compiles, loads), and stops it with the app. */
@Injectable()
export class CorsBoot implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  /** `undefined` until the app is initialised, and where it serves no HTTP. */
  running: RunningCors | undefined;
  /** The counters of decisions; `undefined` where they are not counted. */
  counters: DecisionCounters | undefined;
  readonly reports = new Reports();
  /** Listeners in this process. None of them may throw. */
  readonly listeners = new Set<DecisionListener>();
  readonly handshakes = new Handshakes(
    () => this.running,
    () => this.observer,
  );
  /** The findings of the audit: valid settings that are rarely intended. */
  audit: readonly AuditFinding[] = [];

  private readonly logger = new Logger('CorsModule');
  private readonly ownHeaders = new OwnHeadersLog((line) => this.logger.warn(line));
  private watched: WatchedAdapter | undefined;
  private plan: CorsPlan | undefined;
  private platform: Platform | undefined;
  private earlier: ReadonlySet<object> = new Set();
  private uninstallHooks: readonly (() => void)[] = [];
  private failureTold = false;
  private proxyTold = false;
  private observer: HookObserver | undefined;

  constructor(
    @Inject(CORS_OPTIONS) private readonly options: CorsModuleOptions,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {
    // Starts as soon as there is an adapter, to see what the app adds before it is initialised. A testing module has
    // none until its app is created.
    host.init$.subscribe(() => {
      if (isHttp(host)) {
        this.watch();
      }
    });
  }

  /**
   * Runs while the app initialises: after its providers are created, before its routes are registered.
   *
   * @param unresolved for an app whose providers are not created: origin providers are then known by name only
   * @throws CorsConfigurationError with every error
   * @throws Error on a version of Bun or Deno that is not supported
   */
  async configure({ unresolved = false } = {}): Promise<void> {
    refuseOldRuntime();
    const adapter = this.host.httpAdapter;
    const { record, calls } = this.watch();
    const platform = await platformOf(adapter, record);
    const { options, modules, moduleRef, logger } = this;
    const added = {
      calls: calls.calls,
      isOlderThanAdapter: (handle: unknown) => layersBeforeAdapter(adapter).some((layer) => layer.handle === handle),
    };
    const sockets = {
      isGuarded: unresolved || isGuardedAdapter(applicationConfigOf(moduleRef).getIoAdapter()),
      servers: this.handshakes.servers,
    };
    this.plan = planCors({ options, modules, moduleRef, platform, added, sockets, log: logger, unresolved });
    this.platform = platform;
    const check = (): void => this.rejectOtherLayers();
    platform.onPluginsLoaded?.(check);
    calls.beforeListening(check);
    const earlier = platform.routes();
    this.earlier = new Set(earlier.flatMap(({ handlers }) => handlers));
    if (earlier.some((route) => handlerBehind(route) !== undefined)) {
      logger.warn(
        'Another Nest app was started on this Express instance before, and its routes are still there: they answer first, ' +
          'with the providers of that app, and without CORS headers unless both share one adapter. Give each app an ' +
          'instance of its own; app.use(instance) mounts it in another app.',
      );
    }
    const refusals = options.debug === true ? new RefusalLog((line) => logger.debug(line)) : undefined;
    this.counters = options.counters === true ? new DecisionCounters() : undefined;
    const observer = new DecisionObserver(this.counters, this.reports, refusals, this.listeners);
    this.observer = {
      get listens() {
        return observer.listens;
      },
      wants: (decided) => observer.wants(decided),
      settled: (decided) => observer.settled(decided),
      failed: (error) => this.tellFailure(error),
      refused: (request) => this.tellProxy(request),
    };
    const server = adapter.getHttpServer() as EventEmitter;
    this.uninstallHooks = [
      installRequestHook(
        adapter,
        requestHook(() => this.running, this.observer),
      ),
      hookUpgrades(server, this.handshakes),
      platform.prepareRequests?.(server) ?? ((): void => undefined),
    ];
  }

  async onApplicationBootstrap(): Promise<void> {
    const { plan, platform, observer } = this;
    if (plan === undefined || platform === undefined || observer === undefined) {
      return;
    }
    const adapter = this.host.httpAdapter;
    const config = applicationConfigOf(this.moduleRef);
    const paths = new RoutePaths(config, this.modules, (path) => adapter.normalizePath?.(path) ?? path);
    const running = runCors(
      plan,
      { platform, adapter, versioning: config.getVersioning(), paths, earlier: this.earlier, sockets: this.handshakes },
      { failed: observer.failed, ownFieldsSent: (decision) => this.ownHeaders.note(decision) },
    );
    this.rejectOtherLayers(running);
    const open = await findOpenFunctions(plan.book.all, plan.registry.timeoutMs);
    this.warn(plan, running, open);
    for (const route of running.routes.filter((each) => isHandlerRoute(each) && !each.earlier)) {
      route.precede(handlerCheck(route, () => this.running, observer));
    }
    platform.watchRewrites?.(
      rewriteCheck(() => this.running, observer),
      layersUpToHook(adapter),
    );
    await Promise.all(plan.registry.running.map((source) => source.start()));
    this.running = running;
    if (this.options.summary !== false) {
      this.logger.log(running.reports.startupLine());
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.handshakes.close();
    await this.plan?.registry.stop();
  }

  onApplicationShutdown(): void {
    this.uninstallHooks.forEach((uninstall) => uninstall());
    this.watched?.calls.release();
    this.running = undefined;
  }

  /** @throws Error before the app has been initialised */
  expectRunning(): RunningCors {
    if (this.running === undefined) {
      throw new Error('nestjs-cors-policy is not running yet: call app.init() or app.listen() first.');
    }
    return this.running;
  }

  private watch(): WatchedAdapter {
    const adapter = this.host.httpAdapter;
    if (this.watched?.adapter !== adapter) {
      const prefix = (): string => applicationConfigOf(this.moduleRef).getGlobalPrefix();
      const calls = new AdapterCalls(adapter, this.modules, prefix);
      this.watched = { adapter, record: beginRecord(adapter), calls };
    }
    return this.watched;
  }

  /** @throws CorsConfigurationError if the app has a CORS layer beside this library */
  private rejectOtherLayers(running = this.running): void {
    const decorated = running?.routes.filter(({ target }) => target.explicit).map(({ info }) => info.path);
    const issues = this.plan?.otherLayers(decorated) ?? [];
    if (issues.length > 0) {
      throw new CorsConfigurationError(issues);
    }
  }

  private warn(plan: CorsPlan, running: RunningCors, open: readonly OpenFunction[]): void {
    this.audit = Object.freeze([
      ...findMisplacedMetadata(this.modules).map(({ name, advice }) => findingOf('misplaced-decorator', name, advice)),
      ...hiddenHandlers(running.targets, running.routes),
      ...plan.book.unusedNames().map((name) => findingOf('unused-policy', `policies.${name}`)),
      ...plan.book.all.flatMap(dangerousFlags),
      ...plan.registry.askedEachTime.map(({ label }) => findingOf('asked-each-time', label)),
      ...open.map(({ place, label }) => findingOf('admits-strangers', place, label)),
      ...running.entryFindings,
      ...running.reports.findings,
    ]);
    this.ownHeaders.skip(this.audit.flatMap(({ code, place }) => (code === 'own-header' ? [place] : [])));
    const lines = [...auditLines(this.audit), ...externalRouteWarnings(running, plan, this.host.httpAdapter)];
    lines.forEach((line) => this.logger.warn(line));
  }

  private tellProxy(request: CorsRequest): void {
    if (!this.proxyTold && isRefusedBehindProxy(request)) {
      this.proxyTold = true;
      this.logger.warn(PROXY_WARNING);
    }
  }

  /** Once, so that a client cannot fill the log. */
  private tellFailure(error: unknown): void {
    if (!this.failureTold) {
      this.failureTold = true;
      const text = error instanceof Error ? error.stack : String(error);
      this.logger.error(
        `A request could not be decided and got no CORS headers, or 403 where policies are enforced; further errors are not logged. ${text}`,
      );
    }
  }
}
