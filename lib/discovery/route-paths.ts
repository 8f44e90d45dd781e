import { type VersioningOptions, VersioningType } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { ControllerHandler } from './controllers.js';
import type { RouteVersion } from './version-filter.js';
import { hostOf, modulePathOf, pathsOf, versionOf } from './nest-internals.js';

/**
 * The paths under which Nest registers a handler, prefix and URI version included. Only used to distinguish controllers
 * that share an inherited method; matching always uses the router's own pattern.
 */
export class RoutePaths {
  private readonly prefix: string;
  private readonly versioning: VersioningOptions | undefined;

  constructor(
    config: ApplicationConfig,
    private readonly modules: ModulesContainer,
    private readonly normalize: (path: string) => string,
  ) {
    this.prefix = withoutEndSlash(append('', config.getGlobalPrefix()));
    this.versioning = config.getVersioning();
  }

  /** Every path with the global prefix and without it, as a route may be excluded from it. */
  of(source: ControllerHandler): readonly string[] {
    return this.variantsOf(source).flat();
  }

  /** For each path of a handler those that it may be registered under: one of them is. */
  variantsOf({ controller, handler }: ControllerHandler): readonly (readonly string[])[] {
    const modulePath = modulePathOf(controller.module, this.modules);
    const paths = this.versionPrefixes(handler, controller.type).flatMap((version) =>
      (pathsOf(controller.type) ?? ['']).flatMap((controllerPath) =>
        (pathsOf(handler) ?? ['']).map((path) => [version, modulePath, controllerPath, path].reduce(append, '')),
      ),
    );
    const normalize = (path: string): string => this.normalize(withoutEndSlash(path) || '/');
    return paths.map((path) => (this.prefix === '' ? [path] : [this.prefix + path, path]).map(normalize));
  }

  /** The hosts and versions of a handler, which select it besides method and path. */
  selectionOf({ controller, handler }: ControllerHandler): string {
    const versions = this.versioning && this.versionsOf(handler, controller.type);
    return JSON.stringify([hostOf(controller.type), versions].map((each) => [each ?? []].flat().map(String).sort()));
  }

  private versionsOf(handler: object, controller: object): RouteVersion | undefined {
    return versionOf(handler) ?? versionOf(controller) ?? this.versioning?.defaultVersion;
  }

  private versionPrefixes(handler: object, controller: object): readonly string[] {
    const { versioning } = this;
    const version = this.versionsOf(handler, controller);
    if (!version || versioning?.type !== VersioningType.URI) {
      return [''];
    }
    const prefix = versioning.prefix === false ? '' : (versioning.prefix ?? 'v');
    return [version].flat().map((each) => (typeof each === 'string' ? `/${prefix}${each}` : ''));
  }
}

/** Appends a part of a path as Nest does: an optional group (`{/:id}`) brings its slash itself. */
function append(path: string, part: string): string {
  if (part === '') {
    return path;
  }
  return withoutEndSlash(path) + (/^\/|^\{\//.test(part) ? part : `/${part}`);
}

/** One slash: Nest leaves those of `a//` before it. */
function withoutEndSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
