import type { AuditFinding } from '../../inspect/finding.js';
import type { ExplainedFix, Explanation, ExplainReason } from '../../inspect/explain/explanation.js';
import type { Admission, FoundEntries } from '../../inspect/origins.js';
import type { RouteReport } from '../../inspect/policy-report.js';
import type { CorsReason } from '../../core/decision.js';
import type { ReportCount } from '../../pipeline/events/report-only-counts.js';
import type { AllowlistStatus } from '../../providers/status.js';

// What the development page and its server say to each other. Types only: the page imports them too. Everything that
// comes from a client or from the app is text for the page to show, never HTML.

export type { ExplainedFix, Explanation } from '../../inspect/explain/explanation.js';
export type { Admission, AllowingPart, KnownEntry } from '../../inspect/origins.js';

/** The answer to `run.json`. */
export interface RunAnswer {
  /** Another one after each start of the app. */
  readonly run: string;
}

/** The answer to `overview.json`: everything that the page shows before it is asked anything. */
export interface OverviewAnswer extends RunAnswer {
  /** The routes of the app, without the page's own; at most 2,000. */
  readonly routes: readonly OverviewRoute[];
  /** The number of routes beyond that bound. */
  readonly routesLeftOut: number;
  /** Origins that the matrix begins with. */
  readonly origins: readonly string[];
  /** Origins that a policy has refused lately, the newest first; at most 20. */
  readonly refusedOrigins: readonly string[];
  readonly allowlists: readonly AllowlistStatus[];
  readonly findings: readonly AuditFinding[];
  readonly reports: readonly ReportCount[];
  /** `null`: the option `tester` is `false`. */
  readonly tester: TesterInvitation | null;
}

export interface OverviewRoute extends RouteReport {
  /** An address of the route: a path, or a whole address where it is of another origin than the page. */
  readonly example: string;
  /** Name of the controller or of the gateway; `routes` for an entry of that option; `platform` for a route without Nest. */
  readonly group: string;
}

/** The tester's documents for one development page. */
export interface TesterInvitation {
  readonly origins: readonly {
    readonly origin: string;
    /** Address of the document that a frame of the page loads. It contains a secret. */
    readonly frame: string;
  }[];
}

/** The answer to `explain.json?q=…`; the question is an `ExplainRequest` as JSON. */
export interface ExplainAnswer extends Explanation {
  /** Corrections, the best first; none where the request is allowed, or where none was shown to help. */
  readonly fixes: readonly ExplainedFix[];
  /** Names of the headers that a script may read of every answer, in lower case. */
  readonly alwaysReadable: readonly string[];
}

/** The answer to `matrix.json?q=…`: one cell for each route of the overview, in its order. */
export type MatrixAnswer = readonly MatrixCell[];

/**
 * The state of a route for an origin: usable `with-cookies` or `without-cookies`, `refused`; `no-policy`: the library
 * leaves it alone; `unknown`: {@link MatrixCell.why} says why.
 */
export type CellState = 'with-cookies' | 'without-cookies' | 'refused' | 'no-policy' | 'unknown';

export interface MatrixCell {
  readonly state: CellState;
  readonly reason?: ExplainReason;
  /** Of an `unknown` state, why it is unknown. */
  readonly why?: string;
}

/**
 * The answer to `origins.json?q=…`; the question is a part of an entry, or an origin. Its entries are those of policies
 * and of loaded lists that contain the text, in any case of letters: at most 50. Lists that are looked up cannot be
 * searched.
 */
export interface OriginsAnswer extends FoundEntries {
  /** The answers about the origin; `null` where the text is not the origin of a page. */
  readonly admissions: readonly Admission[] | null;
  /** The reason why the text is not the origin of a page; absent where it is one. */
  readonly problem?: { readonly reason: string; readonly suggestion?: string };
}

/** The answer to what cannot be answered: 400, 429, 503. */
export interface ErrorAnswer {
  /** A sentence for the user. */
  readonly error: string;
  /** The field of the question that is wrong. */
  readonly field?: 'method' | 'url' | 'origin' | 'headers' | 'credentials' | 'namespace';
  /** A valid value for that field. */
  readonly suggestion?: string;
}

/**
 * A message of `decisions.events` (server-sent events without a name). The first one of a stream has the recent
 * decisions, at most 200; further ones come at most four times a second, with at most 50 decisions. After a
 * reconnection within one run, the first one continues where the last one ended (`Last-Event-ID`).
 *
 * An app has four streams at most. A further one gets 429, and one without a token 403; an `EventSource` does not
 * connect again after such an answer.
 */
export interface DecisionsMessage extends RunAnswer {
  /** The oldest first. */
  readonly decisions: readonly DecisionEvent[];
  /** The number of decisions before these that are not sent, because there were too many. */
  readonly leftOut: number;
}

/** A decision about a real request. No value of a header is in it but that of `Origin`. */
export interface DecisionEvent {
  /** Counts up from 1 in each run. */
  readonly id: number;
  /** Milliseconds since 1970 (UTC). */
  readonly time: number;
  /** As `RouteReport.handler`; absent where no route serves the request. */
  readonly route?: string;
  /** Name of the policy, `@NoCors()`; absent where none reaches the request. */
  readonly policy?: string;
  /** At most 512 characters; absent where the request has none. */
  readonly origin?: string;
  /** Of a preflight, the method that it asks for. At most 64 characters. */
  readonly method: string;
  /** Path and query as the client sent them; at most 512 characters. */
  readonly url: string;
  /** Scheme and host that the client asked for, as far as they are known: `http://localhost:3000`. */
  readonly base?: string;
  readonly preflight: boolean;
  /** True of a WebSocket handshake. */
  readonly webSocket?: true;
  readonly allowed: boolean;
  readonly reason: CorsReason;
  /** True if the request has cookies, or an `Authorization` that browsers send by themselves (Basic and the like). */
  readonly credentials: boolean;
  /**
   * Names of headers in lower case: of a preflight those that it asks for; of any other request those that a script has
   * set and that need a preflight. At most 32, each of at most 64 characters.
   */
  readonly headers: readonly string[];
  /** Of a request, the id of its preflight where that was among the recent decisions. */
  readonly pair?: number;
}

/** A message of the tester's document to the page. Each question gets one answer. */
export type TesterMessage = { readonly ready: true } | { readonly id: number; readonly seen: TesterSeen };

/** A question of the page to the tester's document. */
export type TesterQuestion = RequestTest | SocketTest;

interface TestPart {
  readonly id: number;
  readonly url: string;
}

/** A request to send with `fetch()`. */
export interface RequestTest extends TestPart {
  readonly webSocket?: false;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: boolean;
  readonly body?: TesterBody;
  /** Cookies for the time of the request: name and value. */
  readonly cookies?: readonly TesterPair[];
}

/** A WebSocket to open. */
export interface SocketTest extends TestPart {
  readonly webSocket: true;
  /** Of socket.io. Default: `/`. */
  readonly namespace?: string;
  /** The first message to send once it is open. */
  readonly message?: string;
}

export type TesterPair = readonly [name: string, value: string];

export type TesterBody =
  | { readonly kind: 'text' | 'json'; readonly text: string }
  /** `application/x-www-form-urlencoded` */
  | { readonly kind: 'form'; readonly fields: readonly TesterPair[] }
  /** `multipart/form-data` */
  | {
      readonly kind: 'files';
      readonly fields: readonly TesterPair[];
      readonly files: readonly { readonly field: string; readonly name: string; readonly content: Blob }[];
    };

/** The result of a test, as a script of the tester's document sees it. */
export type TesterSeen = {
  readonly milliseconds: number;
  /** Names of the cookies that were set for the time of the request. */
  readonly cookies?: readonly string[];
  /** Why cookies could not be set. */
  readonly cookieProblem?: string;
} & (
  | { readonly blocked: false; readonly status: number; readonly headers: readonly TesterPair[]; readonly body: string }
  /** Of a WebSocket. */
  | { readonly blocked: false; readonly told: string; readonly received?: string }
  | {
      readonly blocked: true;
      readonly error: string;
      /** False where the browser threw before it asked the server anything. */
      readonly sent?: boolean;
      /** True where the app redirected the request to another origin, which the tester does not reach. */
      readonly redirected?: true;
    }
);
