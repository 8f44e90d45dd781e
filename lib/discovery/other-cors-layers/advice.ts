import { askCorsMiddleware, type SentFields } from '../../platform/cors-middleware.js';
import type { Platform, OtherCorsLayer } from '../../platform/adapter.js';
import type { CorsPolicyOptions } from '../../config/options.js';
import { addsPlugin, ANY_PATHS, type FoundLayer, sampleOf } from './found-layer.js';

/** The facts by which advice is checked. */
export interface AdviceSources {
  readonly platform: Platform;
  /** True if there is a `defaultPolicy`: a suggestion must not replace it. */
  readonly hasDefaultPolicy: boolean;
  /** The reason why the library would reject a policy; `undefined`: it accepts it. */
  readonly rejects: (policy: CorsPolicyOptions) => string | undefined;
}

interface Advice {
  readonly suggestion?: string;
  readonly note?: string;
}

/** Writes what to do instead or, if that is unknown, why. */
export function adviceFor(layer: FoundLayer, { hasDefaultPolicy, rejects, platform }: AdviceSources): Advice {
  if (layer.methods?.every((method) => method === 'OPTIONS') === true) {
    return { note: 'This library answers the preflights of all routes that have a policy.' };
  }
  const isWhole = layer.path === '' && layer.methods === undefined;
  const target = isWhole ? '`defaultPolicy`' : 'an entry of `routes`';
  const policy = policyOf(layer);
  if (policy === undefined) {
    return { note: `Its origins cannot be read from outside: list them in the \`origin\` of ${target}.` };
  }
  if (policy.origin === false) {
    return { note: 'It grants nothing.' };
  }
  const code = codeOf(policy);
  if (code === undefined) {
    return {
      note: `A function chooses its origins: give ${target} an \`origin\` that is a list, a function or a provider.`,
    };
  }
  const rejected = rejects(policy);
  if (rejected !== undefined) {
    return { note: `A policy with its options is an error: ${rejected}` };
  }
  if (isWhole) {
    return hasDefaultPolicy
      ? { note: 'The `defaultPolicy` is for the whole app already.' }
      : { suggestion: `defaultPolicy: ${code} in CorsModule.forRoot() says the same` };
  }
  const entries = entriesFor(layer, platform, code);
  return entries === undefined
    ? { note: `Give its paths an entry of \`routes\` with the policy ${code}.` }
    : { suggestion: `routes: [${entries.join(', ')}] in CorsModule.forRoot() says the same` };
}

/** Entries of `routes` for exactly the paths of a layer; `undefined` if they are unknown. */
function entriesFor(
  { call, path, isOnRoute, methods }: FoundLayer,
  platform: Platform,
  code: string,
): string[] | undefined {
  // Nest may have applied it to one method, or without what `exclude()` lists.
  if (path === undefined || path === '' || call?.method === 'apply') {
    return undefined;
  }
  const below = platform.name === 'express' ? [`${path}{/*path}`] : [path, `${path}/*`];
  const patterns = isOnRoute ? [path] : below;
  try {
    const matches = patterns.map((pattern) => platform.compilePath(pattern));
    const isMatched = (each: string): boolean => matches.some((match) => match(each) !== undefined);
    const sample = sampleOf(path);
    const inside = isOnRoute ? [sample] : [sample, `${sample}/a`, `${sample}/a/b`];
    if (!inside.every(isMatched) || ANY_PATHS.some(isMatched) || isMatched(`${sample}-other`)) {
      return undefined;
    }
  } catch {
    return undefined;
  }
  const limit = methods === undefined ? '' : `methods: ${codeOf(methods)!}, `;
  return patterns.map((pattern) => `{ path: ${codeOf(pattern)!}, ${limit}policy: ${code} }`);
}

/** The default of the `cors` package, which includes all methods that an app commonly serves. */
const USUAL_METHODS = 'GET,HEAD,PUT,PATCH,POST,DELETE';
/** The default of @fastify/cors since version 11; earlier versions grant more. */
const PLUGIN_METHODS = 'GET,HEAD,POST';

/** The layer's options as fields of a policy; `undefined` if they are unknown. */
function policyOf({ call, kind, steps }: FoundLayer): CorsPolicyOptions | undefined {
  const options = call?.method === 'enableCors' ? call.args[0] : call && addsPlugin(call) ? call.args[1] : UNKNOWN;
  if (options !== UNKNOWN) {
    return typeof options === 'function' ? undefined : fromOptions((options ?? {}) as Options, kind);
  }
  const handle = steps.at(-1)?.handle;
  const sent = handle === undefined ? undefined : askCorsMiddleware(handle);
  return sent?.origin === undefined ? undefined : fromSent(sent);
}

const UNKNOWN = Symbol('unknown');

type Options = Readonly<Record<string, unknown>>;

function fromOptions(options: Options, kind: OtherCorsLayer['kind']): CorsPolicyOptions | undefined {
  const {
    origin,
    credentials,
    headers,
    allowedHeaders = headers,
    exposedHeaders,
    maxAge,
    optionsSuccessStatus,
  } = options;
  const { methods = kind === 'plugin' ? PLUGIN_METHODS : USUAL_METHODS } = options;
  const given = {
    origin: origin === undefined || origin === true ? '*' : origin,
    credentials: credentials === true ? true : undefined,
    methods: methods === USUAL_METHODS ? undefined : methods,
    allowedHeaders,
    exposedHeaders,
    maxAge: typeof maxAge === 'string' ? Number(maxAge) : maxAge,
    optionsSuccessStatus: optionsSuccessStatus === 204 ? undefined : optionsSuccessStatus,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
}

function fromSent({ methods, ...fields }: SentFields): CorsPolicyOptions {
  return { ...fields, ...(methods === undefined || methods === USUAL_METHODS ? {} : { methods }) };
}

/**
 * Writes a value as code that a user can paste: strings, numbers, booleans, RegExps, arrays and objects of them.
 *
 * @returns `undefined` if it contains a function
 */
function codeOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  }
  if (typeof value !== 'object' || value === null || value instanceof RegExp) {
    return typeof value === 'function' ? undefined : String(value);
  }
  const parts = Array.isArray(value)
    ? value.map(codeOf)
    : Object.entries(value).map(([name, each]) => {
        const code = codeOf(each);
        return code && `${name}: ${code}`;
      });
  if (parts.includes(undefined)) {
    return undefined;
  }
  return Array.isArray(value) ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
}
