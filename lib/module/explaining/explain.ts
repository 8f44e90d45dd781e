import { type Block } from '../../core/browser/block.js';
import type { BrowserRequest, ServerAnswer } from '../../core/browser/browser-request.js';
import { checkResponse } from '../../core/browser/cors-check.js';
import { checkPreflight, preflightFields } from '../../core/browser/preflight.js';
import { troublesOf } from '../../core/decisions/second-opinion.js';
import type { RoutePolicy } from '../../core/policies/policy.js';
import type { HeaderField } from '../../core/protocol/fields.js';
import type { CorsRequest } from '../../core/requests/request.js';
import { reportPolicy, sourcesOf } from '../boot/effective-report.js';
import { type HandlerTarget } from '../boot/route-catalog.js';
import { placesOf } from '../boot/route-reports.js';
import type { RunningCors } from '../boot/running.js';
import type { Outcome, RouteTarget } from '../requests/outcome.js';
import type { CorsEngine } from '../requests/engine.js';
import { adviceFor } from './advice.js';
import type {
  ExplainedAnswer,
  ExplainedPreflight,
  ExplainedRoute,
  ExplainReason,
  ExplainRequest,
  Explanation,
} from './explanation.js';
import { browserRequestOf, isOfSameOrigin, type Question, readQuestion } from './question.js';
import { summaryOf } from './summary.js';

/** Stands for a handler's own status where one is needed: any of them passes the CORS check alike. */
const ANY_STATUS = 200;
/** Stands for the cookies of whoever would send the request. */
const SOME_COOKIE = 'explained=1';

/** One answer of the library to a request that nobody sent. */
interface Answered {
  /** `undefined`: the framework itself answers. */
  readonly outcome: Outcome | undefined;
  readonly request: CorsRequest | undefined;
  readonly answer: ExplainedAnswer;
}

/**
 * Says what would become of a request, by the engine that decides over real ones: providers are asked for real, and
 * nothing is published, counted or logged.
 *
 * @throws TypeError (a rejection) where the question makes no sense
 */
export async function explain(running: RunningCors, asked: ExplainRequest): Promise<Explanation> {
  const question = readQuestion(asked);
  const browser = browserRequestOf(question);
  const asks = browser && preflightFields(browser);
  const preflight = asks && (await answerTo(running, question, 'OPTIONS', fieldsBy(asks)));
  const actual = await answerTo(running, question, question.method, actualFields(question));
  const blocked = browser && blockOf(browser, preflight, actual);
  const match = actual.request && running.engine.locate(actual.request);
  const { outcome } = actual;
  const effective = running.sourceOf(outcome?.policy);
  const facts = {
    request: requestPart(question),
    route: match === undefined ? null : describeRoute(match),
    policy: reportPolicy(effective),
    provenance: effective?.kind === 'merged' ? effective.provenance : {},
    sources: match === undefined ? {} : sourcesAround(match.route.target),
    ...(preflight === undefined ? {} : { preflight: describePreflight(asks!, preflight, blocked) }),
    response: actual.answer,
    verdict: blocked === undefined ? ('allowed' as const) : ('blocked' as const),
    reason: reasonFor(question, blocked, preflight, actual),
    message: blocked?.message ?? '',
    ...(await secondOf(preflight?.outcome, outcome)),
  };
  const policy = (blocked?.stage === 'preflight' ? preflight?.outcome?.policy : undefined) ?? outcome?.policy;
  const served = actual.request === undefined ? [] : running.engine.methodsServedAt(actual.request);
  return Object.freeze({
    ...facts,
    summary: summaryOf(facts),
    advice: adviceFor(facts, {
      effective,
      served,
      blocked,
      troubles: policy?.kind === 'policy' ? troublesOf(policy) : [],
    }),
  });
}

async function answerTo(
  { platform, engine }: RunningCors,
  { url }: Question,
  method: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answered> {
  const native = platform.imagine({
    method,
    url: url.pathname + url.search,
    headers: { host: url.host, ...fields },
    secure: url.protocol === 'https:',
  });
  if (native === undefined) {
    return { outcome: undefined, request: undefined, answer: { headers: {}, reason: 'not-routable' } };
  }
  const request = platform.request(native);
  const outcome = await engine.decide(request);
  const { status, headers, vary, reason } = outcome.decision;
  // A refusal that waits for the handler comes too late where the router cannot read the path, and answers 400.
  const isOurs = status !== undefined && (!outcome.provisional || isReadable(request.path));
  const answer: ExplainedAnswer = {
    ...(isOurs ? { status } : {}),
    headers: { ...Object.fromEntries(headers), ...(vary.length === 0 ? {} : { Vary: vary.join(', ') }) },
    reason,
  };
  return { outcome, request, answer };
}

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** What stands in the request besides what the script sets. */
function actualFields(question: Question): Record<string, string> {
  const { method, origin, headers, credentials } = question;
  const cookies = credentials ? { cookie: SOME_COOKIE } : {};
  if (origin === undefined) {
    return { ...headers, ...cookies };
  }
  const same = isOfSameOrigin(question);
  return {
    accept: '*/*',
    ...headers,
    ...cookies,
    'sec-fetch-site': same ? 'same-origin' : 'cross-site',
    // To their own origin browsers send it only with what may change something (Fetch, 3.2).
    ...(same && (method === 'GET' || method === 'HEAD') ? {} : { origin }),
  };
}

function blockOf(browser: BrowserRequest, preflight: Answered | undefined, actual: Answered): Block | undefined {
  return (
    (preflight && checkPreflight(browser, serverAnswer(preflight))) ?? checkResponse(browser, serverAnswer(actual))
  );
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
  if (blocked.stage === 'preflight' && preflight?.outcome !== undefined && preflight.outcome.kind !== 'preflight') {
    // The app got it, and whatever it answers, no policy speaks for the request that would follow.
    return 'no-policy';
  }
  if (blocked.reason === 'wildcard-with-credentials') {
    return 'credentials-not-allowed';
  }
  const { answer, outcome } = blocked.stage === 'preflight' ? preflight! : actual;
  if (answer.reason === 'origin-not-allowed' && isInTrouble(outcome?.policy)) {
    return 'provider-failing';
  }
  return answer.reason === 'allowed' ? blocked.reason : answer.reason;
}

function isInTrouble(policy: RoutePolicy): boolean {
  return policy?.kind === 'policy' && troublesOf(policy).length > 0;
}

function describePreflight(
  asks: readonly HeaderField[],
  { answer, outcome }: Answered,
  blocked: Block | undefined,
): ExplainedPreflight {
  return {
    asks: Object.fromEntries(asks),
    ...answer,
    passedOn: outcome?.kind !== 'preflight',
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

async function secondOf(
  preflight: Outcome | undefined,
  actual: Outcome | undefined,
): Promise<Pick<Explanation, 'reportOnly'>> {
  const policy = actual?.policy?.kind === 'policy' ? actual.policy.reportOnly : undefined;
  const [asked, sent] = await Promise.all([preflight?.second, actual?.second]);
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
