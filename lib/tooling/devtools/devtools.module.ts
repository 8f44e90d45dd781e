import {
  type DynamicModule,
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type Type,
} from '@nestjs/common';
import { controllerAt } from './devtools.controller.js';
import { Devtools } from './devtools.js';
import { type CorsDevtoolsOptions, readOptions } from './options.js';
import { DEVTOOLS_CONTROLLER, DEVTOOLS_SETTINGS, type DevtoolsPort } from './tokens.js';

/**
 * A page for development that shows which policy reaches which route, explains requests, and sends real ones from a
 * second origin. It refuses to boot where `NODE_ENV` is `production`, answers this machine only, and no page of
 * another origin; it is under `@NoCors()`. Needs `CorsModule.forRoot()` beside it.
 *
 * @example
 * imports: [...(process.env.NODE_ENV === 'production' ? [] : [CorsDevtoolsModule.forRoot()])]
 */
@Module({})
export class CorsDevtoolsModule implements NestModule {
  constructor(
    @Inject(Devtools) private readonly devtools: DevtoolsPort,
    @Inject(DEVTOOLS_CONTROLLER) private readonly controller: Type,
  ) {}

  /** @throws Error where an option is wrong */
  static forRoot(options: CorsDevtoolsOptions = {}): DynamicModule {
    const settings = readOptions(options);
    const controller = controllerAt(settings.path);
    return {
      module: CorsDevtoolsModule,
      controllers: [controller],
      providers: [
        { provide: DEVTOOLS_SETTINGS, useValue: settings },
        { provide: DEVTOOLS_CONTROLLER, useValue: controller },
        Devtools,
      ],
    };
  }

  /** @throws Error in production, unless it is allowed there */
  configure(consumer: MiddlewareConsumer): void {
    this.devtools.checkProduction();
    consumer
      .apply((request: object, response: object) => this.devtools.serve(request, response))
      .forRoutes(this.controller);
  }
}
