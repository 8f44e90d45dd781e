import type { MaybePromise, BoundProvider } from '../policy/origin-provider.js';
import { isSharedOrigin, parseOrigin } from '../origin/origin.js';
import type { OriginRule } from '../policy/policy.js';
import type { CorsContext, CorsRequest, CorsRoute } from '../request.js';

/** The route that a policy is asked for. */
export interface RouteAsked {
  readonly route: CorsRoute | undefined;
  /** The parameters of its path; read only if a provider is called. */
  paramsOf(request: CorsRequest): CorsContext['params'];
}

const NO_PARAMS: CorsContext['params'] = Object.freeze({});

/** For a request that no route serves. */
export const NO_ROUTE_ASKED: RouteAsked = Object.freeze({ route: undefined, paramsOf: () => NO_PARAMS });

/**
 * Reports whether a rule allows the request's origin (rule 3.1). Answers without a promise unless a provider has to
 * wait. No provider is called for `null` and malformed origins. Never rejects.
 *
 * @param method the requested method: of a preflight, its `Access-Control-Request-Method`
 */
export function allows(
  rule: OriginRule,
  request: CorsRequest,
  method: string,
  asked: RouteAsked,
  preflight: boolean,
): MaybePromise<boolean> {
  if (rule.any) {
    return true;
  }
  if (rule.all !== undefined) {
    return allowedByAll(rule.all, request, method, asked, preflight);
  }
  const { origin } = request;
  if (origin === undefined) {
    return false;
  }
  if (rule.matcher.has(origin)) {
    return true;
  }
  if (isSharedOrigin(origin)) {
    return rule.shared.has(origin);
  }
  if ((rule.expressions.length === 0 && rule.providers.length === 0) || parseOrigin(origin) === undefined) {
    return false;
  }
  if (rule.expressions.some((expression) => expression.test(origin))) {
    return true;
  }
  // The platform has to read some of it again, so this is done only if a provider may use it.
  const context = rule.usesContext ? contextOf(request, origin, method, asked, preflight) : NO_CONTEXT;
  return askFrom(rule.providers, 0, origin, context);
}

function allowedByAll(
  rules: readonly OriginRule[],
  request: CorsRequest,
  method: string,
  asked: RouteAsked,
  preflight: boolean,
): MaybePromise<boolean> {
  const answers = rules.map((rule) => allows(rule, request, method, asked, preflight));
  const waiting = answers.filter((answer) => answer instanceof Promise);
  // The answers known so far may refuse already: then no provider is awaited.
  if (waiting.length === 0 || answers.includes(false)) {
    return !answers.includes(false);
  }
  return Promise.all(waiting).then((all) => !all.includes(false));
}

/** For providers that use the origin only. */
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

/** Calls one after the other until one allows the origin; asynchronous only if an answer is. */
function askFrom(
  providers: readonly BoundProvider[],
  first: number,
  origin: string,
  context: CorsContext,
): MaybePromise<boolean> {
  for (let index = first; index < providers.length; index++) {
    const answer = providers[index]!.ask(origin, context);
    if (answer === true) {
      return true;
    }
    if (answer !== false) {
      return answer.then((originAllowed) => originAllowed || askFrom(providers, index + 1, origin, context));
    }
  }
  return false;
}
