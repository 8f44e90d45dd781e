import { admitsMethod, refusalOf } from './decide-actual.js';
import type { CorsReason, Decision } from './decision.js';
import { field, methodsUnder, type PlannedCandidate, type PreflightPlan } from './preflight-plan.js';
import {
  ALLOW_CREDENTIALS,
  ALLOW_HEADERS,
  ALLOW_METHODS,
  ALLOW_ORIGIN,
  ALLOW_PRIVATE_NETWORK,
  type HeaderField,
} from '../protocol/fields.js';
import { isSafelistedMethod } from '../protocol/methods.js';
import type { Policy } from '../policies/policy.js';

const DEFAULT_STATUS = 204;
const NO_HEADERS: readonly HeaderField[] = Object.freeze([]);
const CREDENTIALS = field(ALLOW_CREDENTIALS, 'true');
const PRIVATE_NETWORK = field(ALLOW_PRIVATE_NETWORK, 'true');

/** What one preflight brings, beside its method. */
export interface PreflightAsked {
  readonly origin: string;
  /** Lower-case names of `Access-Control-Request-Headers`; `undefined` where they could not be read. */
  readonly headers: readonly string[] | undefined;
  /** Whether the browser asks to reach into a private network. */
  readonly privateNetwork: boolean;
}

/** A decision about a preflight, and whose policy it is: the candidate that granted it, or whose refusal is told. */
export interface PreflightRuling {
  readonly decision: Decision;
  readonly candidate: PlannedCandidate;
}

/**
 * Decides a preflight (Fetch, 3.3.2 and 4.8; DESIGN 3.3 and 3.4).
 *
 * @param admitted for each subject of the plan, whether its policy admits the origin
 */
export function decidePreflight(
  plan: PreflightPlan,
  asked: PreflightAsked,
  admitted: readonly boolean[],
): PreflightRuling {
  const { candidate, reason } = bestOf(plan, asked, admitted);
  const { policy } = candidate;
  const decision: Decision = {
    allowed: reason === 'allowed',
    reason,
    status: policy?.status ?? DEFAULT_STATUS,
    headers: policy === undefined ? NO_HEADERS : headersOf(policy, candidate.granted, reason, plan, asked, admitted),
    vary: plan.vary,
  };
  return { candidate, decision };
}

interface Verdict {
  readonly candidate: PlannedCandidate;
  readonly reason: CorsReason;
}

function bestOf(plan: PreflightPlan, asked: PreflightAsked, admitted: readonly boolean[]): Verdict {
  const { candidates } = plan;
  const first = verdictOn(candidates[0]!, plan, asked, admitted);
  if (candidates.length === 1) {
    return first;
  }
  return bestAmong([first, ...candidates.slice(1).map((each) => verdictOn(each, plan, asked, admitted))]);
}

function bestAmong(verdicts: readonly Verdict[]): Verdict {
  const because = (wanted: CorsReason): Verdict | undefined => verdicts.find(({ reason }) => reason === wanted);
  return (
    // A grant with credentials also serves a page that sends none; the other way round it does not.
    verdicts.find(({ candidate, reason }) => reason === 'allowed' && candidate.policy?.credentials) ??
    because('allowed') ??
    // Of refusals the one that tells a developer most: what failed last failed for the smallest thing.
    because('header-not-allowed') ??
    because('method-not-allowed') ??
    verdicts.find(({ candidate }) => candidate.policy !== undefined) ??
    verdicts[0]!
  );
}

function verdictOn(
  candidate: PlannedCandidate,
  { method }: PreflightPlan,
  asked: PreflightAsked,
  admitted: readonly boolean[],
): Verdict {
  const { policy, subject } = candidate;
  const reason = policy === undefined ? 'no-cors' : reasonFor(policy, admitted[subject]!, method, asked);
  return { candidate, reason };
}

function reasonFor(policy: Policy, admitted: boolean, method: string, { origin, headers }: PreflightAsked): CorsReason {
  if (headers === undefined) {
    return 'headers-unreadable';
  }
  if (!admitted) {
    return refusalOf(origin);
  }
  if (!admitsMethod(policy, method)) {
    return 'method-not-allowed';
  }
  return grantsAll(policy, headers) ? 'allowed' : 'header-not-allowed';
}

function grantsAll({ allowedHeaders }: Policy, headers: readonly string[]): boolean {
  if (allowedHeaders.kind !== 'names') {
    return true;
  }
  for (const name of headers) {
    if (!allowedHeaders.names.has(name)) {
      return false;
    }
  }
  return true;
}

function headersOf(
  policy: Policy,
  granted: PlannedCandidate['granted'],
  reason: CorsReason,
  plan: PreflightPlan,
  asked: PreflightAsked,
  admitted: readonly boolean[],
): readonly HeaderField[] {
  const refusedOrigin = reason !== 'allowed' && reason !== 'method-not-allowed' && reason !== 'header-not-allowed';
  // Browsers do not hold ACAM against a safelisted method: only a missing ACAO can refuse it.
  if (refusedOrigin || (reason === 'method-not-allowed' && isSafelistedMethod(plan.method))) {
    return NO_HEADERS;
  }
  const origin: HeaderField = [ALLOW_ORIGIN, policy.plain ? '*' : asked.origin];
  const intoPrivateNetwork = asked.privateNetwork && policy.privateNetwork;
  if (reason === 'allowed' && granted !== undefined && !intoPrivateNetwork && !admitted.includes(false)) {
    return [origin, ...granted];
  }
  return [
    origin,
    ...(reason === 'allowed' ? policy.preflightHeaders : policy.credentials ? CREDENTIALS : NO_HEADERS),
    ...field(ALLOW_METHODS, methodsUnder(policy, plan.methods, admitted)),
    ...field(ALLOW_HEADERS, allowedHeadersFor(policy, asked.headers ?? [])),
    ...(reason === 'allowed' && intoPrivateNetwork ? PRIVATE_NETWORK : NO_HEADERS),
  ];
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
