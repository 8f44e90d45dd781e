import type { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { CorsBoot } from './boot/boot.js';
import type { PolicyReport, RouteReport } from './boot/effective-report.js';
import type { ExplainRequest, Explanation } from './explaining/explanation.js';
import { CorsInspector } from './inspector.js';
import type { CorsModuleOptions } from './options.js';
import { CORS_OPTIONS } from './tokens.js';

/** What the command `cors-policy` finds in an app, whichever copy and form of the package the app has loaded. */
export const CORS_COMMAND_PORT = Symbol.for('nestjs-cors-policy:command');

/** Everything that the app grants, as data. */
export interface AppSurvey {
  readonly routes: readonly RouteReport[];
  /** `defaultPolicy`, which also holds for what no route serves; `null`: there is none. */
  readonly fallback: PolicyReport | null;
}

/** A request to explain, and what is said of it. */
export type CorsQuestion = ExplainRequest;
export type CorsExplanation = Explanation;

/** Answers the command. */
export interface CorsCommandPort {
  survey(): AppSurvey;
  /** @throws TypeError (a rejection) where the question makes no sense, saying why */
  explain(question: CorsQuestion): Promise<CorsExplanation>;
}

export function commandPort(boot: CorsBoot, inspector: CorsInspector): CorsCommandPort {
  return {
    survey: () => ({ routes: inspector.routes(), fallback: boot.expectRunning().fallback }),
    explain: (question) => inspector.explain(question),
  };
}

/** What is left of an app that imports `CorsModule` in Nest's preview mode, where no provider is made. */
export interface PreviewedApp {
  readonly host: HttpAdapterHost;
  readonly modules: ModulesContainer;
  readonly container: object;
  /** Has Nest register the routes. */
  init(): Promise<unknown>;
}

/**
 * Brings the library up beside an app in preview mode: the plan is made of what modules and decorators declare, and
 * providers of origins are known by their names only.
 *
 * @throws CorsConfigurationError naming every mistake
 * @throws Error where the options themselves are made by providers
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
