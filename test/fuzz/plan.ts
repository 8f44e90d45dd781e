/** A random app as plain data. It can be shrunk, printed as code, and built again from the printed code. */
export interface FuzzApp {
  readonly platform: 'express' | 'fastify';
  readonly settings: FuzzSettings;
  /** Global prefix, and the paths that are excluded from it. */
  readonly prefix: { readonly path: string; readonly exclude: readonly string[] } | null;
  readonly versioning: FuzzVersioning | null;
  readonly defaultPolicy: 'none' | FuzzPolicyMark;
  /** Methods of base classes, one list for each class. Controllers inherit them. */
  readonly bases: readonly (readonly FuzzHandler[])[];
  readonly modules: readonly FuzzModule[];
  readonly raw: readonly FuzzRaw[];
  /** `true`: decisions are counted, so no decision is postponed to the head of the response. */
  readonly counted: boolean;
  /** The change that middleware makes to some requests before routing, on Express. */
  readonly rewrites: FuzzRewrite;
}

/** `prefix`: removes `/cut` from the address; `method`, `host`: replaces it with the value of a header field. */
export type FuzzRewrite = 'none' | 'prefix' | 'method' | 'host';

export interface FuzzSettings {
  readonly caseSensitive: boolean;
  readonly strict: boolean;
  /** `routeResolutionStrategy: 'specificity'`, of Nest 12 on Express. */
  readonly specificity: boolean;
  /** This option and the following ones are for Fastify. */
  readonly ignoreDuplicateSlashes: boolean;
  readonly useSemicolonDelimiter: boolean;
  readonly maxParamLength: number | null;
}

export interface FuzzVersioning {
  readonly type: 'uri' | 'header' | 'media' | 'custom';
  /** The prefix of URI versioning; `null`: Nest's default. */
  readonly prefix: string | false | null;
  readonly defaultVersion: FuzzVersion | null;
}

/** `'neutral'` means `VERSION_NEUTRAL`. */
export type FuzzVersion = string | readonly string[];

export interface FuzzModule {
  /** Path that `RouterModule` gives to the module. */
  readonly path: string | null;
  readonly controllers: readonly FuzzController[];
}

export interface FuzzController {
  readonly paths: readonly string[];
  readonly hosts: readonly string[];
  readonly version: FuzzVersion | null;
  readonly requestScoped: boolean;
  readonly mark: FuzzMark;
  /** Index of the base class, modulo the number of base classes; `null`: no base class. */
  readonly base: number | null;
  readonly handlers: readonly FuzzHandler[];
}

export interface FuzzHandler {
  /** `ALL`, or a method that Nest has a decorator for. */
  readonly method: string;
  readonly paths: readonly string[];
  readonly version: FuzzVersion | null;
  readonly mark: FuzzMark;
}

/**
 * `own`: its own policy; `cookies`: a policy with credentials; `closed`: a policy that allows only another origin;
 * `enforced`: `closed` with `enforce`; `released`: a policy with `enforce: false`; `no-cors`: `@NoCors()`; `sealed`:
 * `@NoCors()` with `enforce`; `none`: no decorator.
 */
export type FuzzMark = 'none' | FuzzPolicyMark | 'no-cors' | 'sealed';

/** The values that mean a policy. */
export type FuzzPolicyMark = 'own' | 'cookies' | 'closed' | 'enforced' | 'released';

/** A route that the app registers directly on the platform. */
export interface FuzzRaw {
  readonly when: 'before init' | 'after init';
  readonly method: string;
  readonly path: string;
  /** `true`: the route only calls `next()` (Express only). */
  readonly passes: boolean;
  /** The methods of the entry of `routes` that covers the route: only its own method, or all. */
  readonly entry: 'none' | 'all methods' | 'own method';
  /** The policy of that entry; `unmanaged`: the library does not handle the path. */
  readonly entryMark: FuzzPolicyMark | 'unmanaged';
}

/** One request. It is sent with and without `Origin`, with each version, and as a preflight. */
export interface FuzzRequest {
  readonly method: string;
  /** The request target as it is sent. */
  readonly target: string;
  readonly host: string;
  /** `true`: each method of the path is sent, to check the methods that the preflight names. */
  readonly eachMethod: boolean;
  /** `true`: the request asks the middleware, if the app has it, to rewrite it. */
  readonly rewritten: boolean;
}

/** The origin of the requests. */
export const ORIGIN = 'https://page.example';

/** A policy with its name in the exposed header and in its max age. */
export interface NamedPolicy {
  readonly kind: 'policy';
  readonly header: string;
  readonly maxAge: number;
  /** `true`: the policy allows `ORIGIN`. */
  readonly admits: boolean;
  readonly credentials: boolean;
  /** The value of `enforce`; `undefined`: the policy does not set it. */
  readonly enforces: boolean | undefined;
}

interface NoCorsPolicy {
  readonly kind: 'no-cors';
  readonly enforces: boolean | undefined;
}

/** The policy that applies to a route; `undefined`: no policy. */
export type Effective = NamedPolicy | NoCorsPolicy | undefined;

/** Builds the policy with this name: a valid exposed header, and a max age that no other name has. */
export function namedPolicy(name: string, mark: FuzzPolicyMark = 'own'): NamedPolicy {
  const codes = [...name].map((character) => character.charCodeAt(0));
  const maxAge = codes.reduce((hash, code) => (hash * 31 + code) % 80_000, 17);
  const header = `X-${name.replace(/\W/g, '-')}`;
  return {
    kind: 'policy',
    header,
    maxAge,
    admits: mark !== 'closed' && mark !== 'enforced',
    credentials: mark === 'cookies',
    enforces: mark === 'enforced' ? true : mark === 'released' ? false : undefined,
  };
}

/** The options of `@CorsPolicy()` for a policy. */
export function policyOptions({ header, maxAge, admits, credentials, enforces }: NamedPolicy): {
  origin: string;
  exposedHeaders: string[];
  maxAge: number;
  credentials: boolean;
  enforce?: boolean;
} {
  return {
    origin: admits ? ORIGIN : 'https://other.example',
    exposedHeaders: [header],
    maxAge,
    credentials,
    ...(enforces === undefined ? {} : { enforce: enforces }),
  };
}

/** A policy that replaces another one keeps its enforcement, unless it sets `enforce` itself (rule 3.6). */
export function replacing(policy: Effective, replaced: Effective): Effective {
  return policy !== undefined && policy.enforces === undefined && replaced?.enforces
    ? { ...policy, enforces: true }
    : policy;
}

/** The default policy, if the app has one. */
export function defaultPolicyOf({ defaultPolicy }: FuzzApp): NamedPolicy | undefined {
  return defaultPolicy === 'none' ? undefined : namedPolicy('default', defaultPolicy);
}

/** The controllers of an app with their names, in the order of their modules. */
export function namedControllers(app: FuzzApp): readonly { name: string; controller: FuzzController }[][] {
  return app.modules.map(({ controllers }, at) =>
    controllers.map((controller, index) => ({ name: `M${at}C${index}`, controller })),
  );
}

/** The base class of a controller, and the methods of that class. */
export function baseOf(app: FuzzApp, controller: FuzzController): { index: number; handlers: readonly FuzzHandler[] } {
  if (controller.base === null || app.bases.length === 0) {
    return { index: -1, handlers: [] };
  }
  const index = controller.base % app.bases.length;
  return { index, handlers: app.bases[index]! };
}

/** A handler in one controller. */
export interface ServedHandler {
  /** The text of its answer. */
  readonly name: string;
  readonly handler: FuzzHandler;
  /** The policy that decorators set; `undefined`: no decorator. */
  readonly policy: Effective;
}

/** Every handler. An inherited handler is listed once for each controller that serves it. */
export function servedHandlers(app: FuzzApp): readonly ServedHandler[] {
  return namedControllers(app)
    .flat()
    .flatMap(({ name, controller }) => {
      const { index, handlers } = baseOf(app, controller);
      const own = controller.handlers.map((handler, at) => ({ handler, method: `h${at}`, definedBy: name }));
      const inherited = handlers.map((handler, at) => ({ handler, method: `b${at}`, definedBy: `B${index}` }));
      const outer = replacing(markedPolicy(controller.mark, name), defaultPolicyOf(app));
      return [...own, ...inherited].map(({ handler, method, definedBy }) => ({
        name: `${name}.${method}`,
        handler,
        policy: replacing(markedPolicy(handler.mark, `${definedBy}-${method}`), outer ?? defaultPolicyOf(app)) ?? outer,
      }));
    });
}

function markedPolicy(mark: FuzzMark, name: string): Effective {
  switch (mark) {
    case 'none':
      return undefined;
    case 'no-cors':
    case 'sealed':
      return { kind: 'no-cors', enforces: mark === 'sealed' ? true : undefined };
    default:
      return namedPolicy(name, mark);
  }
}
