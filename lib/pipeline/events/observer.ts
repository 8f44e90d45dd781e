import type { ReportReason } from '../../core/decide/report-only.js';
import type { RoutePolicy } from '../../core/policy/policy.js';
import { printable } from '../../core/issues/text.js';
import type { RequestDecision } from '../../engine/request-decision.js';
import type { RefusalLog } from './refusal-log.js';
import { type CorsDecisionMessage, type CorsReportMessage, decisionChannel, reportChannel } from './channels.js';
import type { DecisionCounters } from './counters.js';
import type { Reports } from './report-only-counts.js';

/** An origin has at most the length that the library matches; a method at most that of any known one. */
const MAX_ORIGIN = 512;
const MAX_METHOD = 64;

/**
 * Hears of a final decision in this process.
 *
 * @param message the decision as the channel has it
 * @param about the same with the request itself, which the channel never gets
 */
export type DecisionListener = (message: CorsDecisionMessage, about: RequestDecision) => void;

/** Passes final decisions on to their listeners: the channels, the counters, the reports, the log, the development page. */
export class DecisionObserver {
  constructor(
    private readonly counters: DecisionCounters | undefined,
    private readonly reports: Reports,
    private readonly refusals: RefusalLog | undefined,
    private readonly listeners: ReadonlySet<DecisionListener> = new Set(),
  ) {}

  /** Reports whether every decision has a listener. */
  get listens(): boolean {
    return this.refusals !== undefined || this.wantsMessages;
  }

  private get wantsMessages(): boolean {
    return this.counters !== undefined || decisionChannel.hasSubscribers || this.listeners.size > 0;
  }

  /** Reports whether a decision has a listener: without one, nothing is created for a request. */
  wants({ reportOnly }: RequestDecision): boolean {
    return reportOnly !== undefined || this.listens;
  }

  /** Receives a final decision. Never throws. */
  settled(about: RequestDecision): void {
    this.refusals?.note(about);
    if (this.wantsMessages) {
      const message = decisionMessage(about);
      this.counters?.note(message);
      decisionChannel.publish(message);
      this.listeners.forEach((listener) => listener(message, about));
    }
    const { reportOnly } = about;
    if (reportOnly instanceof Promise) {
      void reportOnly.then((reason) => this.report(about, reason));
    } else {
      this.report(about, reportOnly);
    }
  }

  private report(about: RequestDecision, reason: ReportReason | undefined): void {
    const { policy } = about;
    if (reason === undefined || policy?.kind !== 'policy' || policy.reportOnly === undefined) {
      return;
    }
    const message: CorsReportMessage = Object.freeze({
      ...requestPart(about),
      origin: printable(about.request.origin ?? '', MAX_ORIGIN),
      reportOnly: policy.reportOnly.name,
      reason,
    });
    this.reports.note(message);
    reportChannel.publish(message);
  }
}

function decisionMessage(about: RequestDecision): CorsDecisionMessage {
  const { allowed, reason } = about.decision;
  return Object.freeze({ ...requestPart(about), allowed, reason });
}

function requestPart({
  kind,
  webSocket,
  route,
  policy,
  request,
  asked,
}: RequestDecision): Omit<CorsDecisionMessage, 'allowed' | 'reason'> {
  const { origin } = request;
  const name = policyName(policy);
  return {
    ...(route === undefined ? {} : { route }),
    ...(name === undefined ? {} : { policy: name }),
    ...(origin === undefined ? {} : { origin: printable(origin, MAX_ORIGIN) }),
    method: printable(asked, MAX_METHOD),
    preflight: kind === 'preflight',
    ...(webSocket === undefined ? {} : { webSocket }),
  };
}

function policyName(policy: RoutePolicy): string | undefined {
  return policy?.kind === 'no-cors' ? '@NoCors()' : policy?.name;
}
