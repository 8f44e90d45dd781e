import { Inject, Injectable } from '@nestjs/common';
import type { Decision } from '../core/decisions/decision.js';
import { CorsBoot } from './boot/boot.js';
import { outcomeOf, stillHolds } from './requests/decisions.js';
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
    return this.boot.expectRunning().reports;
  }

  /**
   * The decision taken for a request in flight; `undefined` where none was taken (another transport, or a request that
   * is not this app's).
   *
   * @param request the platform's own request, as `@Req()` gives it
   */
  decisionOf(request: object): Decision | undefined {
    return outcomeOf(this.boot.running?.platform.identity(request) ?? request)?.decision;
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
    const outcome = running && outcomeOf(running.platform.identity(request));
    // Of a request that was rewritten since, the decision says nothing.
    if (running === undefined || outcome === undefined || !stillHolds(outcome, running.platform.request(request))) {
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
