import type { MaybePromise } from '../../core/origins/admission.js';
import { admits, type RouteAsked } from '../../core/decisions/admits.js';
import { decideActual } from '../../core/decisions/decide-actual.js';
import { decidePreflight, type MethodCandidate } from '../../core/decisions/decide-preflight.js';
import { bareDecision, type Decision } from '../../core/decisions/decision.js';
import { enforce, exceedsOwnGrant, isCrossOrigin, wasPreflighted } from '../../core/decisions/enforcement.js';
import { type ReportReason, secondOnActual, secondOnPreflight } from '../../core/decisions/second-opinion.js';
import { grantKeyOf, type Policy, type RoutePolicy } from '../../core/policies/policy.js';
import type { CorsRequest } from '../../core/requests/request.js';
import { parseRequestHeaders } from '../../core/protocol/request-headers.js';
import { compareMethods } from '../../core/protocol/methods.js';
import { isToken } from '../../core/protocol/tokens.js';
import type { RouteMatch, RouteResolver, Whereabouts } from '../../routing/route.js';

/** What a route leads to: a handler of a controller, an entry of the module's `routes`, or what the app registered itself. */
export interface RouteTarget {
  readonly kind: 'handler' | 'entry' | 'foreign';
  readonly name: string;
  readonly policy: RoutePolicy;
  /** Whether a decorator says the policy; otherwise an entry of `routes` comes before it. */
  readonly explicit: boolean;
}

/** A decision, and what it was taken for. */
export interface Outcome {
  readonly kind: 'preflight' | 'actual';
  readonly decision: Decision;
  readonly policy: RoutePolicy;
  /** The handler that the decision was taken for; `undefined` where none serves the request. */
  readonly target: RouteTarget | undefined;
  /** Whether the version it was taken for may turn out to be another: a refusal then waits for the handler. */
  readonly provisional: boolean;
  /** The handler, or else the entry of `routes`, that the policy reached, by name; `undefined`: no route. */
  readonly route: string | undefined;
  readonly origin: string | undefined;
  /** The method that was decided about: of a preflight its `Access-Control-Request-Method`. */
  readonly asked: string;
  /** What a `reportOnly` policy would refuse of what this decision admits; absent where there is none to ask. */
  readonly second?: MaybePromise<ReportReason | undefined> | undefined;
  /** The request's method and path at that time: middleware may rewrite them. */
  readonly method: string;
  readonly path: string;
}

type Match = RouteMatch<RouteTarget>;

const NO_RIVALS: readonly RoutePolicy[] = Object.freeze([]);

/** Longer than the name of any method that a server knows. */
const MAX_METHOD = 64;

/**
 * The one way from a request to a decision: route, policy, allowlist, decision. Knows nothing of Nest and sets no
 * header. Answers at once where the answer is at hand.
 */
export class CorsEngine {
  /**
   * @param versionsMayChange whether the app reads versions by code of its own, which may depend on what middleware adds
   */
  constructor(
    private readonly handlers: RouteResolver<RouteTarget>,
    private readonly entries: RouteResolver<RouteTarget>,
    private readonly fallback: RoutePolicy,
    private readonly versionsMayChange: boolean,
  ) {}

  /** Decides a request before anything else has run. */
  decide(request: CorsRequest): MaybePromise<Outcome> {
    const asked = request.method === 'OPTIONS' ? methodAskedFor(request) : undefined;
    const preflight = asked === undefined ? undefined : this.decidePreflight(request, asked);
    if (preflight instanceof Promise) {
      return preflight.then((outcome) => outcome ?? this.decideActual(request));
    }
    return preflight ?? this.decideActual(request);
  }

  /**
   * Decides an actual request again, now that its handler is known for certain.
   *
   * @param targets the handler's, at least one: several modules may serve it
   * @param early what was decided before: where that foresaw another route, its preflight was answered for that one
   */
  decideFor(request: CorsRequest, targets: readonly RouteTarget[], early: Outcome | undefined): MaybePromise<Outcome> {
    const where = whereOf(request, request.method);
    const matches = this.handlers.resolve(where);
    const match = matches.find(({ route }) => targets.includes(route.target));
    const target = match?.route.target ?? targets[0]!;
    const ruling = this.rulingOf(target, where);
    const granted = early?.decision.allowed && wasPreflighted(request) ? [early.policy] : [];
    const rivals = [ruling.policy, ...granted, ...(match === undefined ? [] : this.policiesOf(matches, where))];
    return this.conclude(request, ruling, target, rivals, askedOf(match), false);
  }

  /** The route that serves a request, or else the entry of `routes` that covers it. */
  locate(request: CorsRequest): Match | undefined {
    const { match } = this.handlers.serving(request);
    return match?.route.target.kind === 'handler'
      ? match
      : (this.entries.resolve(whereOf(request, request.method))[0] ?? match);
  }

  /** The methods that handlers serve on the path of a request. */
  methodsServedAt({ path, hostname }: CorsRequest): readonly string[] {
    return [...this.handlers.methodsAt(path, hostname).keys()].sort(compareMethods);
  }

  private decideActual(request: CorsRequest): MaybePromise<Outcome> {
    const { match, reachable } = this.handlers.serving(request);
    const target = match?.route.target;
    const where = whereOf(request, request.method);
    const ruling = this.rulingOf(target, where);
    const provisional = this.versionsMayChange && reachable.some(({ route }) => route.matchesVersion !== undefined);
    const rivals = target !== undefined && reachable.length > 1 ? this.policiesOf(reachable, where) : NO_RIVALS;
    return this.conclude(request, ruling, target, rivals, askedOf(match), provisional);
  }

  private conclude(
    request: CorsRequest,
    { policy, route }: Ruling,
    target: RouteTarget | undefined,
    policies: readonly RoutePolicy[],
    asked: RouteAsked,
    provisional: boolean,
  ): MaybePromise<Outcome> {
    const admitted = policy?.kind === 'policy' && admits(policy.origin, request, request.method, asked, false);
    const rivals = apart(policies);
    const finish = (isAdmitted: boolean): Outcome => {
      const first = decideActual(policy, request.origin, request.method, isAdmitted);
      const decision = carriedOut(first, policy, rivals, request);
      return {
        kind: 'actual',
        decision,
        policy,
        target,
        route,
        origin: request.origin,
        asked: request.method,
        second: decision.allowed ? secondActual(policy, request, asked) : undefined,
        provisional,
        method: request.method,
        path: request.path,
      };
    };
    return typeof admitted === 'boolean' ? finish(admitted) : admitted.then(finish);
  }

  private decidePreflight(request: CorsRequest, method: string): MaybePromise<Outcome | undefined> {
    const where = whereOf(request, method);
    const matches = this.handlers.resolve(where);
    const candidates = this.candidates(matches, where);
    if (candidates.every(({ policy }) => policy === undefined)) {
      return undefined;
    }
    const methods = this.methodsAt(where, matches).flatMap(([name, reachable]) =>
      this.candidates(reachable, { ...where, method: name }),
    );
    const finish = (): Outcome | undefined => {
      const about = {
        origin: request.origin ?? '',
        method,
        headers: parseRequestHeaders(request.header('access-control-request-headers')),
        privateNetwork: request.header('access-control-request-private-network') === 'true',
      };
      const ruling = decidePreflight({ ...about, candidates, methods });
      return (
        ruling && {
          kind: 'preflight',
          decision: ruling.decision,
          policy: ruling.candidate.policy,
          target: matches[0]?.route.target,
          route: ruling.candidate.route,
          origin: request.origin,
          asked: method,
          second: ruling.decision.allowed ? secondPreflight(ruling.candidate, request, about) : undefined,
          provisional: false,
          method: request.method,
          path: request.path,
        }
      );
    };
    const waiting = admitAll([...candidates, ...methods], request);
    return waiting === undefined ? finish() : waiting.then(finish);
  }

  /** Every policy that a request could be served under: several where only a version tells the routes apart. */
  private candidates(matches: readonly Match[], where: Whereabouts): Open[] {
    const open = (match: Match | undefined): Open => ({
      ...this.rulingOf(match?.route.target, where),
      asked: askedOf(match),
      method: where.method,
      admitted: false,
    });
    return matches.length === 0 ? [open(undefined)] : matches.map(open);
  }

  /** Every method that the path is served under, and the one that is asked for, which may lead to a 404. */
  private methodsAt(
    { method, path, hostname }: Whereabouts,
    asked: readonly Match[],
  ): readonly [method: string, reachable: readonly Match[]][] {
    const methods = new Map<string, readonly Match[]>([[method, asked]]);
    for (const name of this.entries.methodsAt(path, hostname).keys()) {
      methods.set(name, []);
    }
    for (const [name, reachable] of this.handlers.methodsAt(path, hostname)) {
      methods.set(name, reachable);
    }
    return [...methods.set(method, asked)];
  }

  /** The policy of a target: what its decorators say, or else an entry of `routes`, or else the default. */
  private rulingOf(target: RouteTarget | undefined, where: Whereabouts): Ruling {
    if (target?.explicit) {
      return { policy: target.policy, route: target.name };
    }
    const entry = this.entries.resolve(where)[0]?.route.target;
    const named = target?.kind === 'handler' ? target : (entry ?? target);
    return { policy: entry === undefined ? this.fallback : entry.policy, route: named?.name };
  }

  private policiesOf(matches: readonly Match[], where: Whereabouts): readonly RoutePolicy[] {
    return matches.map((match) => this.rulingOf(match.route.target, where).policy);
  }
}

/** Whose policy holds, and the route that it reached. */
interface Ruling {
  readonly policy: RoutePolicy;
  readonly route: string | undefined;
}

interface Open extends MethodCandidate, Ruling {
  readonly asked: RouteAsked;
  admitted: boolean;
}

/** Asks the policy that is only reported about an actual request that the policy in force admits. */
function secondActual(policy: RoutePolicy, request: CorsRequest, asked: RouteAsked): Outcome['second'] {
  const second = policy?.kind === 'policy' ? policy.reportOnly : undefined;
  // To a request of the same origin no browser holds a policy.
  if (second === undefined || policy?.kind !== 'policy' || !isCrossOrigin(request)) {
    return undefined;
  }
  const conclude = (admitted: boolean): ReportReason | undefined => secondOnActual(second, policy, request, admitted);
  const admitted = admits(second.origin, request, request.method, asked, false);
  return typeof admitted === 'boolean' ? conclude(admitted) : admitted.then(conclude);
}

/** The same of a preflight. */
function secondPreflight(
  { policy, asked }: Open,
  request: CorsRequest,
  about: Parameters<typeof secondOnPreflight>[1],
): Outcome['second'] {
  const second = policy?.kind === 'policy' ? policy.reportOnly : undefined;
  if (second === undefined) {
    return undefined;
  }
  const conclude = (admitted: boolean): ReportReason | undefined => secondOnPreflight(second, about, admitted);
  const admitted = admits(second.origin, request, about.method, asked, true);
  return typeof admitted === 'boolean' ? conclude(admitted) : admitted.then(conclude);
}

/** Asks each policy once, unless its answer may depend on the route; a promise only where an answer makes it wait. */
function admitAll(open: readonly Open[], request: CorsRequest): Promise<unknown> | undefined {
  const answers = new Map<Policy, MaybePromise<boolean>>();
  const waiting: Promise<void>[] = [];
  for (const candidate of open) {
    const { policy } = candidate;
    if (policy?.kind !== 'policy') {
      continue;
    }
    const perRoute = policy.origin.questions.some((question) => question.usesContext);
    const known = perRoute ? undefined : answers.get(policy);
    const answer = known ?? admits(policy.origin, request, candidate.method, candidate.asked, true);
    answers.set(policy, answer);
    if (typeof answer === 'boolean') {
      candidate.admitted = answer;
    } else {
      waiting.push(
        answer.then((admitted) => {
          candidate.admitted = admitted;
        }),
      );
    }
  }
  return waiting.length === 0 ? undefined : Promise.all(waiting);
}

/** The policies that a preflight could have been answered by, where they do not grant the same. */
function apart(policies: readonly RoutePolicy[]): readonly RoutePolicy[] | undefined {
  const differ = policies.length > 1 && new Set(policies.map(grantKeyOf)).size > 1;
  return differ && policies.some((policy) => policy?.kind === 'policy') ? policies : undefined;
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
    return enforce(bareDecision('beyond-own-grant', false, policy.vary), request);
  }
  return decision;
}

/** The method that a preflight asks for; `undefined` where the request is none that a browser would send. */
function methodAskedFor(request: CorsRequest): string | undefined {
  const method = request.header('access-control-request-method');
  const origins = request.origin?.includes(',') === false;
  return origins && method !== undefined && method.length <= MAX_METHOD && isToken(method) ? method : undefined;
}

function whereOf(request: CorsRequest, method: string): Whereabouts {
  return { method, path: request.path, hostname: request.hostname };
}

function askedOf(match: Match | undefined): RouteAsked {
  return match === undefined ? { route: undefined, params: {} } : { route: match.route.info, params: match.params };
}
