import type { ModulesContainer } from '@nestjs/core';
import { CorsConfigurationError, type CorsIssue } from '../core/issues/issues.js';
import { CORS_OPTIONS } from '../config/tokens.js';

/**
 * Reports whether a module of the app imports `CorsModule.forRoot()` or `forRootAsync()`, of this copy of the package
 * or another.
 */
export function hasRoot(modules: ModulesContainer): boolean {
  return [...modules.values()].some(({ providers }) => providers.has(CORS_OPTIONS));
}

/** The issue of a module or decorator that does nothing without `CorsModule.forRoot()`. */
export function missingRoot(place: string, reason: string, modules: ModulesContainer): CorsIssue {
  return {
    place,
    field: '',
    value: undefined,
    code: 'module-missing',
    reason: `${reason}, but no module imports CorsModule.forRoot(): no policy is applied or enforced.`,
    suggestion: `add CorsModule.forRoot({ … }) to the imports of ${rootModuleOf(modules)}`,
  };
}

/** @throws CorsConfigurationError if the app has no `CorsModule.forRoot()` */
export function expectRoot(place: string, reason: string, modules: ModulesContainer): void {
  if (!hasRoot(modules)) {
    throw new CorsConfigurationError([missingRoot(place, reason, modules)]);
  }
}

/** Nest scans its own module first, then the one that `NestFactory.create()` got. */
function rootModuleOf(modules: ModulesContainer): string {
  const names = [...modules.values()].map(({ metatype }) => metatype.name);
  return names.find((name) => name !== 'InternalCoreModule') ?? 'the root module';
}
