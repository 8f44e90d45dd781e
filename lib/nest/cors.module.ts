import { type DynamicModule, Inject, Module, type NestModule, Optional, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { expectRoot } from './missing-root.js';
import { CorsAllowlists } from './cors-allowlists.service.js';
import { CorsBoot } from './bootstrap.js';
import { commandPort, CORS_COMMAND_PORT } from './command-port.js';
import { CORS_PAGE_PORT, pagePort } from './page-port.js';
import { CORS_HANDSHAKES, handshakesOf } from './sockets-port.js';
import { CorsHealthIndicator } from './cors-health.indicator.js';
import { CorsInspector } from './cors-inspector.service.js';
import type {
  CorsFeatureOptions,
  CorsModuleAsyncOptions,
  CorsModuleOptions,
  CorsOptionsFactory,
} from '../config/options.js';
import { CORS_FEATURE, CORS_OPTIONS } from '../config/tokens.js';

/** Has the policies of one `CorsModule.forFeature()`; the root collects them at startup. */
@Module({})
class CorsFeatureModule implements NestModule {
  /** @internal Nest creates it. */
  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  /** @throws CorsConfigurationError if no module imports `CorsModule.forRoot()` */
  configure(): void {
    const importers = [...this.modules.values()].filter(({ imports }) =>
      [...imports].some(({ instance }) => (instance as unknown) === this),
    );
    const names = importers.map(({ metatype }) => metatype.name).join(', ') || 'The app';
    expectRoot('CorsModule.forFeature()', `${names} imports CorsModule.forFeature()`, this.modules);
  }
}

/**
 * Per-route CORS for the app that imports it. Every error in its configuration stops startup
 * (`CorsConfigurationError`).
 *
 * @example
 * CorsModule.forRoot({
 *   policies: { storefront: { origin: 'https://shop.example', credentials: true } },
 *   defaultPolicy: { origin: '*' },
 * })
 */
@Module({})
export class CorsModule implements NestModule {
  /** @internal Nest creates it. */
  constructor(
    @Optional() @Inject(CorsBoot) private readonly boot: CorsBoot | undefined,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {}

  /** Sets the library up for the whole app, once. */
  static forRoot(options: CorsModuleOptions = {}): DynamicModule {
    return rootModule([{ provide: CORS_OPTIONS, useValue: options }]);
  }

  /**
   * The same with options from other providers.
   *
   * @throws Error unless exactly one of `useFactory`, `useClass` and `useExisting` is given
   */
  static forRootAsync(options: CorsModuleAsyncOptions): DynamicModule {
    return { ...rootModule(asyncProviders(options)), imports: options.imports ?? [] };
  }

  /** Adds named policies from a feature module. A name belongs to one policy of the app. */
  static forFeature(options: CorsFeatureOptions): DynamicModule {
    return { module: CorsFeatureModule, providers: [{ provide: CORS_FEATURE, useValue: options }] };
  }

  /** @throws CorsConfigurationError if the configuration is wrong, or if the app imports only the class `CorsModule` */
  async configure(): Promise<void> {
    if (this.boot === undefined) {
      expectRoot('CorsModule', 'The app imports CorsModule without a call of forRoot()', this.modules);
    }
    await this.boot?.configure();
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
      { provide: CORS_HANDSHAKES, useFactory: handshakesOf, inject: [CorsBoot] },
      { provide: CORS_PAGE_PORT, useFactory: pagePort, inject: [CorsBoot] },
      { provide: CORS_COMMAND_PORT, useFactory: commandPort, inject: [CorsBoot, CorsInspector] },
    ],
    exports: [CorsInspector, CorsAllowlists, CorsHealthIndicator, CORS_PAGE_PORT],
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
