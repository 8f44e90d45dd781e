import type { ServerAnswer } from '../../lib/core/browser/request.js';
import type { HeaderField } from '../../lib/core/http/headers.js';
import { readOriginFlag, readOriginText } from '../../lib/core/policy/read-origin.js';
import type { OriginReader } from '../../lib/core/policy/read.js';
import { IssueCollector } from '../../lib/core/issues/issues.js';
import type { CorsRequest } from '../../lib/core/request.js';
import { CorsPolicy, type CorsPolicyOptions, NoCors } from '../../lib/index.js';
import { type CorsMetadata, metadataOf } from '../../lib/config/metadata.js';
import { PolicyRegistry } from '../../lib/config/policy-registry.js';
import { isPublicSuffix } from '../../lib/config/public-suffix.js';
import { CorsEngine } from '../../lib/engine/engine.js';
import type { RouteTarget } from '../../lib/engine/request-decision.js';
import { RouteRulesIndex } from '../../lib/engine/route-rules.js';
import { RoutePolicies } from '../../lib/engine/route-policies.js';
import { OrderedRoutes } from '../../lib/routing/ordered-routes.js';
import type { Route } from '../../lib/routing/route.js';
import { API, type Asked, type Decoration, type Handlers, NAMED, type Site } from './domain.js';

type TargetRoute = Route<RouteTarget>;

/** The answer of an app, and a flag that a handler has run. */
export interface PureAnswer extends ServerAnswer {
  readonly runs: boolean;
}

/** An app without a platform. It has only the library's pure layers, from options and decorators to decisions. */
export class PureApp {
  private constructor(
    private readonly engine: CorsEngine,
    private readonly handlers: OrderedRoutes<RouteTarget>,
  ) {}

  /** @returns `undefined` if the app does not start with the configuration */
  static of(site: Site): PureApp | undefined {
    const issues = new IssueCollector();
    const book = new PolicyRegistry(readOrigin, isPublicSuffix, issues);
    book.register(NAMED);
    const defaultPolicy = site.defaultPolicy && book.policyAt('defaultPolicy', asOption(site.defaultPolicy));
    const entry = site.entry && book.policyAt('routes[0]', asOption(site.entry.policy), defaultPolicy);
    const served = site.handlers.map((each, at) => {
      const metadata = [metadataFor(each.onClass), metadataFor(each.onMethod)];
      const [onClass, onMethod] = metadata.map((list, place) => ({ name: `C${at}.${place}`, metadata: list }));
      return {
        each,
        explicit: metadata.flat().length > 0,
        effective: book.effective(defaultPolicy, [onClass!, onMethod!]),
      };
    });
    try {
      issues.throwIfAny();
    } catch {
      return undefined;
    }
    const routes = served.flatMap(({ each, explicit, effective }, at) => {
      const policy = book.compile(effective);
      return each.methods.map((method) =>
        routeOf({ kind: 'handler', name: `C${at}.${method}`, policy, explicit }, [method], each),
      );
    });
    const handlers = new OrderedRoutes(routes);
    const entries = site.entry && [
      routeOf(
        { kind: 'entry', name: 'routes[0]', policy: book.compile(entry), explicit: true },
        site.entry.methods ?? ['*'],
      ),
    ];
    const policies = new RoutePolicies({
      handlers,
      rules: entries && new RouteRulesIndex(entries),
      defaultPolicy: book.compile(defaultPolicy),
      replacing: (policy, replaced) => book.replacing(policy, replaced),
    });
    return new PureApp(new CorsEngine(policies, false), handlers);
  }

  answer(request: CorsRequest): PureAnswer {
    const outcome = this.engine.decide(request);
    if (outcome instanceof Promise) {
      throw new Error('Nothing in the model has to wait.');
    }
    const { kind, decision } = outcome;
    if (kind === 'preflight' || decision.status !== undefined) {
      return { status: decision.status ?? 204, headers: decision.headers, runs: false };
    }
    const runs = this.handlers.serving(request).route !== undefined;
    return { status: runs ? 200 : 404, headers: decision.headers, runs };
  }
}

/** The request of a browser as the server sees it. */
export function received(method: string, fields: readonly HeaderField[]): CorsRequest {
  const headers = new Map(fields.map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method,
    url: '/r',
    target: '/r',
    path: '/r',
    hostname: new URL(API).hostname,
    origin: headers.get('origin'),
    header: (name) => headers.get(name),
    headerNames: () => [...headers.keys()],
    ownOrigin: () => API,
    native: undefined,
  };
}

const readOrigin: OriginReader<CorsPolicyOptions['origin']> = (origin, place, report) =>
  [origin as string | boolean | readonly string[]]
    .flat()
    .flatMap((each) => (typeof each === 'boolean' ? readOriginFlag(each, place) : readOriginText(each, place, report)));

function asOption({ name, options }: Decoration): string | CorsPolicyOptions {
  return name ?? options!;
}

/** The metadata that the real decorator writes on a class, by decoration. */
const metadata = new Map<Decoration, readonly CorsMetadata[]>();

function metadataFor(decoration: Decoration | undefined): readonly CorsMetadata[] {
  if (decoration === undefined) {
    return [];
  }
  let known = metadata.get(decoration);
  if (known === undefined) {
    class Decorated {}
    decoratorOf(decoration)(Decorated);
    known = metadataOf(Decorated);
    metadata.set(decoration, known);
  }
  return known;
}

/** The decorator that a developer would write. */
export function decoratorOf({ noCors, name, options }: Decoration): ClassDecorator & MethodDecorator {
  if (noCors) {
    return NoCors(options?.enforce === undefined ? undefined : { enforce: options.enforce });
  }
  return name === undefined ? CorsPolicy(options!) : CorsPolicy(name, options);
}

function routeOf(
  target: RouteTarget,
  methods: readonly string[],
  { version }: Pick<Handlers, 'version'> = {},
): TargetRoute {
  const answered = new Set(methods);
  const named = version === undefined ? {} : { version: [version] };
  return {
    info: { name: target.name, methods, path: '/r', ...named },
    pattern: '/r',
    answers: (method) => answered.has('*') || answered.has(method) || (method === 'HEAD' && answered.has('GET')),
    match: (path) => (path === '/r' ? {} : undefined),
    matchesHost: undefined,
    matchesVersion: version === undefined ? undefined : (request) => versionIn(request) === version,
    target: Object.freeze(target),
  };
}

function versionIn(request: CorsRequest): string | undefined {
  return request.header('x-version') ?? /;v=(\w+)/.exec(request.header('accept') ?? '')?.[1];
}

/** The fields of the request itself, as a browser sends it. */
export function fieldsOf({ origin, method, mode, credentials, headers, fetchMetadata }: Asked): readonly HeaderField[] {
  const isOwn = origin === API;
  const showsOrigin = (!isOwn && mode === 'cors') || (method !== 'GET' && method !== 'HEAD');
  const site = isOwn ? 'same-origin' : origin.endsWith('a.test') ? 'same-site' : 'cross-site';
  return [
    ...headers,
    ...(showsOrigin ? [['origin', origin] as const] : []),
    ...(credentials === 'include' ? [['cookie', 'sid=1'] as const] : []),
    ...(fetchMetadata
      ? ([
          ['sec-fetch-site', site],
          ['sec-fetch-mode', mode],
          ['sec-fetch-dest', mode === 'navigate' ? 'document' : 'empty'],
        ] as const)
      : []),
  ];
}
