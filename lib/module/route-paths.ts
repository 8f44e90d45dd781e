import { type VersioningOptions, VersioningType } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { ControllerHandler } from './controllers.js';
import { modulePathOf, pathsOf, versionOf } from './nest-internals.js';

/**
 * The paths under which Nest registers a handler, prefix and URI version included. Only used to tell controllers apart
 * that share an inherited method; what is matched is always the router's own pattern.
 */
export class RoutePaths {
  private readonly prefix: string;
  private readonly versioning: VersioningOptions | undefined;

  constructor(
    config: ApplicationConfig,
    private readonly modules: ModulesContainer,
    private readonly normalize: (path: string) => string,
  ) {
    this.prefix = join('', config.getGlobalPrefix());
    this.versioning = config.getVersioning();
  }

  /** Every path with the global prefix and without it, as a route may be excluded from it. */
  of({ controller, handler }: ControllerHandler): readonly string[] {
    const modulePath = modulePathOf(controller.module, this.modules);
    const paths = this.versionPrefixes(handler, controller.type).flatMap((version) =>
      (pathsOf(controller.type) ?? ['']).flatMap((controllerPath) =>
        (pathsOf(handler) ?? ['']).map((path) => [version, modulePath, controllerPath, path].reduce(join, '')),
      ),
    );
    const prefixed = this.prefix === '' ? paths : paths.flatMap((path) => [this.prefix + path, path]);
    return prefixed.map((path) => this.normalize(path === '' ? '/' : path));
  }

  private versionPrefixes(handler: object, controller: object): readonly string[] {
    const { versioning } = this;
    const version = versionOf(handler) ?? versionOf(controller) ?? versioning?.defaultVersion;
    if (!version || versioning?.type !== VersioningType.URI) {
      return [''];
    }
    const prefix = versioning.prefix === false ? '' : (versioning.prefix ?? 'v');
    return [version].flat().map((each) => (typeof each === 'string' ? `/${prefix}${each}` : ''));
  }
}

/** Joins two parts of a path as Nest does: one slash between them, none at the end. */
function join(path: string, part: string): string {
  const trimmed = part.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? path : `${path}/${trimmed}`;
}
