import type { MaybePromise } from '../../core/origins/admission.js';
import { admits, type RouteAsked } from '../../core/decisions/admits.js';
import { decideActual } from '../../core/decisions/decide-actual.js';
import { decidePreflight } from '../../core/decisions/decide-preflight.js';
import { bareDecision, type Decision } from '../../core/decisions/decision.js';
import { enforce, exceedsOwnGrant, isCrossOrigin, wasPreflighted } from '../../core/decisions/enforcement.js';
import type { PreflightPlan, Subject } from '../../core/decisions/preflight-plan.js';
import type { RoutePolicy } from '../../core/policies/policy.js';
import type { CorsRequest } from '../../core/requests/request.js';
import { parseRequestHeaders } from '../../core/protocol/request-headers.js';
import { compareMethods } from '../../core/protocol/methods.js';
import { isToken } from '../../core/protocol/tokens.js';
import type { PathParams, Route } from '../../routing/route.js';
import type { Outcome, RouteTarget } from './outcome.js';
import { apart, type PlannedPreflight, type Ruling, type Rulings } from './rulings.js';
import { secondOfActual, secondOfPreflight } from './second-outcome.js';

type TargetRoute = Route<RouteTarget>;

/** Longer than the name of any method that a server knows. */
const MAX_METHOD = 64;

/** What an actual request is decided by, once its route is known. */
interface Case {
  readonly ruling: Ruling;
  readonly target: RouteTarget | undefined;
  readonly asked: RouteAsked;
  /** The policies that a preflight could have been answered by instead; `undefined`: all of them grant the same. */
  readonly rivals: readonly RoutePolicy[] | undefined;
  readonly provisional: boolean;
}

/**
 * The one way from a request to a decision: route, policy, allowlist, decision. Knows nothing of Nest and sets no
 * header. Answers at once where the answer is at hand.
 */
export class CorsEngine {
  /**
   * @param versionsMayChange whether the app reads versions by code of its own, which may depend on what middleware adds
   */
  constructor(
    private readonly rulings: Rulings,
    private readonly versionsMayChange: boolean,
  ) {}

  /** Decides a request by what it was before anything else ran. */
  decide(request: CorsRequest): MaybePromise<Outcome> {
    const asked = request.method === 'OPTIONS' ? methodAskedFor(request) : undefined;
    const preflight = asked === undefined ? undefined : this.decidePreflight(request, asked);
    return preflight ?? this.decideActual(request);
  }

  /** Decides an actual request by the route that serves it, where no preflight can have been answered for another. */
  decideAt(route: TargetRoute, request: CorsRequest): MaybePromise<Outcome> {
    const { rulings } = this;
    const { target } = route;
    const entry = target.explicit ? undefined : rulings.entryAt(request, request.method);
    return conclude(request, {
      ruling: rulings.of(target, entry),
      target,
      asked: rulings.askedAt(route),
      rivals: undefined,
      provisional: false,
    });
  }

  /**
   * Decides an actual request again, now that the route which serves it is known for certain.
   *
   * @param early what was decided before: where that foresaw another route, its preflight was answered for that one
   */
  decideFor(route: TargetRoute, request: CorsRequest, early: Outcome | undefined): MaybePromise<Outcome> {
    const { rulings } = this;
    const { target } = route;
    const matches = rulings.handlers.at(request).reachable(request.method);
    const entry = rulings.entryAt(request, request.method);
    const ruling = rulings.of(target, entry);
    const granted = early?.decision.allowed && wasPreflighted(request) ? [early.policy] : [];
    const others = matches.includes(route) ? rulings.policiesOf(matches, entry) : [];
    return conclude(request, {
      ruling,
      target,
      asked: rulings.askedAt(route),
      rivals: apart([ruling.policy, ...granted, ...others]),
      provisional: false,
    });
  }

  /** Whether Nest does not refuse a request once its route is reached, or pass it on to the next one. */
  serves(route: TargetRoute, request: CorsRequest): boolean {
    const { matchesHost, matchesVersion, refuses } = route;
    return (
      (matchesHost?.(request.hostname) ?? true) &&
      (matchesVersion?.(request) ?? true) &&
      !(refuses?.(this.rulings.handlers.paramsOf(route, request)) ?? false)
    );
  }

  /** The route that serves a request, or else the entry of `routes` that covers it. */
  locate(request: CorsRequest): { readonly route: TargetRoute; readonly params: PathParams } | undefined {
    const { handlers } = this.rulings;
    const { route } = handlers.serving(request);
    const entry = route?.target.kind === 'handler' ? undefined : this.rulings.entryAt(request, request.method);
    if (entry !== undefined) {
      return { route: entry, params: entry.match(request.path) ?? {} };
    }
    return route && { route, params: handlers.paramsOf(route, request) };
  }

  /** The methods that handlers serve on the path of a request. */
  methodsServedAt(request: CorsRequest): readonly string[] {
    return [...this.rulings.handlers.at(request).methods].sort(compareMethods);
  }

  private decideActual(request: CorsRequest): MaybePromise<Outcome> {
    const { rulings } = this;
    const { route, reachable } = rulings.handlers.serving(request);
    const target = route?.target;
    const entry = target?.explicit && reachable.length === 1 ? undefined : rulings.entryAt(request, request.method);
    return conclude(request, {
      ruling: rulings.of(target, entry),
      target,
      asked: rulings.askedAt(route),
      rivals: target === undefined ? undefined : rulings.rivals(reachable, entry),
      provisional: this.versionsMayChange && reachable.some(({ matchesVersion }) => matchesVersion !== undefined),
    });
  }

  /** `undefined`: no policy reaches any route that is asked for, the request passes on to the app. */
  private decidePreflight(request: CorsRequest, method: string): MaybePromise<Outcome> | undefined {
    const planned = this.rulings.preflight(request, method);
    const { plan } = planned;
    if (plan === undefined) {
      return undefined;
    }
    const admitted = admitAll(plan.subjects, request);
    return admitted instanceof Promise
      ? answerPreflightLater(request, plan, planned, admitted)
      : answerPreflight(request, plan, planned, admitted);
  }
}

// What waits has functions of its own: a closure in a function costs each of its calls, also those that do not wait.

async function answerPreflightLater(
  request: CorsRequest,
  plan: PreflightPlan,
  planned: PlannedPreflight,
  admitted: Promise<readonly boolean[]>,
): Promise<Outcome> {
  return answerPreflight(request, plan, planned, await admitted);
}

async function outcomeLater(request: CorsRequest, about: Case, admitted: Promise<boolean>): Promise<Outcome> {
  return outcomeOf(request, about, await admitted);
}

function answerPreflight(
  request: CorsRequest,
  plan: PreflightPlan,
  { target }: PlannedPreflight,
  admitted: readonly boolean[],
): Outcome {
  const origin = request.origin ?? '';
  const asked = {
    origin,
    headers: parseRequestHeaders(request.header('access-control-request-headers')),
    privateNetwork: request.header('access-control-request-private-network') === 'true',
  };
  const { decision, candidate } = decidePreflight(plan, asked, admitted);
  const { reached } = candidate;
  return {
    kind: 'preflight',
    decision,
    policy: reached.policy,
    target,
    route: reached.route,
    asked: plan.method,
    second: decision.allowed ? secondOfPreflight(reached, request, asked) : undefined,
    provisional: false,
    request,
  };
}

function conclude(request: CorsRequest, about: Case): MaybePromise<Outcome> {
  const { policy } = about.ruling;
  const admitted = policy?.kind === 'policy' && admits(policy.origin, request, request.method, about.asked, false);
  return typeof admitted === 'boolean' ? outcomeOf(request, about, admitted) : outcomeLater(request, about, admitted);
}

function outcomeOf(
  request: CorsRequest,
  { ruling, target, asked, rivals, provisional }: Case,
  admitted: boolean,
): Outcome {
  const { policy, name } = ruling;
  const { method, origin } = request;
  const decision = carriedOut(decideActual(policy, origin, method, admitted), policy, rivals, request);
  return {
    kind: 'actual',
    decision,
    policy,
    target,
    route: name,
    asked: method,
    second: decision.allowed ? secondOfActual(policy, request, asked) : undefined,
    provisional,
    request,
  };
}

/** What the one policy of most paths answers. */
const ADMITTED: readonly boolean[] = Object.freeze([true]);
const REFUSED: readonly boolean[] = Object.freeze([false]);

function admitsTo({ policy, method, asked }: Subject, request: CorsRequest): MaybePromise<boolean> {
  return admits(policy.origin, request, method, asked, true);
}

/** Asks every policy that a preflight depends on; a promise only where an answer makes it wait. */
function admitAll(subjects: readonly Subject[], request: CorsRequest): MaybePromise<readonly boolean[]> {
  if (subjects.length === 1) {
    const answer = admitsTo(subjects[0]!, request);
    return typeof answer === 'boolean' ? (answer ? ADMITTED : REFUSED) : answer.then((each) => [each]);
  }
  const answers: boolean[] = [];
  let waiting: Promise<boolean>[] | undefined;
  for (const subject of subjects) {
    const answer = admitsTo(subject, request);
    if (typeof answer !== 'boolean') {
      waiting ??= answers.map((each) => Promise.resolve(each));
      waiting.push(answer);
    } else if (waiting === undefined) {
      answers.push(answer);
    } else {
      waiting.push(Promise.resolve(answer));
    }
  }
  return waiting === undefined ? answers : Promise.all(waiting);
}

/** Turns a refusal into one that the server carries out, where the policy or 3.4 says so. */
function carriedOut(
  decision: Decision,
  policy: RoutePolicy,
  rivals: readonly RoutePolicy[] | undefined,
  request: CorsRequest,
): Decision {
  if (!decision.allowed) {
    const enforced = rivals !== undefined || (policy?.kind === 'policy' && policy.enforce);
    return enforced ? enforce(decision, request) : decision;
  }
  if (
    rivals !== undefined &&
    policy?.kind === 'policy' &&
    isCrossOrigin(request) &&
    exceedsOwnGrant(policy, rivals, request)
  ) {
    return enforce(bareDecision('beyond-own-grant', policy.vary), request);
  }
  return decision;
}

/** The method that a preflight asks for; `undefined` where the request is none that a browser would send. */
function methodAskedFor(request: CorsRequest): string | undefined {
  const { origin } = request;
  const method = request.header('access-control-request-method');
  const isOne = origin !== undefined && !origin.includes(',');
  return isOne && method !== undefined && method.length <= MAX_METHOD && isToken(method) ? method : undefined;
}
