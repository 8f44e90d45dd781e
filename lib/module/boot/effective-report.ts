import type { CorsRoute } from '../../core/requests/request.js';
import type { FieldLayer, OriginTerm } from '../../core/policies/policy-fields.js';
import type { AuditFinding } from './audit-finding.js';
import { placeOf } from '../configuration/call-site.js';
import type { EffectivePolicy, MarkedPlace } from '../configuration/policy-book.js';
import type { MergedPolicy } from '../../core/policies/merge-policy.js';

/** A route and the policy that reaches it, as data. */
export interface RouteReport {
  /** `OrdersController.update`, or `routes[0]` for an entry of the module's `routes`. */
  readonly handler: string;
  /** In upper case; `'*'` stands for every method. */
  readonly methods: readonly string[];
  readonly path: string;
  readonly host?: readonly string[];
  readonly version?: readonly string[];
  /** `null`: no policy reaches the route, and the library leaves it alone. */
  readonly policy: PolicyReport | null;
  /** For each field that was written, where: `defaultPolicy`, `policies.partner`, `OrdersController`, … */
  readonly provenance: Readonly<Record<string, string>>;
  /** Where the decorators among these places are written (`src/orders.controller.ts:12`), as far as the runtime tells. */
  readonly sources: Readonly<Record<string, string>>;
  /** What the boot audit has to say about it. */
  readonly findings: readonly AuditFinding[];
}

/** An effective policy, with its defaults filled in. */
export interface PolicyReport {
  /** The name it was registered under, or the place that brought its origin; `@NoCors()`. */
  readonly name: string;
  /** Whether `@NoCors()` closes the route; the other fields are then those of a policy that admits nobody. */
  readonly noCors: boolean;
  /** Origins and patterns as they were written, and providers by name; empty: nobody. */
  readonly origin: readonly string[];
  /** `undefined`: whatever methods the route has. */
  readonly methods?: readonly string[];
  readonly allowedHeaders: readonly string[] | '*' | 'any';
  readonly exposedHeaders: readonly string[] | '*';
  readonly credentials: boolean;
  /** Seconds; `undefined`: the browser's own default (5). */
  readonly maxAge?: number;
  readonly enforce: boolean;
  readonly privateNetwork: boolean;
  /** The flags of `dangerously` that are on, by name. */
  readonly dangerously: readonly string[];
  /** Name of the policy that is evaluated beside this one and only reported. */
  readonly reportOnly?: string;
}

const CLOSED: PolicyReport = Object.freeze({
  name: '@NoCors()',
  noCors: true,
  origin: [],
  allowedHeaders: [],
  exposedHeaders: [],
  credentials: false,
  enforce: false,
  privateNetwork: false,
  dangerously: [],
});

/** Describes a route and the policy that reaches it. */
export function reportRoute(
  info: CorsRoute,
  effective: EffectivePolicy,
  places: readonly MarkedPlace[],
  findings: readonly AuditFinding[],
): RouteReport {
  const merged = effective?.kind === 'merged' ? effective : undefined;
  return Object.freeze({
    handler: info.name,
    methods: info.methods,
    path: info.path,
    ...(info.host === undefined ? {} : { host: info.host.map(String) }),
    ...(info.version === undefined ? {} : { version: info.version }),
    policy: reportPolicy(effective),
    provenance: merged?.provenance ?? {},
    // Read by few, and to write a stack out costs more than all the rest.
    get sources() {
      return sourcesOf(places);
    },
    findings,
  });
}

/** Where the decorators of these places are written, by the places' names. */
export function sourcesOf(places: readonly MarkedPlace[]): Readonly<Record<string, string>> {
  const found = places.flatMap(({ name, marks }) => {
    const last = marks.at(-1);
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
    return effective === undefined ? null : CLOSED;
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
    credentials: fields.credentials ?? false,
    ...(fields.maxAge === undefined ? {} : { maxAge: fields.maxAge }),
    enforce: fields.enforce ?? false,
    privateNetwork: fields.privateNetwork ?? false,
    dangerously: Object.entries(fields.dangerously ?? {}).flatMap(([flag, on]) => (on === true ? [flag] : [])),
    ...(fields.reportOnly === undefined ? {} : { reportOnly: secondName(fields.reportOnly) }),
  });
}

function secondName(reportOnly: string | FieldLayer): string {
  return typeof reportOnly === 'string' ? reportOnly : reportOnly.place;
}

function describeTerm(term: OriginTerm): string {
  switch (term.kind) {
    case 'any':
      return '*';
    case 'null':
      return 'null';
    case 'pattern':
      return term.pattern.text;
    case 'expression':
      return String(term.expression);
    case 'provider':
      return term.provider.label;
  }
}
