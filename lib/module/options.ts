import type { InjectionToken, ModuleMetadata, Provider, Type } from '@nestjs/common';
import type { OriginFunction } from '../allowlists/asked-function.js';
import type { AllowlistOptions } from '../allowlists/options.js';
import type { ConfigOrigins } from '../allowlists/config-origins.js';
import type { OriginAllowlist, OriginLookup, OriginSource } from '../allowlists/ports.js';
import type { PolicyFields } from '../core/policies/policy-fields.js';

/**
 * A provider of the app that knows the origins: its class, its symbol, or `{ provider }` around any other token; with an
 * `allowlist`, the one of that name that the provider (`OriginLists`) has. It must be a singleton, as the boot asks for
 * it once.
 */
export type OriginProviderReference =
  // Nest's `Abstract<T>` would take any function at all: one for `cors`, with its callback, among them.
  | (abstract new (...dependencies: never[]) => OriginAllowlist | OriginLookup | OriginSource)
  | symbol
  | { readonly provider: InjectionToken; readonly allowlist?: string };

/**
 * Who may use a route from a browser.
 * - a string: an origin (`https://app.example.com`), a pattern (`https://*.example.com`, `http://localhost:*`), several
 *   with commas between, `'*'` for any origin, `'null'` under `dangerously.allowNullOrigin`
 * - a RegExp, anchored at both ends in every alternative
 * - `true` for any origin, `false` for none
 * - a function, or a provider of the app
 * - `ConfigOrigins.forKey(…)`: a key of `@nestjs/config`
 */
export type CorsOrigin = string | RegExp | boolean | OriginFunction | OriginProviderReference | ConfigOrigins;

/** A policy, or what refines one. The names are those of `app.enableCors()`. */
export interface CorsPolicyOptions extends PolicyFields<CorsOrigin | readonly CorsOrigin[]> {}

/** A policy for what has no controller: GraphQL, static files, Swagger UI, raw middleware. */
export interface CorsRouteRule {
  /** The whole path, global prefix included, in the platform's own syntax: `/graphql`, `/assets/*path`. */
  readonly path: string;
  /** The name of a policy, or a policy. */
  readonly policy: string | CorsPolicyOptions;
  /** Default: every method. */
  readonly methods?: readonly string[] | string | undefined;
}

/** Options of `CorsModule.forRoot()`. */
export interface CorsModuleOptions {
  /** Named policies; one namespace for the app. */
  readonly policies?: Readonly<Record<string, CorsPolicyOptions>> | undefined;
  /** The policy of every route that has none, and of what no route serves. Without it: no CORS headers there. */
  readonly defaultPolicy?: string | CorsPolicyOptions | undefined;
  /** Routes without a controller. The first that matches counts; a decorated handler wins over all of them. */
  readonly routes?: readonly CorsRouteRule[] | undefined;
  /** How providers of origins are asked, kept and refreshed. */
  readonly allowlists?: AllowlistOptions | undefined;
  /**
   * A second policy beside `defaultPolicy`, wherever that one holds, refined by decorators or not: what it would refuse is
   * reported, never refused. The same as `reportOnly` inside the default policy.
   */
  readonly reportOnly?: CorsPolicyOptions['reportOnly'];
  /** Counts decisions for `CorsInspector.counters()`. Default: `false`. */
  readonly counters?: boolean | undefined;
  /** Logs each refusal once per reason, route and origin. Default: `false`. */
  readonly debug?: boolean | undefined;
}

/** Options of `CorsModule.forFeature()`. */
export interface CorsFeatureOptions {
  /** Named policies; a name that is taken ends the boot. */
  readonly policies: Readonly<Record<string, CorsPolicyOptions>>;
}

/** Makes the module's options; for `forRootAsync({ useClass | useExisting })`. */
export interface CorsOptionsFactory {
  createCorsOptions(): CorsModuleOptions | Promise<CorsModuleOptions>;
}

/** Options of `CorsModule.forRootAsync()`: exactly one of `useFactory`, `useClass` and `useExisting`. */
export interface CorsModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: InjectableTokens;
  readonly useFactory?: (...dependencies: never[]) => CorsModuleOptions | Promise<CorsModuleOptions>;
  readonly useClass?: Type<CorsOptionsFactory>;
  readonly useExisting?: InjectionToken<CorsOptionsFactory>;
  /** Providers that only the factory needs. */
  readonly extraProviders?: Provider[];
}

type InjectableTokens = NonNullable<Extract<Provider, { useFactory: unknown }>['inject']>;
