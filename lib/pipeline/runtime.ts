import { enforces, wasPreflighted } from '../core/decide/enforcement.js';
import type { RoutePolicy } from '../core/policy/policy.js';
import type { CorsRequest } from '../core/request.js';
import type { CorsEngine } from '../engine/engine.js';
import type { EarlyGrants, RequestDecision } from '../engine/request-decision.js';
import type { Platform } from '../platform/adapter.js';
import { type Decider, type Exchange, exchangeFor } from '../platform/exchange.js';
import { carry } from '../platform/response-head.js';
import { undecided } from './refusal.js';

/** The parts of the running library that a request needs. */
export interface CorsRuntime {
  readonly platform: Platform;
  readonly engine: CorsEngine;
  /** Takes the decisions that the hook leaves to the first need. */
  readonly decider: Decider;
  /**
   * True if the hook leaves the decision about an actual request to the first need. Only where the platform finds the
   * route late, nothing before the handler depends on the decision, and no provider has to wait.
   */
  readonly isLazy: boolean;
  /** True if the server itself may have to refuse a request (rules 3.4 and 3.6). */
  readonly enforces: boolean;
}

/** Told of what goes wrong, and of own fields that were sent. No method may throw. */
export interface DeciderEvents {
  failed(error: unknown): void;
  ownFieldsSent(decision: RequestDecision): void;
}

/** Makes the decider of an app. A decision that fails, or is a promise, closes the response. */
export function deciderOf(engine: CorsEngine, events: DeciderEvents): Decider {
  return {
    decide(request, reached) {
      try {
        const decision = reached === undefined ? engine.decide(request) : engine.decideAt(reached, request);
        if (!(decision instanceof Promise)) {
          return decision;
        }
        throw new Error('A lazy decision has to wait.');
      } catch (error) {
        events.failed(error);
        return undecided(request);
      }
    },
    ownFieldsSent: (decision) => events.ownFieldsSent(decision),
  };
}

/** Reports whether a policy's decision is neither needed before the handler nor asynchronous. */
export function canBeLazy(policy: RoutePolicy): boolean {
  return (
    !enforces(policy) &&
    (policy?.kind !== 'policy' ||
      (policy.reportOnly === undefined && policy.origin.providers.every(({ atOnce }) => atOnce)))
  );
}

/**
 * Begins the exchange of a request, or goes on with one that has begun. Its response carries the decision from now on.
 *
 * @param decision `undefined`: it is made at the first need
 */
export function beginExchange(
  { platform, decider }: CorsRuntime,
  native: object,
  response: object,
  request: CorsRequest,
  decision?: RequestDecision,
): Exchange {
  const exchange = exchangeFor(platform.messageOf(native), decider, request);
  carry(exchange, platform.responseOf(response), decision);
  return exchange;
}

/**
 * The grants of a request from an earlier decision (rules 3.4 and 3.6). The policy of the route that serves it must
 * grant them too.
 *
 * @param exchange `undefined`: nothing was decided
 * @param engine the engine that took the early decision; `undefined`: that of an app around this one
 */
export function grantsOf(exchange: Exchange | undefined, request: CorsRequest, engine?: CorsEngine): EarlyGrants {
  const trusted = exchange?.isTrusted === true;
  if (exchange === undefined || !(wasPreflighted(request) || wasPreflighted(exchange.request))) {
    return { policies: [], trusted };
  }
  const { decision, policy, request: earlier } = exchange.decision;
  const isGranted = decision.allowed && decision.reason !== 'no-origin';
  return { policies: [...(isGranted ? [policy] : []), ...(engine?.versionsAt(earlier) ?? [])], trusted };
}
