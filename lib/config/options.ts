import type { InjectionToken, ModuleMetadata, Provider, Type } from '@nestjs/common';
import type { OriginFunction } from '../providers/callback/function-provider.js';
import type { AllowlistOptions } from '../providers/options.js';
import type { ConfigOrigins } from '../providers/config-origins.js';
import type { OriginAllowlist, OriginLookup, OriginSource } from '../providers/ports.js';
import type { CorsPolicyName, CorsPolicyNames } from './policy-names.js';
import type { CorsMethod, Enforcement, PolicyFields } from '../core/policy/options.js';

/**
 * A provider of the app that knows the origins: its class, its symbol, or `{ provider }` around any other token; with
 * an `allowlist`, the list of that name of the provider (`OriginLists`). It must be a singleton, because the library
 * gets it once, at startup.
 *
 * @example
 * { origin: [TenantOrigins, { provider: 'LISTS', allowlist: 'partners' }] }
 */
export type OriginProviderReference =
  // Nest's `Abstract<T>` would take any function at all: one for `cors`, with its callback, among them.
  | (abstract new (...dependencies: never[]) => OriginAllowlist | OriginLookup | OriginSource)
  | symbol
  | { readonly provider: InjectionToken; readonly allowlist?: string };

/**
 * The origins that may use a route from a browser.
 * - a string: an origin (`https://app.example.com`), a pattern (`https://*.example.com`, `http://localhost:*`), several
 *   with commas between, `'*'` for any origin, `'null'` under `dangerously.allowNullOrigin`
 * - a RegExp, anchored at both ends in every alternative
 * - `true` for any origin, `false` for none
 * - a function, or a provider of the app
 * - `ConfigOrigins.forKey(…)`: a key of `@nestjs/config`
 */
export type CorsOrigin = string | RegExp | boolean | OriginFunction | OriginProviderReference | ConfigOrigins;

/**
 * A policy, or fields that refine one. The names are those of `app.enableCors()`.
 *
 * @example
 * const partner: CorsPolicyOptions = { origin: 'https://*.partner.example', credentials: true, maxAge: 600 };
 */
export interface CorsPolicyOptions extends PolicyFields<CorsOrigin | readonly CorsOrigin[]> {
  /**
   * A second policy, by its name or as complete options. It is evaluated beside this one: what it would refuse is
   * reported (`CorsInspector.reports()`, channel `nestjs-cors-policy:report`), never refused. Default: none.
   */
  readonly reportOnly?: CorsPolicyName | Omit<CorsPolicyOptions, 'reportOnly'> | undefined;
}

/** Policies by their names. */
export type CorsPolicies = Readonly<
  keyof CorsPolicyNames extends never
    ? Record<string, CorsPolicyOptions>
    : Partial<Record<CorsPolicyName, CorsPolicyOptions>>
>;

/**
 * Options of `@NoCors()`.
 *
 * @example
 * ```ts
 * @NoCors({ enforce: true }) // other origins get 403, and the handler does not run
 * ```
 */
export interface NoCorsOptions {
  /**
   * The requests that the server itself refuses with 403, as in a policy. Default: the enforcement of the policy that
   * is replaced, or else `false` (rule 3.6).
   */
  readonly enforce?: Enforcement | undefined;
}

/**
 * A policy for paths without a controller: GraphQL, static files, Swagger UI, raw middleware. Or a path that this
 * library leaves alone.
 */
export type CorsRouteRule = CorsPolicyRule | CorsUnmanagedRule;

/** A path and its policy. */
export interface CorsPolicyRule {
  /** The whole path, global prefix included, in the platform's own syntax: `/graphql`, `/assets/*path`. */
  readonly path: string;
  /** The name of a policy, or a policy. */
  readonly policy: CorsPolicyName | CorsPolicyOptions;
  /** Default: every method. */
  readonly methods?: readonly CorsMethod[] | string | undefined;
  readonly unmanaged?: false | undefined;
}

/**
 * A path whose own code answers CORS (oidc-provider, tus): preflights pass on, no header is added or removed, nothing
 * is enforced, and `defaultPolicy` does not reach it. Decorated handlers keep their policies.
 *
 * @example
 * routes: [{ path: '/oidc/*path', unmanaged: true }]
 */
export interface CorsUnmanagedRule {
  /** The whole path, global prefix included, in the platform's own syntax. */
  readonly path: string;
  readonly unmanaged: true;
  /** Default: every method. */
  readonly methods?: readonly CorsMethod[] | string | undefined;
  readonly policy?: undefined;
}

/**
 * Options of `CorsModule.forRoot()`.
 *
 * @example
 * CorsModule.forRoot({
 *   policies: { partner: { origin: 'https://partner.example' } },
 *   defaultPolicy: 'partner',
 *   routes: [{ path: '/graphql', policy: 'partner' }],
 * });
 */
export interface CorsModuleOptions {
  /** Named policies; one namespace for the app. */
  readonly policies?: CorsPolicies | undefined;
  /** The policy of every route without one, and of paths that no route serves. Without it these get no CORS headers. */
  readonly defaultPolicy?: CorsPolicyName | CorsPolicyOptions | undefined;
  /** Routes without a controller. The first entry that matches applies; a decorated handler wins over all of them. */
  readonly routes?: readonly CorsRouteRule[] | undefined;
  /** Options for asking, keeping and refreshing providers of origins. */
  readonly allowlists?: AllowlistOptions | undefined;
  /**
   * A second policy beside `defaultPolicy`, wherever `defaultPolicy` applies, refined by decorators or not: what it
   * would refuse is reported, never refused. The same as `reportOnly` inside the default policy.
   */
  readonly reportOnly?: CorsPolicyOptions['reportOnly'];
  /** Counts decisions for `CorsInspector.counters()`. Default: `false`. */
  readonly counters?: boolean | undefined;
  /** Logs each refusal once per reason, route and origin. Default: `false`. */
  readonly debug?: boolean | undefined;
  /**
   * Logs one line at startup: `CORS: 12 routes, 3 policies, 4 closed, 2 without a policy`. It does not depend on `debug`.
   * Default: `true`.
   */
  readonly summary?: boolean | undefined;
}

/**
 * Options of `CorsModule.forFeature()`.
 *
 * @example
 * CorsModule.forFeature({ policies: { shop: { origin: 'https://shop.example' } } });
 */
export interface CorsFeatureOptions {
  /** Named policies; a name that is already registered stops startup. */
  readonly policies: CorsPolicies;
}

/**
 * Creates the module's options; for `forRootAsync({ useClass | useExisting })`.
 *
 * @example
 * class CorsOptions implements CorsOptionsFactory {
 *   createCorsOptions() {
 *     return { policies: { app: { origin: ConfigOrigins.forKey('APP_ORIGINS') } } };
 *   }
 * }
 */
export interface CorsOptionsFactory {
  createCorsOptions(): CorsModuleOptions | Promise<CorsModuleOptions>;
}

/**
 * Options of `CorsModule.forRootAsync()`: exactly one of `useFactory`, `useClass` and `useExisting`.
 *
 * @example
 * CorsModule.forRootAsync({
 *   inject: [ConfigService],
 *   useFactory: (config: ConfigService) => ({ defaultPolicy: { origin: config.getOrThrow('APP_ORIGIN') } }),
 * });
 */
export interface CorsModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: InjectableTokens;
  readonly useFactory?: (...dependencies: never[]) => CorsModuleOptions | Promise<CorsModuleOptions>;
  readonly useClass?: Type<CorsOptionsFactory>;
  readonly useExisting?: InjectionToken<CorsOptionsFactory>;
  /** Providers that only the factory needs. */
  readonly extraProviders?: Provider[];
}

type InjectableTokens = NonNullable<Extract<Provider, { useFactory: unknown }>['inject']>;
