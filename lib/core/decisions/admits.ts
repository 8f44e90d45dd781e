import type { MaybePromise, OriginQuestion } from '../origins/admission.js';
import { parseOrigin } from '../origins/origin.js';
import type { OriginRule } from '../policies/policy.js';
import type { CorsContext, CorsRequest, CorsRoute } from '../requests/request.js';

/** The route that a policy is asked for. */
export interface RouteAsked {
  readonly route: CorsRoute | undefined;
  /** The parameters of its path; read only where someone is asked. */
  paramsOf(request: CorsRequest): CorsContext['params'];
}

const NO_PARAMS: CorsContext['params'] = Object.freeze({});

/** Where no route serves the request. */
export const NO_ROUTE_ASKED: RouteAsked = Object.freeze({ route: undefined, paramsOf: () => NO_PARAMS });

/**
 * Reports whether a rule admits the request's origin (DESIGN 3.1). What is at hand is answered at once, without a
 * promise; only a provider that must look something up makes it wait. `null` and malformed origins are never asked
 * about. Never rejects.
 *
 * @param method the method asked for: of a preflight, its `Access-Control-Request-Method`
 */
export function admits(
  rule: OriginRule,
  request: CorsRequest,
  method: string,
  asked: RouteAsked,
  preflight: boolean,
): MaybePromise<boolean> {
  if (rule.any) {
    return true;
  }
  const { origin } = request;
  if (origin === undefined) {
    return false;
  }
  if (rule.matcher.has(origin)) {
    return true;
  }
  if (origin === 'null') {
    return rule.allowNull;
  }
  if ((rule.expressions.length === 0 && rule.questions.length === 0) || parseOrigin(origin) === undefined) {
    return false;
  }
  if (rule.expressions.some((expression) => expression.test(origin))) {
    return true;
  }
  if (rule.questions.length === 0) {
    return false;
  }
  // The platform has to read some of it anew: only where someone may look.
  const context = rule.usesContext ? contextOf(request, origin, method, asked, preflight) : NO_CONTEXT;
  return askFrom(rule.questions, 0, origin, context);
}

/** For those who look at nothing but the origin. */
const NO_CONTEXT: CorsContext = Object.freeze({
  origin: '',
  method: '',
  url: '',
  hostname: '',
  params: NO_PARAMS,
  route: undefined,
  preflight: false,
  request: undefined,
});

function contextOf(
  request: CorsRequest,
  origin: string,
  method: string,
  asked: RouteAsked,
  preflight: boolean,
): CorsContext {
  return {
    origin,
    method,
    url: request.url,
    hostname: request.hostname,
    params: asked.paramsOf(request),
    route: asked.route,
    preflight,
    request: request.native,
  };
}

/** Asks one after the other until one says yes; becomes asynchronous only where an answer does. */
function askFrom(
  questions: readonly OriginQuestion[],
  first: number,
  origin: string,
  context: CorsContext,
): MaybePromise<boolean> {
  for (let index = first; index < questions.length; index++) {
    const answer = questions[index]!.ask(origin, context);
    if (answer === true) {
      return true;
    }
    if (answer !== false) {
      return answer.then((admitted) => admitted || askFrom(questions, index + 1, origin, context));
    }
  }
  return false;
}
