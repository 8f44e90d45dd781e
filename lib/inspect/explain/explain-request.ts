import { type Block } from '../../core/browser/block.js';
import { type BrowserRequest, sendsOrigin, type ServerAnswer } from '../../core/browser/request.js';
import { fetchAsBrowser } from '../../core/browser/fetch.js';
import { preflightFields } from '../../core/browser/preflight.js';
import { troublesOf } from '../../core/decide/report-only.js';
import type { RoutePolicy } from '../../core/policy/policy.js';
import { type HeaderField, RESOURCE_POLICY } from '../../core/http/headers.js';
import type { CorsRequest } from '../../core/request.js';
import { reportPolicy, sourcesOf } from '../policy-report.js';
import { type HandlerTarget } from '../../discovery/route-catalog.js';
import { placesOf } from '../route-reports.js';
import type { RequestDecision, RouteTarget } from '../../engine/request-decision.js';
import type { CorsEngine } from '../../engine/engine.js';
import { assumeAllowed } from '../../config/unasked-provider.js';
import { toOwnPages } from '../../pipeline/events/as-sent.js';
import { adviceFor } from './advice.js';
import type { ExplainedSockets } from './explain-socket.js';
import type {
  Examined,
  ExplainedAnswer,
  ExplainedPreflight,
  ExplainedRoute,
  ExplainReason,
  Explanation,
} from './explanation.js';
import { browserRequestOf, isOfSameOrigin, type Question } from './question.js';
import { summaryOf } from './summary.js';

/** Takes the place of a handler's own status. Every such status passes the CORS check alike. */
const ANY_STATUS = 200;
/** Takes the place of the cookies that a real request would have. */
const SOME_COOKIE = 'explained=1';

/** The parts of the running library that an explanation of an HTTP request needs. */
export interface ExplainedRequests extends Pick<ExplainedSockets, 'engine' | 'sourceOf'> {
  readonly platform: Pick<ExplainedSockets['platform'], 'imagine' | 'request'>;
}

/** One answer of the library to a request that was not sent. */
interface Answered {
  /** `undefined`: the framework itself answers. */
  readonly decided: RequestDecision | undefined;
  readonly request: CorsRequest | undefined;
  readonly answer: ExplainedAnswer;
}

/**
 * Explains what would happen to an HTTP request. Needs nothing of Node, so that the playground of the documentation runs
 * it in a browser.
 *
 * @param assumed the answer of providers that a preview does not create
 */
export async function explainRequest(
  running: ExplainedRequests,
  question: Question,
  assumed: boolean,
): Promise<Examined> {
  const browser = browserRequestOf(question);
  const asks = browser && preflightFields(browser);
  const preflight = asks && (await answerTo(running, question, 'OPTIONS', fieldsBy(asks), assumed));
  const actual = await answerTo(running, question, question.method, actualFields(question), assumed);
  const blocked = browser && (await blockOf(browser, preflight, actual));
  const match = actual.request && running.engine.locate(actual.request);
  const { decided } = actual;
  const effective = running.sourceOf(decided?.policy);
  const facts = {
    request: requestPart(question),
    route: match === undefined ? null : describeRoute(match),
    policy: reportPolicy(effective),
    provenance: effective?.kind === 'merged' ? effective.provenance : {},
    sources: match === undefined ? {} : sourcesAround(match.route.target),
    ...(preflight === undefined ? {} : { preflight: describePreflight(asks!, preflight, blocked) }),
    response: actual.answer,
    verdict: blocked === undefined ? ('allowed' as const) : ('blocked' as const),
    reason: withRoute(match, reasonFor(question, blocked, preflight, actual)),
    message: blocked?.message ?? '',
    ...(await reportOnlyOf(preflight?.decided, decided)),
  };
  const policy = (blocked?.stage === 'preflight' ? preflight?.decided?.policy : undefined) ?? decided?.policy;
  const served = actual.request === undefined ? [] : running.engine.methodsServedAt(actual.request);
  const advice = adviceFor(facts, {
    effective,
    served,
    blocked,
    troubles: policy?.kind === 'policy' ? troublesOf(policy) : [],
    answer: serverAnswer((blocked?.stage === 'preflight' ? preflight : undefined) ?? actual),
  });
  return {
    explanation: Object.freeze({ ...facts, summary: summaryOf(facts), advice }),
    blamed: running.sourceOf(policy),
  };
}

async function answerTo(
  { platform, engine }: ExplainedRequests,
  { url }: Question,
  method: string,
  fields: Readonly<Record<string, string>>,
  assumed: boolean,
): Promise<Answered> {
  const native = platform.imagine({
    method,
    url: url.pathname + url.search,
    headers: { host: url.host, ...fields },
    secure: url.protocol === 'https:',
  });
  if (native === undefined) {
    return { decided: undefined, request: undefined, answer: { headers: {}, reason: 'not-routable' } };
  }
  if (assumed) {
    assumeAllowed(native);
  }
  const request = platform.request(native);
  const decided = toOwnPages(await engine.decide(request));
  const { status, headers, vary, reason } = decided.decision;
  const { kind, policy } = decided;
  const resourcePolicy = kind === 'actual' && policy?.kind === 'policy' ? policy.resourcePolicy : undefined;
  // A refusal that waits for the handler comes too late where the router cannot read the path, and answers 400.
  const isOurs = status !== undefined && (!decided.provisional || isReadable(request.path));
  const answer: ExplainedAnswer = {
    ...(isOurs ? { status } : {}),
    headers: {
      ...Object.fromEntries(headers),
      ...(resourcePolicy === undefined ? {} : { [RESOURCE_POLICY]: resourcePolicy }),
      ...(vary.length === 0 ? {} : { Vary: vary.join(', ') }),
    },
    reason,
  };
  return { decided, request, answer };
}

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** The headers of the request besides those that the script sets. */
function actualFields(question: Question): Record<string, string> {
  const { headers, credentials } = question;
  const cookies = credentials ? { cookie: SOME_COOKIE } : {};
  const browser = browserRequestOf(question);
  if (browser === undefined) {
    return { ...headers, ...cookies };
  }
  return {
    accept: '*/*',
    ...headers,
    ...cookies,
    'sec-fetch-site': isOfSameOrigin(question) ? 'same-origin' : 'cross-site',
    ...(sendsOrigin(browser) ? { origin: browser.origin } : {}),
  };
}

async function blockOf(
  browser: BrowserRequest,
  preflight: Answered | undefined,
  actual: Answered,
): Promise<Block | undefined> {
  const { block } = await fetchAsBrowser(browser, {
    preflight: () => Promise.resolve(preflight && serverAnswer(preflight)),
    send: () => Promise.resolve(serverAnswer(actual)),
    follow: () => false,
  });
  return block;
}

function serverAnswer({ answer }: Answered): ServerAnswer {
  return { status: answer.status ?? ANY_STATUS, headers: Object.entries(answer.headers) };
}

function reasonFor(
  question: Question,
  blocked: Block | undefined,
  preflight: Answered | undefined,
  actual: Answered,
): ExplainReason {
  if (question.origin === undefined) {
    return 'no-origin';
  }
  if (isOfSameOrigin(question)) {
    return 'same-origin';
  }
  if (blocked === undefined) {
    return 'allowed';
  }
  if (blocked.stage === 'preflight' && preflight?.decided !== undefined && !isAnswered(preflight)) {
    // The app got the preflight. Whatever it answers, no policy applies to the request that would follow.
    return 'no-policy';
  }
  if (blocked.reason === 'wildcard-with-credentials') {
    return 'credentials-not-allowed';
  }
  const { answer, decided } = blocked.stage === 'preflight' ? preflight! : actual;
  if (answer.reason === 'origin-not-allowed' && isInTrouble(decided?.policy)) {
    return 'provider-failing';
  }
  return answer.reason === 'allowed' ? blocked.reason : answer.reason;
}

/** Without a policy, reports whether there is a route at all. */
function withRoute(match: ReturnType<CorsEngine['locate']>, reason: ExplainReason): ExplainReason {
  return reason === 'no-policy' && match === undefined ? 'no-route' : reason;
}

/** Reports whether a policy answers a preflight; otherwise it passes on to the app. */
function isAnswered({ decided }: Pick<Answered, 'decided'>): boolean {
  return decided?.kind === 'preflight' && decided.decision.status !== undefined;
}

function isInTrouble(policy: RoutePolicy): boolean {
  return policy?.kind === 'policy' && troublesOf(policy).length > 0;
}

function describePreflight(
  asks: readonly HeaderField[],
  { answer, decided }: Answered,
  blocked: Block | undefined,
): ExplainedPreflight {
  return {
    asks: Object.fromEntries(asks),
    ...answer,
    passedOn: !isAnswered({ decided }),
    granted: blocked?.stage !== 'preflight',
  };
}

function describeRoute({ route: { info }, params }: NonNullable<ReturnType<CorsEngine['locate']>>): ExplainedRoute {
  return {
    handler: info.name,
    methods: info.methods,
    path: info.path,
    params: { ...params },
    ...(info.host === undefined ? {} : { host: info.host.map(String) }),
    ...(info.version === undefined ? {} : { version: info.version }),
  };
}

function sourcesAround(target: RouteTarget): Explanation['sources'] {
  return target.kind === 'handler' ? sourcesOf(placesOf(target as HandlerTarget)) : {};
}

async function reportOnlyOf(
  preflight: RequestDecision | undefined,
  actual: RequestDecision | undefined,
): Promise<Pick<Explanation, 'reportOnly'>> {
  const policy = actual?.policy?.kind === 'policy' ? actual.policy.reportOnly : undefined;
  const [asked, sent] = await Promise.all([preflight?.reportOnly, actual?.reportOnly]);
  if (policy === undefined || (asked === undefined && sent === undefined)) {
    return {};
  }
  return {
    reportOnly: {
      policy: policy.name,
      ...(asked === undefined ? {} : { preflight: asked }),
      ...(sent === undefined ? {} : { response: sent }),
    },
  };
}

function requestPart({ method, url, origin, headers, credentials }: Question): Explanation['request'] {
  return { method, url: url.href, ...(origin === undefined ? {} : { origin }), headers, credentials };
}

function fieldsBy(fields: readonly HeaderField[]): Record<string, string> {
  return Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value]));
}
