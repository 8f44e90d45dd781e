import { compareMethods } from '../http/methods.js';
import {
  ALLOW_HEADERS,
  ALLOW_METHODS,
  type HeaderField,
  ORIGIN,
  REQUEST_HEADERS,
  REQUEST_METHOD,
  REQUEST_PRIVATE_NETWORK,
} from '../http/headers.js';
import { allowsMethod, type Policy, type RoutePolicy } from '../policy/policy.js';
import type { RouteAsked } from './allow-origin.js';

/** A method of a path, and a policy that may apply to it: several if routes differ in their version. */
export interface MethodPolicy {
  readonly policy: RoutePolicy;
  /** The handler, or else the entry of `routes`, that the policy was found for; `undefined`: no route. */
  readonly route: string | undefined;
  readonly method: string;
  readonly asked: RouteAsked;
}

/** A policy whose `origin` must be checked before a preflight is decided. */
export interface Subject {
  readonly policy: Policy;
  readonly method: string;
  readonly asked: RouteAsked;
}

/** A policy that could answer, and the subject that checks its origin. */
export interface PlannedCandidate {
  /** `undefined`: `@NoCors()`. */
  readonly policy: Policy | undefined;
  readonly from: MethodPolicy;
  readonly subject: number;
  /**
   * The fields of a grant besides `Access-Control-Allow-Origin`, if every subject allows the origin; `undefined`: they
   * depend on the preflight.
   */
  readonly granted: readonly HeaderField[] | undefined;
}

/** A method that `Access-Control-Allow-Methods` lists if its subject allows the origin. */
export interface PlannedMethod {
  readonly name: string;
  readonly credentials: boolean;
  readonly subject: number;
}

/** The part that the answers to all preflights for one method of a path share. No request changes it. */
export interface PreflightPlan {
  /** `Access-Control-Request-Method`. */
  readonly method: string;
  readonly subjects: readonly Subject[];
  /** In the platform's order, those without a policy left out; at least one. */
  readonly candidates: readonly PlannedCandidate[];
  /** In the order in which they are listed. */
  readonly methods: readonly PlannedMethod[];
  /** True if a candidate may grant access to a private network. */
  readonly privateNetwork: boolean;
  /** The request fields whose other values could have changed the answer. */
  readonly vary: readonly string[];
}

const CLOSED_VARY: readonly string[] = Object.freeze([REQUEST_METHOD]);

/**
 * Prepares the answers to preflights (rules 3.3 and 3.4).
 *
 * @param candidates what the actual request could reach, in the platform's order
 * @param others every method of the path, once for each policy that it could be served under
 * @returns `undefined` where no policy reaches any of the candidates: such preflights pass on to the app
 */
export function planPreflight(
  method: string,
  candidates: readonly MethodPolicy[],
  others: readonly MethodPolicy[],
): PreflightPlan | undefined {
  if (candidates.every(({ policy }) => policy === undefined)) {
    return undefined;
  }
  const subjects = new Subjects();
  const methods = others
    .flatMap((from): PlannedMethod[] => {
      const { policy, method: name } = from;
      return policy?.kind === 'policy' && allowsMethod(policy, name)
        ? [{ name, credentials: policy.credentials, subject: subjects.of(policy, from) }]
        : [];
    })
    .sort((a, b) => compareMethods(a.name, b.name));
  return Object.freeze({
    method,
    methods,
    candidates: candidates.flatMap((from): PlannedCandidate[] => {
      const { policy } = from;
      if (policy?.kind === 'policy') {
        return [{ policy, from, subject: subjects.of(policy, from), granted: grantedBy(policy, methods) }];
      }
      return policy === undefined ? [] : [{ policy: undefined, from, subject: -1, granted: undefined }];
    }),
    subjects: subjects.all,
    privateNetwork: candidates.some(({ policy }) => policy?.kind === 'policy' && policy.privateNetwork),
    vary: varyOf(candidates, others),
  });
}

function grantedBy(policy: Policy, methods: readonly PlannedMethod[]): readonly HeaderField[] | undefined {
  const { allowedHeaders, preflightHeaders } = policy;
  // Each answer copies these fields, and to copy a frozen array takes twice as long.
  return allowedHeaders.kind === 'names'
    ? [
        ...preflightHeaders,
        ...field(ALLOW_METHODS, methodsUnder(policy, methods)),
        ...field(ALLOW_HEADERS, allowedHeaders.value),
      ]
    : undefined;
}

/** A field, or none where it would be empty. */
export function field(name: string, value: string): readonly HeaderField[] {
  return value === '' ? [] : [[name, value]];
}

/** Every method of the path whose own policy allows this origin with the same credentials mode. */
export function methodsUnder(
  { credentials }: Policy,
  methods: readonly PlannedMethod[],
  originAllowed?: readonly boolean[],
): string {
  const names = methods.flatMap((each) =>
    each.credentials === credentials && (originAllowed?.[each.subject] ?? true) ? [each.name] : [],
  );
  return [...new Set(names)].join(', ');
}

/**
 * Each policy is checked once, and one whose answer may depend on the context once for each route and method. `HEAD` on
 * a route is the same question as `GET`.
 */
class Subjects {
  readonly all: Subject[] = [];
  private readonly known = new Map<Policy, Map<string, number>>();

  of(policy: Policy, { method, asked }: MethodPolicy): number {
    const known = this.known.get(policy) ?? new Map<string, number>();
    this.known.set(policy, known);
    const key = policy.origin.usesContext ? questionKey(method, asked) : '';
    const subject = known.get(key) ?? this.all.push({ policy, method, asked }) - 1;
    known.set(key, subject);
    return subject;
  }
}

/** Fastify has the `HEAD` of a `GET` as a separate route, which is otherwise equal. */
function questionKey(method: string, { route }: RouteAsked): string {
  const { name, path, host, version } = route ?? {};
  return JSON.stringify([method === 'HEAD' ? 'GET' : method, name, path, host?.map(String), version]);
}

function varyOf(candidates: readonly MethodPolicy[], others: readonly MethodPolicy[]): readonly string[] {
  if (!candidates.some(({ policy }) => policy?.kind === 'policy')) {
    // `@NoCors()`: nothing is granted to any origin.
    return CLOSED_VARY;
  }
  const policies = [...candidates, ...others].flatMap(({ policy }) => (policy?.kind === 'policy' ? [policy] : []));
  return Object.freeze([
    ...(policies.every(({ plain }) => plain) ? [] : [ORIGIN]),
    // A fixed list gives the same answer to all, but it refuses other names, and every policy refuses unreadable names.
    ...[REQUEST_METHOD, REQUEST_HEADERS],
    ...(policies.some(({ privateNetwork }) => privateNetwork) ? [REQUEST_PRIVATE_NETWORK] : []),
  ]);
}
