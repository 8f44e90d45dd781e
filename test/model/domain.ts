import type { BrowserRequest } from '../../lib/core/browser/request.js';
import type { CorsPolicyOptions } from '../../lib/index.js';

/* The small domain of the model check as plain data: a few values of each dimension, and all their combinations. */

/** The addresses of the API and of the pages that send requests. */
export const API = 'https://api.a.test';
export const PAGE_ORIGINS = ['https://a.test', 'https://shop.a.test', 'https://b.test', 'null', API] as const;
const [A, , B] = PAGE_ORIGINS;

/** The options that decide about grants and enforcement. */
export type Options = Pick<
  CorsPolicyOptions,
  'origin' | 'credentials' | 'methods' | 'allowedHeaders' | 'enforce' | 'dangerously'
>;

/** Decoration of a class, a method or a path: `@CorsPolicy(name?, options?)` or `@NoCors({ enforce })`. */
export interface Decoration {
  readonly noCors?: true;
  readonly name?: string;
  readonly options?: Options;
}

/** Handlers of one class that differ only in their method. */
export interface Handlers {
  readonly methods: readonly string[];
  readonly version?: string;
  readonly onClass?: Decoration | undefined;
  readonly onMethod?: Decoration | undefined;
}

/** The handlers and the entry of an app on the one requested path. */
export interface Site {
  readonly defaultPolicy?: Decoration | undefined;
  /** An entry of the module's `routes`. */
  readonly entry?: { readonly policy: Decoration; readonly methods?: readonly string[] } | undefined;
  readonly handlers: readonly Handlers[];
}

/** A request of a page. `fetchMetadata` tells if the browser adds `Sec-Fetch-*`. */
export interface Asked extends Omit<BrowserRequest, 'mode'> {
  /** The mode of the request; `navigate`: a link or a form in the whole window. */
  readonly mode: 'cors' | 'no-cors' | 'navigate';
  /** The version of the request; `undefined`: no version. */
  readonly version: string | undefined;
  /** `true`: the browser sends `Sec-Fetch-*`. */
  readonly fetchMetadata: boolean;
}

/** A handshake as a client sends it. */
export interface AskedSocket {
  /** The origin of the page; `undefined`: the client is not a page. */
  readonly origin: string | undefined;
  /** The origin of the server. */
  readonly server: string;
  /** `true`: the browser says that the page is from another site. */
  readonly isCrossSite: boolean;
}

export const NAMED: Readonly<Record<string, Options>> = {
  open: { origin: '*' },
  partner: { origin: [A, 'https://*.a.test'], credentials: true },
  strict: {
    origin: A,
    credentials: true,
    allowedHeaders: ['X-A', 'X-Version', 'Content-Type'],
    methods: ['GET', 'PUT'],
    enforce: true,
  },
  lax: { origin: A, enforce: false },
  any: { origin: '*', credentials: true, dangerously: { reflectAnyOriginWithCredentials: true } },
  closed: { origin: false },
  sealed: { origin: [A, B], enforce: 'fetch-metadata' },
};

export const DEFAULTS: readonly (Decoration | undefined)[] = [
  undefined,
  { name: 'open' },
  { name: 'partner' },
  { name: 'strict' },
  { name: 'closed' },
  { options: { origin: B, enforce: true } },
  { name: 'sealed' },
];

export const DECORATIONS: readonly (Decoration | undefined)[] = [
  undefined,
  { noCors: true },
  { noCors: true, options: { enforce: true } },
  { noCors: true, options: { enforce: false } },
  { name: 'open' },
  { name: 'strict' },
  { name: 'lax' },
  { name: 'any' },
  { options: { methods: ['GET', 'POST'] } },
  { options: { allowedHeaders: ['X-A'] } },
  { options: { credentials: true } },
  { options: { origin: B } },
  { options: { origin: false } },
  { options: { enforce: true } },
  { options: { enforce: false } },
  { options: { enforce: 'fetch-metadata' } },
  { name: 'partner', options: { credentials: false, allowedHeaders: '*' } },
];

export const ENTRIES: readonly Decoration[] = [
  ...Object.keys(NAMED).map((name): Decoration => ({ name })),
  { options: { origin: B, enforce: true, allowedHeaders: ['X-A'] } },
  { options: { origin: '*', methods: ['GET'] } },
];

const SERVED = ['GET', 'POST', 'PUT'];

/** One class with each pair of decorations. */
export function mergedSites(): Site[] {
  return DEFAULTS.flatMap((defaultPolicy) =>
    DECORATIONS.flatMap((onClass) =>
      DECORATIONS.map((onMethod) => ({ defaultPolicy, handlers: [{ methods: SERVED, onClass, onMethod }] })),
    ),
  );
}

/** Two classes that differ by their version. */
export function versionedSites(): Site[] {
  return [undefined, { name: 'partner' }, { options: { origin: B, enforce: true } }].flatMap((defaultPolicy) =>
    DECORATIONS.flatMap((first) =>
      DECORATIONS.map((second) => ({
        defaultPolicy,
        handlers: [
          { methods: SERVED, version: '1', onClass: first },
          { methods: SERVED, version: '2', onClass: second },
        ],
      })),
    ),
  );
}

/** Methods of one path with different policies. */
export function mixedSites(): Site[] {
  return DECORATIONS.flatMap((first) =>
    DECORATIONS.flatMap((second) =>
      [undefined, { name: 'partner' }].map((defaultPolicy) => ({
        defaultPolicy,
        handlers: [
          { methods: ['GET'], onMethod: first },
          { methods: ['PUT', 'DELETE', 'OPTIONS'], onMethod: second },
        ],
      })),
    ),
  );
}

/** An entry of `routes` without a handler, with a handler without a decorator, and with a decorated handler. */
export function entrySites(): Site[] {
  const behind: Handlers[][] = [[], [{ methods: SERVED }], [{ methods: SERVED, onMethod: { name: 'lax' } }]];
  return DEFAULTS.flatMap((defaultPolicy) =>
    ENTRIES.flatMap((policy) =>
      [undefined, ['GET', 'PUT']].flatMap((methods) =>
        behind.map((handlers) => ({ defaultPolicy, entry: { policy, ...(methods && { methods }) }, handlers })),
      ),
    ),
  );
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'];
const HEADER_SETS: readonly (readonly (readonly [string, string])[])[] = [
  [],
  [['x-a', '1']],
  [
    ['x-a', '1'],
    ['x-b', '1'],
  ],
  [['authorization', 'Bearer t']],
  [['content-type', 'application/json']],
];

/** All requests of pages: by `fetch()`, by images (`no-cors`), and by links and forms. */
export function askedOfAll(): Asked[] {
  const scripted = combine(METHODS, HEADER_SETS, [true, false]).map((each) => ({ ...each, mode: 'cors' as const }));
  const unscripted = combine(['GET', 'HEAD', 'POST'], [[]], [true, false]).flatMap((each) => [
    { ...each, mode: 'no-cors' as const },
    { ...each, mode: 'navigate' as const },
  ]);
  return [...scripted, ...unscripted].map((each) => ({ ...each, version: undefined }));
}

/** All requests to an app with versions. A version in the media type needs no preflight; one in a header needs it. */
export function askedOfVersions(): Asked[] {
  const carriers = ['1', '2', '3'].flatMap((version) => [
    { version, field: ['accept', `application/json;v=${version}`] as const },
    { version, field: ['x-version', version] as const },
  ]);
  return combine(SERVED, HEADER_SETS, [true]).flatMap((each) =>
    carriers.map(({ version, field }) => ({
      ...each,
      version,
      headers: [...each.headers, field],
      mode: 'cors' as const,
    })),
  );
}

type Combined = Omit<Asked, 'version' | 'mode'>;

function combine(methods: readonly string[], headerSets: typeof HEADER_SETS, metadata: readonly boolean[]): Combined[] {
  return PAGE_ORIGINS.flatMap((origin) =>
    (['omit', 'include'] as const).flatMap((credentials) =>
      methods.flatMap((method) =>
        headerSets.flatMap((headers) =>
          metadata.map((fetchMetadata) => ({ origin, url: `${API}/r`, method, headers, credentials, fetchMetadata })),
        ),
      ),
    ),
  );
}
