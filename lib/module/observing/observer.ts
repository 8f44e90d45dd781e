import type { ReportReason } from '../../core/decisions/second-opinion.js';
import type { RoutePolicy } from '../../core/policies/policy.js';
import { printable } from '../../core/problems/printable.js';
import type { Outcome } from '../requests/outcome.js';
import type { RefusalLog } from '../requests/refusal-log.js';
import { type CorsDecisionMessage, type CorsReportMessage, decisionChannel, reportChannel } from './channels.js';
import type { DecisionCounters } from './counters.js';
import type { Reports } from './reports.js';

/** An origin may be as long as the library matches; a method as long as any that a server knows. */
const MAX_ORIGIN = 512;
const MAX_METHOD = 64;

/** Hands final decisions on to whoever asked for them: the channels, the counters, the reports, the log. */
export class DecisionObserver {
  constructor(
    private readonly counters: DecisionCounters | undefined,
    private readonly reports: Reports,
    private readonly refusals: RefusalLog | undefined,
  ) {}

  /** Whether anyone wants to know of every decision. */
  get listens(): boolean {
    return this.counters !== undefined || this.refusals !== undefined || decisionChannel.hasSubscribers;
  }

  /** Whether anyone wants to know of a decision: where nobody does, nothing is made for a request. */
  wants({ second }: Outcome): boolean {
    return second !== undefined || this.listens;
  }

  /** Takes note of a decision that nothing can change any more. Never throws. */
  settled(outcome: Outcome): void {
    this.refusals?.note(outcome);
    if (this.counters !== undefined || decisionChannel.hasSubscribers) {
      const message = decisionMessage(outcome);
      this.counters?.note(message);
      decisionChannel.publish(message);
    }
    const { second } = outcome;
    if (second instanceof Promise) {
      void second.then((reason) => this.report(outcome, reason));
    } else {
      this.report(outcome, second);
    }
  }

  private report(outcome: Outcome, reason: ReportReason | undefined): void {
    const { policy } = outcome;
    if (reason === undefined || policy?.kind !== 'policy' || policy.reportOnly === undefined) {
      return;
    }
    const message: CorsReportMessage = Object.freeze({
      ...requestPart(outcome),
      origin: printable(outcome.request.origin ?? '', MAX_ORIGIN),
      reportOnly: policy.reportOnly.name,
      reason,
    });
    this.reports.note(message);
    reportChannel.publish(message);
  }
}

function decisionMessage(outcome: Outcome): CorsDecisionMessage {
  const { allowed, reason } = outcome.decision;
  return Object.freeze({ ...requestPart(outcome), allowed, reason });
}

function requestPart({
  kind,
  route,
  policy,
  request,
  asked,
}: Outcome): Omit<CorsDecisionMessage, 'allowed' | 'reason'> {
  const { origin } = request;
  const name = policyName(policy);
  return {
    ...(route === undefined ? {} : { route }),
    ...(name === undefined ? {} : { policy: name }),
    ...(origin === undefined ? {} : { origin: printable(origin, MAX_ORIGIN) }),
    method: printable(asked, MAX_METHOD),
    preflight: kind === 'preflight',
  };
}

function policyName(policy: RoutePolicy): string | undefined {
  return policy?.kind === 'no-cors' ? '@NoCors()' : policy?.name;
}
