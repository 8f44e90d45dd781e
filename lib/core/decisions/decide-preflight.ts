import { admitsMethod, refusalOf } from './decide-actual.js';
import { bareDecision, type CorsReason, type Decision } from './decision.js';
import {
  ALLOW_CREDENTIALS,
  ALLOW_HEADERS,
  ALLOW_METHODS,
  ALLOW_ORIGIN,
  ALLOW_PRIVATE_NETWORK,
  type HeaderField,
  ORIGIN,
  REQUEST_HEADERS,
  REQUEST_METHOD,
  REQUEST_PRIVATE_NETWORK,
} from '../protocol/fields.js';
import { compareMethods, isSafelistedMethod } from '../protocol/methods.js';
import type { Policy, RoutePolicy } from '../policies/policy.js';

const DEFAULT_STATUS = 204;
const CLOSED_VARY: readonly string[] = Object.freeze([REQUEST_METHOD]);

/** A policy that could answer, and whether its origin rule admits the origin at hand. */
export interface Candidate {
  readonly policy: RoutePolicy;
  readonly admitted: boolean;
}

/** A method that the path has, beside a policy that it could be served under. */
export interface MethodCandidate extends Candidate {
  readonly method: string;
}

/** A decision about a preflight, and whose policy it is. */
export interface PreflightRuling<Whose extends Candidate> {
  readonly decision: Decision;
  /** The candidate that granted it, or whose refusal is told. */
  readonly candidate: Whose;
}

/** Everything that the answer to a preflight follows from. */
export interface Preflight<Whose extends Candidate = Candidate> {
  readonly origin: string;
  /** `Access-Control-Request-Method`, as it was sent. */
  readonly method: string;
  /** Lower-case names of `Access-Control-Request-Headers`; `undefined` where they could not be read. */
  readonly headers: readonly string[] | undefined;
  /** Whether the browser asks to reach into a private network. */
  readonly privateNetwork: boolean;
  /** The routes that the actual request could reach, in the platform's order: several where versions tell them apart. */
  readonly candidates: readonly Whose[];
  /** Every method of the path, once for each policy that it could be served under. */
  readonly methods: readonly MethodCandidate[];
}

/**
 * Decides a preflight (Fetch, 3.3.2 and 4.8; DESIGN 3.3 and 3.4).
 *
 * @returns `undefined` where no policy reaches any of the candidates: the request passes on to the app
 */
export function decidePreflight<Whose extends Candidate>(
  preflight: Preflight<Whose>,
): PreflightRuling<Whose> | undefined {
  const governed = preflight.candidates.filter((candidate) => candidate.policy !== undefined);
  if (governed.length === 0) {
    return undefined;
  }
  const verdicts = governed.map((candidate) => judge(candidate, preflight));
  const granted = verdicts.filter((verdict) => verdict.reason === 'allowed');
  // A grant with credentials also serves a page that sends none; the other way round it does not.
  const best = granted.find((verdict) => verdict.policy?.credentials) ?? granted[0] ?? firstRefusal(verdicts);
  const vary = varyOf(preflight);
  const { candidate, policy, reason } = best;
  if (policy === undefined) {
    return { candidate, decision: Object.freeze({ ...bareDecision(reason, false, vary), status: DEFAULT_STATUS }) };
  }
  const decision = Object.freeze({
    allowed: reason === 'allowed',
    reason,
    status: policy.status,
    headers: Object.freeze(headersOf(policy, reason, preflight)),
    vary,
  });
  return { candidate, decision };
}

interface Verdict<Whose extends Candidate> {
  readonly candidate: Whose;
  readonly policy: Policy | undefined;
  readonly reason: CorsReason;
}

function judge<Whose extends Candidate>(candidate: Whose, preflight: Preflight): Verdict<Whose> {
  const { policy, admitted } = candidate;
  if (policy?.kind !== 'policy') {
    return { candidate, policy: undefined, reason: 'no-cors' };
  }
  return { candidate, policy, reason: reasonFor(policy, admitted, preflight) };
}

function reasonFor(policy: Policy, admitted: boolean, { origin, method, headers }: Preflight): CorsReason {
  if (headers === undefined) {
    return 'headers-unreadable';
  }
  if (!admitted) {
    return refusalOf(origin);
  }
  if (!admitsMethod(policy, method)) {
    return 'method-not-allowed';
  }
  const { allowedHeaders } = policy;
  const covered = allowedHeaders.kind !== 'names' || headers.every((name) => allowedHeaders.names.has(name));
  return covered ? 'allowed' : 'header-not-allowed';
}

/** The refusal that tells a developer most: what failed last failed for the smallest thing. */
function firstRefusal<Whose extends Candidate>(verdicts: readonly Verdict<Whose>[]): Verdict<Whose> {
  const order: readonly CorsReason[] = ['header-not-allowed', 'method-not-allowed'];
  return (
    order.map((reason) => verdicts.find((verdict) => verdict.reason === reason)).find((verdict) => verdict) ??
    verdicts.find((verdict) => verdict.policy !== undefined) ??
    verdicts[0]!
  );
}

function headersOf(policy: Policy, reason: CorsReason, preflight: Preflight): HeaderField[] {
  const refusedOrigin = reason !== 'allowed' && reason !== 'method-not-allowed' && reason !== 'header-not-allowed';
  // Browsers do not hold ACAM against a safelisted method: only a missing ACAO can refuse it.
  if (refusedOrigin || (reason === 'method-not-allowed' && isSafelistedMethod(preflight.method))) {
    return [];
  }
  const headers: HeaderField[] = [[ALLOW_ORIGIN, policy.plain ? '*' : preflight.origin]];
  if (reason === 'allowed') {
    headers.push(...policy.preflightHeaders);
  } else if (policy.credentials) {
    headers.push([ALLOW_CREDENTIALS, 'true']);
  }
  const methods = methodsUnder(policy, preflight);
  if (methods.length > 0) {
    headers.push([ALLOW_METHODS, methods.join(', ')]);
  }
  const allowed = allowedHeadersFor(policy, preflight.headers ?? []);
  if (allowed !== '') {
    headers.push([ALLOW_HEADERS, allowed]);
  }
  if (reason === 'allowed' && preflight.privateNetwork && policy.privateNetwork) {
    headers.push([ALLOW_PRIVATE_NETWORK, 'true']);
  }
  return headers;
}

/** Every method of the path whose own policy admits this origin under the same credentials mode. */
function methodsUnder(policy: Policy, { methods }: Preflight): string[] {
  const admitted = new Set<string>();
  for (const candidate of methods) {
    const own = candidate.policy;
    if (
      own?.kind === 'policy' &&
      candidate.admitted &&
      own.credentials === policy.credentials &&
      admitsMethod(own, candidate.method)
    ) {
      admitted.add(candidate.method);
    }
  }
  return [...admitted].sort(compareMethods);
}

function allowedHeadersFor(policy: Policy, asked: readonly string[]): string {
  const { allowedHeaders } = policy;
  switch (allowedHeaders.kind) {
    case 'names':
      return allowedHeaders.value;
    case 'star':
      // `*` does not cover `authorization` (Fetch, 4.8): it has to be named.
      return asked.length === 0 ? '' : asked.includes('authorization') ? '*, authorization' : '*';
    case 'any':
      return asked.join(', ');
  }
}

/** The request fields that another value of could have changed the answer. */
function varyOf({ candidates, methods }: Preflight): readonly string[] {
  const policies = [...candidates, ...methods].map((candidate) => candidate.policy);
  if (!candidates.some(({ policy }) => policy?.kind === 'policy')) {
    // `@NoCors()`: nothing is granted, whoever asks for whatever.
    return CLOSED_VARY;
  }
  const vary: string[] = [];
  if (policies.some((policy) => policy?.kind === 'policy' && !policy.plain)) {
    vary.push(ORIGIN);
  }
  // A list answers the same names to all, yet it refuses what it lacks, and every policy refuses what cannot be read.
  vary.push(REQUEST_METHOD, REQUEST_HEADERS);
  if (policies.some((policy) => policy?.kind === 'policy' && policy.privateNetwork)) {
    vary.push(REQUEST_PRIVATE_NETWORK);
  }
  return Object.freeze(vary);
}
