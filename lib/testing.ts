export type { HeaderField } from './core/protocol/fields.js';
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
} from './core/browser/browser-request.js';
export { checkResponse } from './core/browser/cors-check.js';
export { PreflightCache } from './core/browser/preflight-cache.js';
export { checkPreflight, grantOf, preflightFields, type PreflightGrant } from './core/browser/preflight.js';
export { followRedirect, isRedirect, type Redirect } from './core/browser/redirect.js';
export {
  isHeaderForbiddenToPages,
  isSafelistedRequestHeader,
  needsPreflight,
  unsafeHeaderNames,
} from './core/browser/request-safelist.js';
export { visibleHeaders } from './core/browser/visible-headers.js';
export { browser, type BrowserOptions, type BrowserPage } from './testing/browser.js';
export type { BrowserFetchInit } from './testing/fetch-init.js';
export type { AnswerHead, BlockedResult, FetchResult, PreflightExchange, SeenResult } from './testing/result.js';
export type { BrowserTarget } from './testing/target.js';
export { type CorsExpectation, type CorsMatchers, corsMatchers, type MatcherOutcome } from './testing/matchers.js';
export { remedyFor } from './testing/remedy.js';
