import { compareMethods } from '../protocol/methods.js';
import {
  ALLOW_HEADERS,
  ALLOW_METHODS,
  type HeaderField,
  ORIGIN,
  REQUEST_HEADERS,
  REQUEST_METHOD,
  REQUEST_PRIVATE_NETWORK,
} from '../protocol/fields.js';
import type { Policy, RoutePolicy } from '../policies/policy.js';
import type { RouteAsked } from './admits.js';
import { admitsMethod } from './decide-actual.js';

/** A method that a path has, and a policy that it could be served under: several where versions tell routes apart. */
export interface PolicyReached {
  readonly policy: RoutePolicy;
  /** The handler, or else the entry of `routes`, that the policy reached; `undefined`: no route. */
  readonly route: string | undefined;
  readonly method: string;
  readonly asked: RouteAsked;
}

/** A policy that must be asked about the origin before a preflight is decided. */
export interface Subject {
  readonly policy: Policy;
  readonly method: string;
  readonly asked: RouteAsked;
}

/** A policy that could answer, and which of the subjects knows whether it admits the origin. */
export interface PlannedCandidate {
  /** `undefined`: `@NoCors()`. */
  readonly policy: Policy | undefined;
  readonly reached: PolicyReached;
  readonly subject: number;
  /**
   * What a grant carries besides `Access-Control-Allow-Origin` where every subject admits the origin; `undefined`: it
   * follows from what is asked for.
   */
  readonly granted: readonly HeaderField[] | undefined;
}

/** A method that `Access-Control-Allow-Methods` names if its subject admits the origin. */
export interface PlannedMethod {
  readonly name: string;
  readonly credentials: boolean;
  readonly subject: number;
}

/** What the answers to all preflights for one method at one place have in common: all that no request changes. */
export interface PreflightPlan {
  /** `Access-Control-Request-Method`. */
  readonly method: string;
  readonly subjects: readonly Subject[];
  /** In the platform's order, those without a policy left out; at least one. */
  readonly candidates: readonly PlannedCandidate[];
  /** In the order in which they are named. */
  readonly methods: readonly PlannedMethod[];
  /** The request fields that another value of could have changed the answer. */
  readonly vary: readonly string[];
}

const CLOSED_VARY: readonly string[] = Object.freeze([REQUEST_METHOD]);

/**
 * Prepares the answers to preflights (DESIGN 3.3 and 3.4).
 *
 * @param candidates what the actual request could reach, in the platform's order
 * @param others every method of the path, once for each policy that it could be served under
 * @returns `undefined` where no policy reaches any of the candidates: such preflights pass on to the app
 */
export function planPreflight(
  method: string,
  candidates: readonly PolicyReached[],
  others: readonly PolicyReached[],
): PreflightPlan | undefined {
  if (candidates.every(({ policy }) => policy === undefined)) {
    return undefined;
  }
  const subjects = new Subjects();
  const methods = others
    .flatMap((reached): PlannedMethod[] => {
      const { policy, method: name } = reached;
      return policy?.kind === 'policy' && admitsMethod(policy, name)
        ? [{ name, credentials: policy.credentials, subject: subjects.of(policy, reached) }]
        : [];
    })
    .sort((a, b) => compareMethods(a.name, b.name));
  return Object.freeze({
    method,
    methods,
    candidates: candidates.flatMap((reached): PlannedCandidate[] => {
      const { policy } = reached;
      if (policy?.kind === 'policy') {
        return [{ policy, reached, subject: subjects.of(policy, reached), granted: grantedBy(policy, methods) }];
      }
      return policy === undefined ? [] : [{ policy: undefined, reached, subject: -1, granted: undefined }];
    }),
    subjects: subjects.all,
    vary: varyOf(candidates, others),
  });
}

function grantedBy(policy: Policy, methods: readonly PlannedMethod[]): readonly HeaderField[] | undefined {
  const { allowedHeaders, preflightHeaders } = policy;
  return allowedHeaders.kind === 'names'
    ? Object.freeze([
        ...preflightHeaders,
        ...field(ALLOW_METHODS, methodsUnder(policy, methods)),
        ...field(ALLOW_HEADERS, allowedHeaders.value),
      ])
    : undefined;
}

/** A field, or none where it would be empty. */
export function field(name: string, value: string): readonly HeaderField[] {
  return value === '' ? [] : [[name, value]];
}

/** Every method of the path whose own policy admits this origin under the same credentials mode. */
export function methodsUnder(
  { credentials }: Policy,
  methods: readonly PlannedMethod[],
  admitted?: readonly boolean[],
): string {
  const names = methods.flatMap((each) =>
    each.credentials === credentials && (admitted?.[each.subject] ?? true) ? [each.name] : [],
  );
  return [...new Set(names)].join(', ');
}

/** Each policy is asked once, unless its answer may depend on the route. */
class Subjects {
  readonly all: Subject[] = [];
  private readonly known = new Map<Policy, number>();

  of(policy: Policy, { method, asked }: PolicyReached): number {
    const known = policy.origin.usesContext ? undefined : this.known.get(policy);
    const subject = known ?? this.all.push({ policy, method, asked }) - 1;
    this.known.set(policy, subject);
    return subject;
  }
}

function varyOf(candidates: readonly PolicyReached[], others: readonly PolicyReached[]): readonly string[] {
  if (!candidates.some(({ policy }) => policy?.kind === 'policy')) {
    // `@NoCors()`: nothing is granted, whoever asks for whatever.
    return CLOSED_VARY;
  }
  const policies = [...candidates, ...others].flatMap(({ policy }) => (policy?.kind === 'policy' ? [policy] : []));
  return Object.freeze([
    ...(policies.every(({ plain }) => plain) ? [] : [ORIGIN]),
    // A list answers the same names to all, yet it refuses what it lacks, and every policy refuses what cannot be read.
    ...[REQUEST_METHOD, REQUEST_HEADERS],
    ...(policies.some(({ privateNetwork }) => privateNetwork) ? [REQUEST_PRIVATE_NETWORK] : []),
  ]);
}
