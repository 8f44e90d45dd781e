import { METHODS } from 'node:http';
import 'reflect-metadata';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { DecoratedPlace, EffectivePolicy } from '../../../lib/config/policy-registry.js';
import { type Configuration, readConfiguration } from '../../../lib/config/read-options.js';
import { routeOfRule } from '../../../lib/config/route-rules.js';
import { CORS_FEATURE, CORS_OPTIONS } from '../../../lib/config/tokens.js';
import type { CorsModuleOptions } from '../../../lib/config/options.js';
import { type CorsIssue, IssueCollector } from '../../../lib/core/issues/issues.js';
import { quote } from '../../../lib/core/issues/text.js';
import { CorsEngine } from '../../../lib/engine/engine.js';
import type { CatalogRoute, HandlerTarget } from '../../../lib/discovery/route-catalog.js';
import type { TargetRoute } from '../../../lib/engine/request-decision.js';
import { RoutePolicies } from '../../../lib/engine/route-policies.js';
import { RouteRulesIndex } from '../../../lib/engine/route-rules.js';
import { dangerousFlags, findingOf } from '../../../lib/inspect/audit.js';
import type { ExplainedRequests } from '../../../lib/inspect/explain/explain-request.js';
import type { AuditFinding } from '../../../lib/inspect/finding.js';
import { hiddenHandlers } from '../../../lib/inspect/hidden-handlers.js';
import { idleEntries } from '../../../lib/inspect/idle-entries.js';
import { RouteReports } from '../../../lib/inspect/route-reports.js';
import { OrderedRoutes } from '../../../lib/routing/ordered-routes.js';
import { compilePath, imagine, requestOf } from './express.js';
import type { Written, WrittenHandler } from './written.js';

/** An error that stops startup: of the library, with its code, or of Nest. */
export type StartupProblem = Pick<CorsIssue, 'place' | 'field' | 'reason' | 'suggestion'> & { readonly code?: string };

/** An app that was started from a text, or the errors that stop its startup. */
export type StartedApp =
  { readonly running: ExplainedRequests; readonly startup: Startup } | { readonly issues: readonly StartupProblem[] };

/** What an app logs as it starts. */
export interface Startup {
  readonly line: string;
  /** Settings that are valid, but rarely intended. */
  readonly findings: readonly AuditFinding[];
}

interface PlannedHandler {
  readonly controller: DecoratedPlace;
  readonly handler: WrittenHandler;
  readonly explicit: boolean;
  readonly effective: EffectivePolicy;
}

/** Starts the library on what was written, as it starts in an app of Nest on Express. */
export function startApp(written: Written): StartedApp {
  const issues = new IssueCollector();
  const configuration = readConfiguration(
    {
      options: written.roots[0] as CorsModuleOptions,
      modules: modulesOf(written),
      moduleRef: NO_PROVIDERS,
      platform: { compilePath },
      log: SILENT,
      unresolved: false,
    },
    issues,
  );
  const planned = planHandlers(written, configuration);
  configuration.book.checkReportOnly();
  const paths = written.controllers.flatMap(({ handlers }) => handlers.flatMap(pathProblems));
  if (issues.issues.length + paths.length > 0) {
    return { issues: [...issues.issues, ...paths] };
  }
  const { book, rules } = configuration;
  const entries = rules.map((rule) => routeOfRule(rule, book));
  const targets = planned.map((each) => targetOf(each, configuration));
  const handlers = planned.flatMap(({ handler }, index) => routesOf(handler, targets[index]!));
  const engine = new CorsEngine(
    new RoutePolicies({
      handlers: new OrderedRoutes(handlers),
      rules: entries.length === 0 ? undefined : new RouteRulesIndex(entries),
      defaultPolicy: book.compile(configuration.defaultPolicy),
      replacing: (policy, replaced) => book.replacing(policy, replaced),
    }),
    false,
  );
  return {
    running: {
      engine,
      platform: { imagine, request: requestOf },
      sourceOf: (policy) => book.sourceOf(policy),
    },
    startup: startupOf(configuration, targets, handlers, entries),
  };
}

/** The same as in an app, without what asks code of the app. */
function startupOf(
  configuration: Configuration,
  targets: readonly HandlerTarget[],
  handlers: readonly CatalogRoute[],
  entries: readonly TargetRoute[],
): Startup {
  const { book } = configuration;
  const reports = new RouteReports(configuration, handlers, entries, [], () => []);
  return {
    line: reports.startupLine(),
    findings: [
      ...hiddenHandlers(targets, handlers),
      ...book.unusedNames().map((name) => findingOf('unused-policy', `policies.${name}`)),
      ...book.all.flatMap(dangerousFlags),
      ...idleEntries(entries, () => new OrderedRoutes(handlers)),
      ...reports.findings,
    ],
  };
}

function planHandlers({ controllers }: Written, { book, defaultPolicy }: Configuration): readonly PlannedHandler[] {
  return controllers.flatMap((controller) => {
    book.readMetadata(controller);
    return controller.handlers.map((handler): PlannedHandler => {
      const places: readonly DecoratedPlace[] = [controller, handler];
      return {
        controller,
        handler,
        explicit: places.some(({ metadata }) => metadata.length > 0),
        effective: book.effective(defaultPolicy, places),
      };
    });
  });
}

/** Finds paths that Express cannot read. */
function pathProblems({ name, paths }: WrittenHandler): readonly StartupProblem[] {
  return paths.flatMap((path) => {
    try {
      compilePath(path);
      return [];
    } catch (error) {
      const isUnnamed = /\*(?=\/|$)/.test(path);
      return [
        {
          place: name,
          field: '',
          reason: `${quote(path)} cannot be used as a path: ${(error as Error).message}.`,
          ...(isUnnamed ? { suggestion: path.replace(/\*(?=\/|$)/g, '*path') } : {}),
        },
      ];
    }
  });
}

const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

function targetOf(
  { controller, handler, explicit, effective }: PlannedHandler,
  { book }: Configuration,
): HandlerTarget {
  // Nest's own decorator writes this to the function of the handler.
  const written = {};
  Reflect.defineMetadata(
    HEADERS_METADATA,
    handler.headers.map((name) => ({ name })),
    written,
  );
  return Object.freeze({
    kind: 'handler',
    name: handler.name,
    policy: book.compile(effective),
    explicit,
    source: {
      ...handler,
      controller: { ...controller, type: { prototype: {} }, module: {} },
      handler: written,
    },
    effective,
  });
}

/** Of `@Header()`. */
const HEADERS_METADATA = '__headers__';

function routesOf({ name, method, paths }: WrittenHandler, target: HandlerTarget): readonly CatalogRoute[] {
  return paths.map((path) => ({
    info: Object.freeze({ name, methods: [method], path }),
    pattern: path,
    answers: (asked) =>
      method === '*' ? KNOWN_METHODS.has(asked) : asked === method || (asked === 'HEAD' && method === 'GET'),
    match: compilePath(path),
    matchesHost: undefined,
    matchesVersion: undefined,
    implied: false,
    precede: () => undefined,
    earlier: false,
    serves: true,
    target,
  }));
}

/** The modules of the app, as far as the reader of the options looks at them. */
function modulesOf({ roots, features }: Written): ModulesContainer {
  const providers = [...roots.map((each) => [CORS_OPTIONS, each]), ...features.map((each) => [CORS_FEATURE, each])];
  const modules = providers.map(([token, instance]) => ({ providers: new Map([[token, { instance }]]) }));
  return new Map(modules.entries()) as unknown as ModulesContainer;
}

const NO_PROVIDERS = {
  get: () => {
    throw new Error('The playground has no providers.');
  },
} as unknown as ModuleRef;

const SILENT = { log: () => undefined, warn: () => undefined, error: () => undefined };
