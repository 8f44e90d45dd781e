export type { HeaderField } from './core/http/headers.js';
export type { Block, BlockReason, CorsCheckReason } from './core/browser/block.js';
export {
  type BrowserCredentials,
  type BrowserMode,
  type BrowserRequest,
  carriesCredentials,
  isCrossOrigin,
  normalizeMethod,
  type RedirectHistory,
  serializedOrigin,
  type ServerAnswer,
} from './core/browser/request.js';
export { checkResponse } from './core/browser/cors-check.js';
export { PreflightCache } from './core/browser/preflight-cache.js';
export { checkPreflight, grantOf, preflightFields, type PreflightGrant } from './core/browser/preflight.js';
export { type BrowserRedirect, checkRequest } from './core/browser/request-check.js';
export { followRedirect, isRedirect, type Redirect } from './core/browser/redirect.js';
export {
  isHeaderForbiddenToPages,
  isSafelistedRequestHeader,
  needsPreflight,
  unsafeHeaderNames,
} from './core/browser/safelist.js';
export { visibleHeaders } from './core/browser/visible-headers.js';
export { browser, type BrowserOptions, type BrowserPage } from './tooling/testing/browser.js';
export type { BrowserFetchInput } from './tooling/testing/fetch-init.js';
export type { BrowserCache, BrowserFetchInit } from './tooling/testing/fetch-members.js';
export type { ReferrerPolicyName } from './tooling/testing/referrer.js';
export type {
  AnswerHead,
  BlockedResult,
  FetchResult,
  PreflightExchange,
  SeenResult,
} from './tooling/testing/result.js';
export type { BrowserWebSocketInit } from './tooling/testing/web-socket.js';
export type { BlockedWebSocket, OpenedWebSocket, WebSocketResult } from './tooling/testing/web-socket-result.js';
export type { WebSocketReason } from './core/browser/web-socket.js';
export type { BrowserTarget } from './tooling/testing/browser-target.js';
export { type CorsExpectation, type CorsMatchers, corsMatchers, remedyFor } from './tooling/testing/matchers.js';
export type { MatcherOutcome } from './tooling/testing/matcher-outcome.js';
export type { WebSocketExpectation } from './tooling/testing/web-socket-matcher.js';
