/** A random app as plain data: it shrinks, prints as code, and is built again from what was printed. */
export interface FuzzApp {
  readonly platform: 'express' | 'fastify';
  readonly settings: FuzzSettings;
  /** Global prefix, and the paths that are excluded from it. */
  readonly prefix: { readonly path: string; readonly exclude: readonly string[] } | null;
  readonly versioning: FuzzVersioning | null;
  readonly defaultPolicy: Exclude<FuzzMark, 'no-cors'>;
  /** Methods of base classes, each list of one class; controllers inherit them. */
  readonly bases: readonly (readonly FuzzHandler[])[];
  readonly modules: readonly FuzzModule[];
  readonly raw: readonly FuzzRaw[];
  /** Whether decisions are counted: then none of them waits for the head of its response. */
  readonly counted: boolean;
}

export interface FuzzSettings {
  readonly caseSensitive: boolean;
  readonly strict: boolean;
  /** `routeResolutionStrategy: 'specificity'`, of Nest 12 on Express. */
  readonly specificity: boolean;
  /** The rest is Fastify's. */
  readonly ignoreDuplicateSlashes: boolean;
  readonly useSemicolonDelimiter: boolean;
  readonly maxParamLength: number | null;
}

export interface FuzzVersioning {
  readonly type: 'uri' | 'header' | 'media' | 'custom';
  /** Of URI versioning; `null` is Nest's own. */
  readonly prefix: string | false | null;
  readonly defaultVersion: FuzzVersion | null;
}

/** `'neutral'` stands for `VERSION_NEUTRAL`. */
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
  /** Index of the base class, read modulo their number; `null`: none. */
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
 * `own`: a policy of its own; `cookies`: one with credentials; `closed`: one that admits another origin alone; `no-cors`:
 * `@NoCors()`; `none`: nothing is said here.
 */
export type FuzzMark = 'none' | 'own' | 'cookies' | 'closed' | 'no-cors';

/** A route that the app registers with the platform itself. */
export interface FuzzRaw {
  readonly when: 'before init' | 'after init';
  readonly method: string;
  readonly path: string;
  /** Whether it only passes requests on (on Express alone). */
  readonly passes: boolean;
  /** Whether an entry of `routes` covers it, for its own method alone or for all. */
  readonly entry: 'none' | 'all methods' | 'own method';
}

/** One request, sent with and without `Origin`, under each version, and asked for by a preflight. */
export interface FuzzRequest {
  readonly method: string;
  /** The request target, as it stands on the wire. */
  readonly target: string;
  readonly host: string;
  /** Whether each method of the path is tried, to hold what the preflight names against it. */
  readonly eachMethod: boolean;
}

/** The origin that requests come from. */
export const ORIGIN = 'https://page.example';

/** A policy that names itself by the header it exposes and by its max age. */
export interface NamedPolicy {
  readonly kind: 'policy';
  readonly header: string;
  readonly maxAge: number;
  /** Whether it admits `ORIGIN`. */
  readonly admits: boolean;
  readonly credentials: boolean;
}

/** What holds for a route; `undefined`: nothing. */
export type Effective = NamedPolicy | { readonly kind: 'no-cors' } | undefined;

/** The policy of that name: a header that may be exposed, and a max age that no other name has. */
export function namedPolicy(name: string, mark: FuzzMark = 'own'): NamedPolicy {
  const codes = [...name].map((character) => character.charCodeAt(0));
  const maxAge = codes.reduce((hash, code) => (hash * 31 + code) % 80_000, 17);
  const header = `X-${name.replace(/\W/g, '-')}`;
  return { kind: 'policy', header, maxAge, admits: mark !== 'closed', credentials: mark === 'cookies' };
}

/** What `@CorsPolicy()` is given for a policy. */
export function policyOptions({ header, maxAge, admits, credentials }: NamedPolicy): {
  origin: string;
  exposedHeaders: string[];
  maxAge: number;
  credentials: boolean;
} {
  return { origin: admits ? ORIGIN : 'https://other.example', exposedHeaders: [header], maxAge, credentials };
}

/** The default policy, where the app has one. */
export function defaultPolicyOf({ defaultPolicy }: FuzzApp): NamedPolicy | undefined {
  return defaultPolicy === 'none' ? undefined : namedPolicy('default', defaultPolicy);
}

/** The controllers of an app with their names, in the order of their modules. */
export function namedControllers(app: FuzzApp): readonly { name: string; controller: FuzzController }[][] {
  return app.modules.map(({ controllers }, at) =>
    controllers.map((controller, index) => ({ name: `M${at}C${index}`, controller })),
  );
}

/** The base class of a controller, and the methods that it brings. */
export function baseOf(app: FuzzApp, controller: FuzzController): { index: number; handlers: readonly FuzzHandler[] } {
  if (controller.base === null || app.bases.length === 0) {
    return { index: -1, handlers: [] };
  }
  const index = controller.base % app.bases.length;
  return { index, handlers: app.bases[index]! };
}

/** A handler as a controller serves it. */
export interface ServedHandler {
  /** What it answers with. */
  readonly name: string;
  readonly handler: FuzzHandler;
  /** What decorators say of it; `undefined`: nothing. */
  readonly policy: Effective;
}

/** Every handler, the inherited ones once for each controller that serves them. */
export function servedHandlers(app: FuzzApp): readonly ServedHandler[] {
  return namedControllers(app)
    .flat()
    .flatMap(({ name, controller }) => {
      const { index, handlers } = baseOf(app, controller);
      const own = controller.handlers.map((handler, at) => ({ handler, method: `h${at}`, definedBy: name }));
      const inherited = handlers.map((handler, at) => ({ handler, method: `b${at}`, definedBy: `B${index}` }));
      return [...own, ...inherited].map(({ handler, method, definedBy }) => ({
        name: `${name}.${method}`,
        handler,
        policy: markedPolicy(handler.mark, `${definedBy}-${method}`) ?? markedPolicy(controller.mark, name),
      }));
    });
}

function markedPolicy(mark: FuzzMark, name: string): Effective {
  return mark === 'none' ? undefined : mark === 'no-cors' ? { kind: 'no-cors' } : namedPolicy(name, mark);
}
