import type { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { CorsBoot } from './bootstrap.js';
import type { PolicyReport, RouteReport } from '../inspect/policy-report.js';
import type { OrderedRules } from '../inspect/ordered-rules.js';
import type { ExplainRequest, Explanation } from '../inspect/explain/explanation.js';
import { CorsInspector } from './cors-inspector.service.js';
import type { CorsModuleOptions } from '../config/options.js';
import { CORS_OPTIONS } from '../config/tokens.js';

/** The access point of the command `cors-policy` in an app, in every copy and form of the package. */
export const CORS_COMMAND_PORT = Symbol.for('nestjs-cors-policy:command');

/** Everything that the app grants, as data. */
export interface AppSurvey {
  readonly routes: readonly RouteReport[];
  /** `defaultPolicy`, which also applies to paths that no route serves; `null`: there is none. */
  readonly defaultPolicy: PolicyReport | null;
  /** The rules that decide about requests, in order. */
  readonly rules: OrderedRules;
}

/** A request to explain, and its explanation. */
export type CorsQuestion = ExplainRequest;
export type CorsExplanation = Explanation;

/** Answers the command. */
export interface CorsCommandPort {
  survey(): AppSurvey;
  /** @throws TypeError (a rejection) with the reason if the question is not valid */
  explain(question: CorsQuestion): Promise<CorsExplanation>;
}

/** Creates the port, and reports it to the command if that runs in this process: it waits for a main file's app. */
export function commandPort(boot: CorsBoot, inspector: CorsInspector): CorsCommandPort {
  const port: CorsCommandPort = {
    survey: () => {
      const { defaultPolicy, rules } = boot.expectRunning();
      return { routes: inspector.routes(), defaultPolicy, rules: rules() };
    },
    explain: (question) => inspector.explain(question),
  };
  (globalThis as { readonly [CORS_COMMAND_PORT]?: (made: CorsCommandPort) => void })[CORS_COMMAND_PORT]?.(port);
  return port;
}

/** The parts of an app with `CorsModule` in Nest's preview mode, where no provider is created. */
export interface PreviewedApp {
  readonly host: HttpAdapterHost;
  readonly modules: ModulesContainer;
  readonly container: object;
  /** Lets Nest register the routes. */
  init(): Promise<unknown>;
}

/**
 * Starts the library for an app in preview mode. The plan comes from the declarations of modules and decorators, and
 * providers of origins are known by their names only.
 *
 * @throws CorsConfigurationError with every error
 * @throws Error if providers create the options themselves
 */
export async function previewPort({ host, modules, container, init }: PreviewedApp): Promise<CorsCommandPort> {
  const moduleRef = { container } as unknown as ModuleRef;
  const boot = new CorsBoot(declaredOptions(modules), host, modules, moduleRef);
  await boot.configure({ unresolved: true });
  await init();
  await boot.onApplicationBootstrap();
  return commandPort(boot, new CorsInspector(boot));
}

function declaredOptions(modules: ModulesContainer): CorsModuleOptions {
  const options = [...modules.values()].flatMap(({ providers }) => providers.get(CORS_OPTIONS) ?? [])[0];
  if (options?.isNotMetatype !== true || options.inject !== undefined) {
    throw new Error(
      'The options of CorsModule.forRootAsync() are made by providers, and a preview has none: go without --preview.',
    );
  }
  return options.instance as CorsModuleOptions;
}
