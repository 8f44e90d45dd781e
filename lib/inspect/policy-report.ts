import type { CorsRoute } from '../core/request.js';
import { booleanFields, type PolicyBooleanFields } from '../core/policy/boolean-fields.js';
import type { Enforcement, FieldLayer, OriginTerm, ResourcePolicy } from '../core/policy/options.js';
import type { AuditFinding } from './finding.js';
import { placeOf } from '../config/call-site.js';
import type { EffectivePolicy, DecoratedPlace } from '../config/policy-registry.js';
import type { MergedPolicy } from '../core/policy/merge.js';

/** A route and the policy that reaches it, as data. */
export interface RouteReport {
  /**
   * The kind of route: a `handler` of a controller; a WebSocket `gateway`; an `entry` of the module's `routes`; a route
   * of the `platform` that the app or a library registered without Nest (`app.getHttpAdapter().get(…)`, Swagger UI,
   * static files of Fastify).
   */
  readonly kind: 'handler' | 'gateway' | 'entry' | 'platform';
  /**
   * `OrdersController.update`; `AdminModule/OrdersController.update` where two classes have that name; `routes[0]` for an
   * entry; `a route without a controller` for one of the platform.
   */
  readonly handler: string;
  /** In upper case; `'*'` means every method. */
  readonly methods: readonly string[];
  readonly path: string;
  readonly host?: readonly string[];
  readonly version?: readonly string[];
  /** Of a gateway on a port of its own, that port. */
  readonly port?: number;
  /** Of a gateway of socket.io with a namespace, that namespace. */
  readonly namespace?: string;
  /** Of a gateway, the package that serves its sockets. */
  readonly server?: 'socket.io' | 'ws';
  /** `null`: no policy reaches the route, and the library leaves it alone. */
  readonly policy: PolicyReport | null;
  /** True if an entry of `routes` has `unmanaged: true`. */
  readonly unmanaged?: true;
  /** For each field that was written, where: `defaultPolicy`, `policies.partner`, `OrdersController`, … */
  readonly provenance: Readonly<Record<string, string>>;
  /**
   * Source locations of the decorators among these places (`src/orders.controller.ts:12`), as far as the runtime tells.
   */
  readonly sources: Readonly<Record<string, string>>;
  /** Audit findings about it. */
  readonly findings: readonly AuditFinding[];
}

/** An effective policy, with its defaults filled in. */
export interface PolicyReport extends PolicyBooleanFields {
  /** Its registered name, or the place that gave its origin; `@NoCors()`. */
  readonly name: string;
  /** True if `@NoCors()` closes the route; the other fields are then those of a policy that allows no origin. */
  readonly noCors: boolean;
  /** Origins and patterns as they were written, and providers by name; empty: no origin. */
  readonly origin: readonly string[];
  /** `undefined`: the methods that the route has. */
  readonly methods?: readonly string[];
  readonly allowedHeaders: readonly string[] | '*' | 'any';
  readonly exposedHeaders: readonly string[] | '*';
  /** Seconds; `undefined`: the browser's own default (5). */
  readonly maxAge?: number;
  /** The enforcement, also of `@NoCors()`. */
  readonly enforce: Enforcement;
  /** Value of `Cross-Origin-Resource-Policy`; `undefined`: the value of the app. */
  readonly resourcePolicy?: ResourcePolicy;
  /** The flags of `dangerously` that are on, by name. */
  readonly dangerously: readonly string[];
  /** Name of the `reportOnly` policy, which is evaluated beside this one. */
  readonly reportOnly?: string;
}

const CLOSED: PolicyReport = Object.freeze({
  name: '@NoCors()',
  noCors: true,
  origin: [],
  allowedHeaders: [],
  exposedHeaders: [],
  ...booleanFields(() => false),
  enforce: false,
  dangerously: [],
});

/** Describes a route and the policy that reaches it. */
export function reportRoute(
  kind: RouteReport['kind'],
  info: CorsRoute & Pick<RouteReport, 'server'>,
  effective: EffectivePolicy,
  places: readonly DecoratedPlace[],
  findings: readonly AuditFinding[],
  unmanaged = false,
): RouteReport {
  const merged = effective?.kind === 'merged' ? effective : undefined;
  return Object.freeze({
    kind,
    handler: info.name,
    methods: info.methods,
    path: info.path,
    ...(info.host === undefined ? {} : { host: info.host.map(String) }),
    ...(info.version === undefined ? {} : { version: info.version }),
    ...(info.port === undefined ? {} : { port: info.port }),
    ...(info.namespace === undefined ? {} : { namespace: info.namespace }),
    ...(info.server === undefined ? {} : { server: info.server }),
    ...(unmanaged ? { unmanaged } : {}),
    policy: reportPolicy(effective),
    provenance: merged?.provenance ?? closedProvenance(effective),
    // Rarely read, and formatting a stack costs more than the rest.
    get sources() {
      return sourcesOf(places);
    },
    findings,
  });
}

function closedProvenance(effective: EffectivePolicy): Readonly<Record<string, string>> {
  const place = effective?.kind === 'no-cors' ? effective.enforcedBy : undefined;
  return place === undefined ? {} : { enforce: place };
}

/** Source locations of the decorators of these places, by the places' names. */
export function sourcesOf(places: readonly DecoratedPlace[]): Readonly<Record<string, string>> {
  const found = places.flatMap(({ name, metadata }) => {
    const last = metadata.at(-1);
    const place = last && placeOf(last.at);
    return place === undefined ? [] : [[name, place] as const];
  });
  return Object.fromEntries(found);
}

/** Many routes have one and the same policy. */
const described = new WeakMap<MergedPolicy, PolicyReport>();

/** Describes an effective policy. */
export function reportPolicy(effective: EffectivePolicy): PolicyReport | null {
  if (effective?.kind !== 'merged') {
    return effective === undefined
      ? null
      : effective.enforce === false
        ? CLOSED
        : { ...CLOSED, enforce: effective.enforce };
  }
  const report = described.get(effective) ?? describePolicy(effective);
  described.set(effective, report);
  return report;
}

function describePolicy({ name, fields }: MergedPolicy): PolicyReport {
  return Object.freeze({
    name,
    noCors: false,
    origin: (fields.origin ?? []).map(describeTerm),
    ...(fields.methods === undefined ? {} : { methods: fields.methods }),
    allowedHeaders: fields.allowedHeaders ?? 'any',
    exposedHeaders: fields.exposedHeaders ?? [],
    ...booleanFields((field) => fields[field] ?? false),
    ...(fields.maxAge === undefined ? {} : { maxAge: fields.maxAge }),
    enforce: fields.enforce ?? false,
    ...(fields.resourcePolicy === undefined ? {} : { resourcePolicy: fields.resourcePolicy }),
    dangerously: Object.entries(fields.dangerously ?? {}).flatMap(([flag, on]) => (on === true ? [flag] : [])),
    ...(fields.reportOnly === undefined ? {} : { reportOnly: reportOnlyName(fields.reportOnly) }),
  });
}

function reportOnlyName(reportOnly: string | FieldLayer): string {
  return typeof reportOnly === 'string' ? reportOnly : reportOnly.place;
}

/** The text that shows one element of a policy's `origin`. */
export function describeTerm(term: OriginTerm): string {
  switch (term.kind) {
    case 'any':
      return '*';
    case 'shared':
      return term.value;
    case 'pattern':
      return term.pattern.text;
    case 'expression':
      return String(term.expression);
    case 'provider':
      return term.provider.label;
  }
}
