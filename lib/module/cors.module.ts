import { type DynamicModule, Inject, Module, type NestModule, type Provider } from '@nestjs/common';
import { CorsAllowlists } from './allowlists.service.js';
import { CorsBoot } from './boot/boot.js';
import { commandPort, CORS_COMMAND_PORT } from './command-port.js';
import { CorsFeatureModule } from './feature.module.js';
import { CorsHealthIndicator } from './health.service.js';
import { CorsInspector } from './inspector.js';
import type { CorsFeatureOptions, CorsModuleAsyncOptions, CorsModuleOptions, CorsOptionsFactory } from './options.js';
import { CORS_FEATURE, CORS_OPTIONS } from './tokens.js';

/**
 * Per-route CORS for the app that imports it. Every mistake in its configuration ends the boot
 * (`CorsConfigurationError`); none is found by a request.
 */
@Module({})
export class CorsModule implements NestModule {
  constructor(@Inject(CorsBoot) private readonly boot: CorsBoot) {}

  /** Sets the library up for the whole app, once. */
  static forRoot(options: CorsModuleOptions = {}): DynamicModule {
    return rootModule([{ provide: CORS_OPTIONS, useValue: options }]);
  }

  /**
   * The same with options that other providers make.
   *
   * @throws Error unless exactly one of `useFactory`, `useClass` and `useExisting` is given
   */
  static forRootAsync(options: CorsModuleAsyncOptions): DynamicModule {
    return { ...rootModule(asyncProviders(options)), imports: options.imports ?? [] };
  }

  /** Adds named policies from a feature module; names are one namespace for the app. */
  static forFeature(options: CorsFeatureOptions): DynamicModule {
    return { module: CorsFeatureModule, providers: [{ provide: CORS_FEATURE, useValue: options }] };
  }

  configure(): Promise<void> {
    return this.boot.configure();
  }
}

function rootModule(options: Provider[]): DynamicModule {
  return {
    module: CorsModule,
    global: true,
    providers: [
      ...options,
      CorsBoot,
      CorsInspector,
      CorsAllowlists,
      CorsHealthIndicator,
      { provide: CORS_COMMAND_PORT, useFactory: commandPort, inject: [CorsBoot, CorsInspector] },
    ],
    exports: [CorsInspector, CorsAllowlists, CorsHealthIndicator],
  };
}

function asyncProviders({
  useFactory,
  useClass,
  useExisting,
  inject = [],
  extraProviders = [],
}: CorsModuleAsyncOptions): Provider[] {
  if ([useFactory, useClass, useExisting].filter((way) => way !== undefined).length !== 1) {
    throw new Error('CorsModule.forRootAsync() takes exactly one of useFactory, useClass and useExisting.');
  }
  if (useFactory !== undefined) {
    return [
      ...extraProviders,
      { provide: CORS_OPTIONS, useFactory: useFactory as () => CorsModuleOptions, inject: [...inject] },
    ];
  }
  const create = (factory: CorsOptionsFactory): ReturnType<CorsOptionsFactory['createCorsOptions']> =>
    factory.createCorsOptions();
  const made = { provide: CORS_OPTIONS, useFactory: create, inject: [useClass ?? useExisting!] };
  return useClass === undefined ? [...extraProviders, made] : [...extraProviders, useClass, made];
}
