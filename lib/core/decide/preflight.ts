import { refusalOf } from './actual.js';
import { type CorsReason, type Decision, PREFLIGHT_STATUS } from '../decision.js';
import { field, methodsUnder, type PlannedCandidate, type PreflightPlan } from './preflight-plan.js';
import {
  ALLOW_CREDENTIALS,
  ALLOW_HEADERS,
  ALLOW_METHODS,
  ALLOW_ORIGIN,
  ALLOW_PRIVATE_NETWORK,
  type HeaderField,
} from '../http/headers.js';
import { isSafelistedMethod } from '../http/methods.js';
import { allowsMethod, type Policy } from '../policy/policy.js';

const NO_HEADERS: readonly HeaderField[] = Object.freeze([]);
const CREDENTIALS = field(ALLOW_CREDENTIALS, 'true');
const PRIVATE_NETWORK = field(ALLOW_PRIVATE_NETWORK, 'true');

/** The fields of one preflight, without its method. */
export interface PreflightAsked {
  readonly origin: string;
  /** Lower-case names of `Access-Control-Request-Headers`; `undefined` where they could not be read. */
  readonly headers: readonly string[] | undefined;
  /** True if the browser asks for access to a private network. */
  readonly privateNetwork: boolean;
}

/** A decision about a preflight, with the candidate that granted it, or whose refusal is reported. */
export interface CandidateDecision {
  readonly decision: Decision;
  readonly candidate: PlannedCandidate;
}

/**
 * Decides a preflight (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0; rules 3.3 and 3.4).
 *
 * @param originAllowed for each subject of the plan, whether its policy allows the origin
 */
export function decidePreflight(
  plan: PreflightPlan,
  asked: PreflightAsked,
  originAllowed: readonly boolean[],
): CandidateDecision {
  const { candidate, reason } = bestOf(plan, asked, originAllowed);
  const { policy } = candidate;
  const decision: Decision = {
    allowed: reason === 'allowed',
    reason,
    status: policy?.status ?? PREFLIGHT_STATUS,
    headers:
      policy === undefined ? NO_HEADERS : headersOf(policy, candidate.granted, reason, plan, asked, originAllowed),
    vary: plan.vary,
  };
  return { candidate, decision };
}

interface Verdict {
  readonly candidate: PlannedCandidate;
  readonly reason: CorsReason;
}

function bestOf(plan: PreflightPlan, asked: PreflightAsked, originAllowed: readonly boolean[]): Verdict {
  const { candidates } = plan;
  const first = verdictOn(candidates[0]!, plan, asked, originAllowed);
  if (candidates.length === 1) {
    return first;
  }
  return bestAmong([first, ...candidates.slice(1).map((each) => verdictOn(each, plan, asked, originAllowed))]);
}

function bestAmong(verdicts: readonly Verdict[]): Verdict {
  const because = (wanted: CorsReason): Verdict | undefined => verdicts.find(({ reason }) => reason === wanted);
  return (
    // A grant with credentials also serves a page that sends none; the other way round it does not.
    verdicts.find(({ candidate, reason }) => reason === 'allowed' && candidate.policy?.credentials) ??
    because('allowed') ??
    // Of several refusals the most useful one is reported: that of the last check.
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
  originAllowed: readonly boolean[],
): Verdict {
  const { policy, subject } = candidate;
  const reason = policy === undefined ? 'no-cors' : reasonFor(policy, originAllowed[subject]!, method, asked);
  return { candidate, reason };
}

function reasonFor(
  policy: Policy,
  originAllowed: boolean,
  method: string,
  { origin, headers }: PreflightAsked,
): CorsReason {
  if (headers === undefined) {
    return 'headers-unreadable';
  }
  if (!originAllowed) {
    return refusalOf(origin);
  }
  if (!allowsMethod(policy, method)) {
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
  originAllowed: readonly boolean[],
): readonly HeaderField[] {
  const refusedOrigin = reason !== 'allowed' && reason !== 'method-not-allowed' && reason !== 'header-not-allowed';
  // Browsers do not check ACAM for a safelisted method: only a missing ACAO can refuse it.
  if (refusedOrigin || (reason === 'method-not-allowed' && isSafelistedMethod(plan.method))) {
    return NO_HEADERS;
  }
  const origin: HeaderField = [ALLOW_ORIGIN, policy.plain ? '*' : asked.origin];
  const intoPrivateNetwork = asked.privateNetwork && policy.privateNetwork;
  if (reason === 'allowed' && granted !== undefined && !intoPrivateNetwork && !originAllowed.includes(false)) {
    return [origin, ...granted];
  }
  return [
    origin,
    ...(reason === 'allowed' ? policy.preflightHeaders : policy.credentials ? CREDENTIALS : NO_HEADERS),
    ...field(ALLOW_METHODS, methodsUnder(policy, plan.methods, originAllowed)),
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
      // `*` does not cover `authorization` (https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name): it
      // has to be listed.
      return asked.length === 0 ? '' : asked.includes('authorization') ? '*, authorization' : '*';
    case 'any':
      return asked.join(', ');
  }
}
