import { Inject, Injectable } from '@nestjs/common';
import type { Decision } from '../core/decisions/decision.js';
import type { AuditFinding } from './boot/audit-finding.js';
import { CorsBoot } from './boot/boot.js';
import { explain } from './explaining/explain.js';
import type { ExplainRequest, Explanation } from './explaining/explanation.js';
import type { DecisionCount } from './observing/counters.js';
import type { ReportCount } from './observing/reports.js';
import { outcomeOf } from './requests/decisions.js';
import type { RouteReport } from './boot/effective-report.js';

/** Says what the library decides, and why. */
@Injectable()
export class CorsInspector {
  constructor(@Inject(CorsBoot) private readonly boot: CorsBoot) {}

  /**
   * Every route with its effective policy and the place that each of its fields was written at, then the entries of
   * the module's `routes`.
   *
   * @throws Error before the app has been initialised
   */
  routes(): readonly RouteReport[] {
    return this.boot.expectRunning().reports.read();
  }

  /**
   * What is not wrong with the app's CORS, but rarely meant: what the boot log warns about, as data. Of a route,
   * `routes()` names what concerns it.
   *
   * @throws Error before the app has been initialised
   */
  audit(): readonly AuditFinding[] {
    this.boot.expectRunning();
    return this.boot.audit;
  }

  /**
   * What would become of a request, and why: its route and policy, the preflight and the response as this library makes
   * them, what the page sees, what Chromium prints, and how to mend it. The engine that answers real requests decides, and
   * providers are asked for real; nothing is sent, published or counted. What the app itself answers is not known: a
   * handler's status, headers that it sets, and corrections that follow from middleware.
   *
   * @throws TypeError (a rejection) where the question makes no sense, saying why; Error before the app is initialised
   */
  async explain(request: ExplainRequest): Promise<Explanation> {
    return explain(this.boot.expectRunning(), request);
  }

  /**
   * How often each kind of decision was taken since the boot, by route, policy and reason: as many rows as the app has
   * combinations of them, whatever clients send.
   *
   * @throws Error unless the module's option `counters` is on
   */
  counters(): readonly DecisionCount[] {
    const { counters } = this.boot;
    if (counters === undefined) {
      throw new Error('CorsInspector.counters(): nothing is counted. Set `counters: true` in CorsModule.forRoot().');
    }
    return counters.read();
  }

  /**
   * What `reportOnly` policies would have refused since the boot, by route and origin: at most 100 origins for each
   * route, policy and reason and 5,000 in all; the origin `others` stands for the rest.
   */
  reports(): readonly ReportCount[] {
    return this.boot.reports.read();
  }

  /**
   * The decision taken for a request in flight, or taken now where it was to wait for the response; `undefined` where none was taken (another transport, or a request that
   * is not this app's).
   *
   * @param request the platform's own request, as `@Req()` gives it
   */
  decisionOf(request: object): Decision | undefined {
    const { running } = this.boot;
    return running && outcomeOf(running.platform, request)?.decision;
  }

  /**
   * Reports whether the policy of the request's route admits this very origin with credentials, never by `'*'`. Fit
   * for `app.enableCsrfProtection({ exclude: (request) => inspector.isTrusted(request) })`: what a page may do with
   * cookies by CORS is then what it may do past the CSRF check.
   *
   * @param request the platform's own request, as `@Req()` gives it
   */
  isTrusted(request: object): boolean {
    const { running } = this.boot;
    const outcome = running && outcomeOf(running.platform, request);
    // Of a request that was rewritten since, the decision says nothing.
    if (running === undefined || outcome === undefined || !running.platform.isUnchanged(request, outcome.request)) {
      return false;
    }
    const { policy, decision } = outcome;
    return (
      policy?.kind === 'policy' &&
      policy.credentials &&
      !policy.origin.any &&
      decision.allowed &&
      decision.reason === 'allowed'
    );
  }
}
