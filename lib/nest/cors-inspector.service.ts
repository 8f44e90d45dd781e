import type { CorsPolicyName } from '../config/policy-names.js';
import { Inject, Injectable } from '@nestjs/common';
import type { Decision } from '../core/decision.js';
import type { AuditFinding } from '../inspect/finding.js';
import { CorsBoot } from './bootstrap.js';
import { type AdmitsContext, policyAdmits } from '../inspect/policy-admits.js';
import { explain } from '../inspect/explain/explain.js';
import type { ExplainRequest, Explanation } from '../inspect/explain/explanation.js';
import type { DecisionCount } from '../pipeline/events/counters.js';
import type { ReportCount } from '../pipeline/events/report-only-counts.js';
import { sentDecisionOf } from '../pipeline/events/as-sent.js';
import { type Exchange, exchangeOf } from '../platform/exchange.js';
import { trusts } from '../engine/actual-decision.js';
import type { RevokedSocket } from '../pipeline/sockets/revoked-socket.js';
import type { RouteReport } from '../inspect/policy-report.js';

/** Shows the decisions of the library, and their reasons. */
@Injectable()
export class CorsInspector {
  /** @internal Nest creates it. */
  constructor(@Inject(CorsBoot) private readonly boot: CorsBoot) {}

  /**
   * Every route of a handler with its effective policy and the place of each field; then the WebSocket gateways; then
   * the entries of the module's `routes`; then the routes of the platform itself that one of these entries or
   * `defaultPolicy` reaches. Middleware of `app.use()` on Express is not a route: only the entry that covers it is
   * listed.
   *
   * @throws Error before the app has been initialised
   */
  routes(): readonly RouteReport[] {
    return this.boot.expectRunning().reports.read();
  }

  /**
   * The warnings of startup as data: valid settings that are rarely intended. Each row of `routes()` has the findings
   * about its route.
   *
   * @throws Error before the app has been initialised
   */
  audit(): readonly AuditFinding[] {
    this.boot.expectRunning();
    return this.boot.audit;
  }

  /**
   * Explains what would happen to a request: its route and policy, the preflight and the response as this library makes
   * them, what the page sees, what Chromium prints, and how to fix it. The engine that answers real requests decides,
   * and providers are asked. Nothing is sent, published or counted. The app's own answer is not known: a handler's
   * status, headers that it sets, and corrections that follow from middleware.
   *
   * @throws TypeError (a rejection) with the reason if the question is not valid; Error before the app is initialised
   */
  async explain(request: ExplainRequest): Promise<Explanation> {
    return explain(this.boot.expectRunning(), request);
  }

  /**
   * The number of decisions since startup, by route, policy and reason. The number of rows depends on the app, never on
   * what clients send.
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
   * The requests that `reportOnly` policies would have refused since startup, by route and origin: at most 100 origins
   * for each route, policy and reason, and 5,000 in all. The origin `others` is the sum of the rest.
   */
  reports(): readonly ReportCount[] {
    return this.boot.reports.read();
  }

  /**
   * The open sockets of gateways that their policies would refuse now, because a list has changed since: each with what
   * closes it. A changed list applies to new handshakes and closes nothing by itself. Providers are asked for real, one
   * socket after the other. Sockets of raw `upgrade` listeners are not known.
   *
   * @example
   * for (const socket of await inspector.revokedSockets()) {
   *   socket.close();
   * }
   */
  async revokedSockets(): Promise<readonly RevokedSocket[]> {
    return this.boot.handshakes.revoked();
  }

  /**
   * Reports whether a named policy allows an origin, for other code of the app: a raw `upgrade`, a queue, another
   * server. Answers at once unless a provider or a function has to wait. It uses only the policy's `origin`, really
   * calls providers, and never rejects.
   *
   * The rules are those of a request (https://fetch.spec.whatwg.org/#cors-check): a missing, malformed or overlong
   * origin is allowed by `'*'` only, and `null` also if the policy lists it.
   *
   * @example
   * server.on('upgrade', async (request, socket, head) => {
   *   if (!(await inspector.admits('partner', request.headers.origin, { url: request.url, request }))) {
   *     return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
   *   }
   *   …
   * });
   *
   * @param policyName as in `policies` of `forRoot()` or `forFeature()`
   * @param origin the value of `Origin`; `undefined` where there is none
   * @param context what origin functions and allowlists get besides the origin. Defaults: `GET`, the URL `/`, no host
   *   name, no parameters, no route, no preflight
   * @throws Error where no policy has that name, or before the app is initialised
   */
  admits(
    policyName: CorsPolicyName,
    origin: string | undefined,
    context: AdmitsContext = {},
  ): boolean | Promise<boolean> {
    return policyAdmits(this.boot.expectRunning().named, policyName, origin, context);
  }

  /**
   * The decision about a request in flight, made now if it was to be made with the response; `undefined` for anything
   * else: a request of another transport or another app, `null`. After the head of the response is written, it is the
   * decision that was sent: `own-headers` if the response has CORS headers of the app itself.
   *
   * @param request the platform's own request, as `@Req()` gives it
   */
  decisionOf(request: unknown): Decision | undefined {
    const exchange = this.exchangeOf(request);
    return exchange && sentDecisionOf(exchange).decision;
  }

  /**
   * Reports whether the policy of the request's route allows this very origin with credentials, never by `'*'`. For
   * `app.enableCsrfProtection({ exclude: (request) => inspector.isTrusted(request) })`: a page then passes the CSRF
   * check exactly if CORS allows it to use cookies. `false` for anything but a request in flight.
   *
   * @param request the platform's own request, as `@Req()` gives it
   */
  isTrusted(request: unknown): boolean {
    const { running } = this.boot;
    const exchange = this.exchangeOf(request);
    // The decision does not apply to a request that was rewritten since.
    if (exchange === undefined || running?.platform.isUnchanged(request as object, exchange.request) !== true) {
      return false;
    }
    const { policy, decision } = exchange.decision;
    if (!trusts(policy, decision)) {
      return false;
    }
    exchange.isTrusted = true;
    return true;
  }

  private exchangeOf(request: unknown): Exchange | undefined {
    const { running } = this.boot;
    return running && isObject(request) ? exchangeOf(running.platform.messageOf(request)) : undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
