import diagnostics from 'node:diagnostics_channel';
import type { CorsReason } from '../../core/decision.js';
import type { ReportReason } from '../../core/decide/report-only.js';

/**
 * A message of the channel `nestjs-cors-policy:decision`: one for each decision that was carried out, preflights and
 * requests without an `Origin` among them. Frozen and fit for a log: what a client sent is cut and its control characters
 * are escaped.
 *
 * It is published for a preflight when it is answered; for any other request when the head of its response is final, so
 * that it is what the client got, even if the handler corrected an earlier decision.
 *
 * @example
 * diagnostics.subscribe('nestjs-cors-policy:decision', (message) => {
 *   const { route, origin, reason } = message as CorsDecisionMessage;
 * });
 */
export interface CorsDecisionMessage {
  /** `OrdersController.update`, `ChatGateway`, `routes[0]`, or `a route without a controller`; absent where no route serves the request. */
  readonly route?: string;
  /** Name of the policy, `@NoCors()`; absent where none reaches the request. */
  readonly policy?: string;
  /** At most 512 characters; absent where the request has none. */
  readonly origin?: string;
  /** Of a preflight, the method that it asks for. At most 64 characters. */
  readonly method: string;
  readonly preflight: boolean;
  /** True of a WebSocket handshake; absent of any other request. */
  readonly webSocket?: true;
  /** True if the response carries the policy's grant; a request without an `Origin` is never refused. */
  readonly allowed: boolean;
  /** See the table of reasons in docs/explain.md. */
  readonly reason: CorsReason;
}

/**
 * A message of the channel `nestjs-cors-policy:report`: something that the policy in force allows and its `reportOnly`
 * policy would refuse. Frozen and fit for a log.
 */
export interface CorsReportMessage extends Omit<CorsDecisionMessage, 'origin' | 'allowed' | 'reason'> {
  /** At most 512 characters. */
  readonly origin: string;
  /** Name of the policy that is only reported: `partner`, `policies.public.reportOnly`. */
  readonly reportOnly: string;
  readonly reason: ReportReason;
}

/** The part of a channel that is used. `hasSubscribers` is one property: without a subscriber no message is created. */
interface MessageChannel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

export const decisionChannel: MessageChannel = diagnostics.channel('nestjs-cors-policy:decision');
export const reportChannel: MessageChannel = diagnostics.channel('nestjs-cors-policy:report');
