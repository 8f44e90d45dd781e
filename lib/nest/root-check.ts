import { Catch, type ExceptionFilter, Inject, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { CorsConfigurationError } from '../core/issues/issues.js';
import { metadataOf, metadataOfMethod } from '../config/metadata.js';
import { hasRoot, missingRoot } from './missing-root.js';

/** Nothing throws it. */
class NothingThrown {}

/**
 * Stops the startup of an app that has CORS decorators, but not the module that reads them. The decorators bring it as an
 * exception filter that catches nothing: Nest then makes it with each module that has a decorated class, whatever else
 * is in the app, and no request runs it.
 */
@Catch(NothingThrown)
export class RootCheck implements ExceptionFilter, OnModuleInit {
  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** @throws CorsConfigurationError if the app serves HTTP without `CorsModule.forRoot()` */
  onModuleInit(): void {
    const { modules } = this;
    // Tests without an app, scripts and microservices have no adapter.
    if (!(this.host.httpAdapter as object | null | undefined) || hasRoot(modules)) {
      return;
    }
    const name = firstDecorated(modules) ?? 'A class';
    const issue = missingRoot(name, `${name} has a CORS decorator`, modules);
    if (!isTestingModule(modules)) {
      throw new CorsConfigurationError([issue]);
    }
    if (this.isFirst()) {
      // A test of some controllers may leave the module out.
      new Logger('CorsModule').warn(`${issue.place}: ${issue.reason} [${issue.code}] Instead: ${issue.suggestion}`);
    }
  }

  catch(exception: unknown): never {
    throw exception;
  }

  /** Each module with a decorated class has a check of its own. */
  private isFirst(): boolean {
    const checks = [...this.modules.values()].flatMap(({ injectables }) => injectables.get(RootCheck) ?? []);
    return checks[0]?.instance === this;
  }
}

function firstDecorated(modules: ModulesContainer): string | undefined {
  const scanner = new MetadataScanner();
  const classes = [...modules.values()].flatMap(({ controllers, providers }) =>
    [...controllers.values(), ...providers.values()].flatMap(({ metatype }) =>
      typeof metatype === 'function' ? [metatype] : [],
    ),
  );
  return classes.find((each) => {
    const prototype = (each.prototype ?? {}) as Record<string, unknown>;
    const methods = scanner.getAllMethodNames(prototype);
    return [metadataOf(each), ...methods.map((method) => metadataOfMethod(prototype, method))].some(
      ({ length }) => length > 0,
    );
  })?.name;
}

/** `Test.createTestingModule()` makes a root module under this name. */
function isTestingModule(modules: ModulesContainer): boolean {
  return [...modules.values()].some(({ metatype }) => metatype.name === 'RootTestModule');
}
