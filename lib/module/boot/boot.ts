import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { IssueCollector } from '../../core/problems/issues.js';
import type { Platform } from '../../platform/platform.js';
import { dangerousFlags, findingOf } from './audit.js';
import { type AuditFinding, auditLines } from './audit-finding.js';
import { foreignRouteWarnings } from './foreign-routes.js';
import { findMisplacedMarks, handlerBehind } from './controllers.js';
import { applicationConfigOf, installRequestHook } from './nest-internals.js';
import type { CorsModuleOptions } from '../options.js';
import { type CorsPlan, planCors, reportSecondLayer } from '../configuration/plan.js';
import { beginRecord, platformOf } from './platforms.js';
import { confirmation } from '../requests/confirmation.js';
import { DecisionCounters } from '../observing/counters.js';
import { DecisionObserver } from '../observing/observer.js';
import { Reports } from '../observing/reports.js';
import { RefusalLog } from '../requests/refusal-log.js';
import { requestHook } from '../requests/request-hook.js';
import { isHandlerRoute } from './route-catalog.js';
import { RoutePaths } from './route-paths.js';
import { runCors, type RunningCors } from './running.js';
import { CORS_OPTIONS } from '../tokens.js';

/** Brings the library up with the app: reads the configuration, hooks in, compiles, loads; and takes it down again. */
@Injectable()
export class CorsBoot implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  /** `undefined` until the app is initialised, and where it serves no HTTP. */
  running: RunningCors | undefined;
  /** What decisions are counted in, if they are to be counted. */
  counters: DecisionCounters | undefined;
  readonly reports = new Reports();
  /** What is not wrong, but rarely meant. */
  audit: readonly AuditFinding[] = [];

  private readonly logger = new Logger('CorsModule');
  /** Begun as soon as there is an app, so that routes which it registers before it is initialised are seen. */
  private readonly record: ReturnType<typeof beginRecord>;
  private plan: CorsPlan | undefined;
  private platform: Platform | undefined;
  private earlier: ReadonlySet<object> = new Set();
  private uninstallHook: (() => void) | undefined;
  private failureTold = false;

  constructor(
    @Inject(CORS_OPTIONS) private readonly options: CorsModuleOptions,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {
    this.record = beginRecord(host.httpAdapter);
  }

  /**
   * Runs while the app initialises: after its providers are made, before its routes are registered.
   *
   * @param unresolved for an app whose providers are not made: those of origins are then known by name only
   * @throws CorsConfigurationError naming every mistake
   */
  async configure({ unresolved = false } = {}): Promise<void> {
    const adapter = this.host.httpAdapter;
    const platform = await platformOf(adapter, this.record);
    const { options, modules, moduleRef, logger } = this;
    this.plan = planCors({ options, modules, moduleRef, platform, log: logger, unresolved });
    this.platform = platform;
    const earlier = platform.routes();
    this.earlier = new Set(earlier.flatMap(({ handlers }) => handlers));
    if (earlier.some((route) => handlerBehind(route) !== undefined)) {
      logger.warn(
        'Another Nest app was booted on this Express instance before, and its routes are still there: they answer first, ' +
          'with the providers of that app, and without CORS headers unless both share one adapter. Give each boot an ' +
          'instance of its own; app.use(instance) mounts it in an app that stays.',
      );
    }
    const refusals = options.debug === true ? new RefusalLog((line) => logger.debug(line)) : undefined;
    this.counters = options.counters === true ? new DecisionCounters() : undefined;
    const observer = new DecisionObserver(this.counters, this.reports, refusals);
    this.uninstallHook = installRequestHook(
      adapter,
      requestHook(() => this.running, {
        get listens() {
          return observer.listens;
        },
        wants: (outcome) => observer.wants(outcome),
        settled: (outcome) => observer.settled(outcome),
        failed: (error) => this.tellFailure(error),
      }),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    const { plan, platform } = this;
    if (plan === undefined || platform === undefined) {
      return;
    }
    const issues = new IssueCollector();
    reportSecondLayer(platform, issues);
    issues.throwIfAny();
    const adapter = this.host.httpAdapter;
    const config = applicationConfigOf(this.moduleRef);
    const running = runCors(plan, {
      platform,
      adapter,
      versioning: config.getVersioning(),
      paths: new RoutePaths(config, this.modules, (path) => adapter.normalizePath?.(path) ?? path),
      earlier: this.earlier,
    });
    this.warn(plan, running);
    for (const route of running.routes.filter((each) => isHandlerRoute(each) && !each.earlier)) {
      route.precede(
        confirmation(
          route,
          () => this.running,
          (error) => this.tellFailure(error),
        ),
      );
    }
    await Promise.all(plan.registry.running.map((source) => source.start()));
    this.running = running;
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.plan?.registry.running.map((source) => source.stop()) ?? []);
  }

  onApplicationShutdown(): void {
    this.uninstallHook?.();
    this.running = undefined;
  }

  /** @throws Error before the app has been initialised */
  expectRunning(): RunningCors {
    if (this.running === undefined) {
      throw new Error('nestjs-cors-policy is not running yet: call app.init() or app.listen() first.');
    }
    return this.running;
  }

  private warn(plan: CorsPlan, running: RunningCors): void {
    this.audit = Object.freeze([
      ...findMisplacedMarks(this.modules).map((name) => findingOf('misplaced-decorator', name)),
      ...plan.book.unusedNames().map((name) => findingOf('unused-policy', `policies.${name}`)),
      ...plan.book.all.flatMap(dangerousFlags),
      ...plan.registry.askedEachTime.map(({ label }) => findingOf('asked-each-time', label)),
      ...running.reports.findings,
    ]);
    const lines = [...auditLines(this.audit), ...foreignRouteWarnings(running, plan, this.host.httpAdapter)];
    lines.forEach((line) => this.logger.warn(line));
  }

  /** Once: whoever provokes it must not fill the log. */
  private tellFailure(error: unknown): void {
    if (!this.failureTold) {
      this.failureTold = true;
      const text = error instanceof Error ? error.stack : String(error);
      this.logger.error(
        `A request could not be decided and got no CORS headers, or 403 where policies are enforced; further ones are not told. ${text}`,
      );
    }
  }
}
