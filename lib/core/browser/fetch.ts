import { block, type Block } from './block.js';
import { checkResponse } from './cors-check.js';
import { checkPreflight, preflightFields } from './preflight.js';
import { followRedirect, isRedirect, isRedirectStatus, type Redirect } from './redirect.js';
import type { BrowserRedirect } from './request-check.js';
import type { BrowserRequest, ServerAnswer } from './request.js';
import type { HeaderField } from '../http/headers.js';

/** The parts of a fetch that come from outside: the network, and optional checks. */
export interface BrowserNetwork {
  /** Judges a request before anything is sent. */
  check?(request: BrowserRequest): Block | undefined;
  /**
   * Sends a preflight with these fields.
   *
   * @returns `cached` where a cache has its grant; `undefined` where the server does not answer
   */
  preflight(request: BrowserRequest, fields: readonly HeaderField[]): Promise<ServerAnswer | 'cached' | undefined>;
  /** Called for a preflight's answer that grants the request. */
  granted?(request: BrowserRequest, answer: ServerAnswer): void;
  /** Sends the request itself; `undefined` where the server does not answer. */
  send(request: BrowserRequest): Promise<ServerAnswer | undefined>;
  /** Judges an answer that passed the CORS check. */
  judge?(request: BrowserRequest, answer: ServerAnswer): Block | undefined;
  /** Called when a preflight is refused, or when an answer does not pass its checks. */
  refused?(request: BrowserRequest): void;
  /** Called before a redirect is followed; `false` ends the fetch there. */
  follow(redirect: Exclude<Redirect, { blocked: Block }>, answer: ServerAnswer): boolean;
}

/** The end of a fetch. */
export interface Fetched {
  readonly end: 'answered' | 'blocked' | 'redirected' | 'preflighted';
  /** The request at the last step: redirects change it. */
  readonly request: BrowserRequest;
  /** The answer to that request; missing where it was not sent, and where the server does not answer. */
  readonly answer?: ServerAnswer;
  readonly block?: Block;
  /** The target of a redirect that is not followed. */
  readonly location?: string;
}

/** Settings of a fetch. */
export interface FetchSettings {
  /** Default: `follow`. */
  readonly redirect?: BrowserRedirect;
  /** Ends the fetch with a granted preflight, or where none is needed. Default: `false`. */
  readonly preflightOnly?: boolean;
}

/**
 * Fetches as a browser does for a page (https://fetch.spec.whatwg.org/#concept-main-fetch): the preflight where one is
 * needed, the request, the CORS check of each answer, and the redirects.
 *
 * @throws what the network throws (a rejection)
 */
export async function fetchAsBrowser(
  first: BrowserRequest,
  network: BrowserNetwork,
  { redirect = 'follow', preflightOnly = false }: FetchSettings = {},
): Promise<Fetched> {
  for (let request = first; ;) {
    const blocked = (by: Block, answer?: ServerAnswer): Fetched => ({
      end: 'blocked',
      request,
      block: by,
      ...(answer === undefined ? {} : { answer }),
    });
    const excluded = network.check?.(request);
    if (excluded !== undefined) {
      return blocked(excluded);
    }
    const refusal = await askFirst(request, network);
    if (refusal !== undefined) {
      network.refused?.(request);
      return blocked(refusal);
    }
    if (preflightOnly) {
      return { end: 'preflighted', request };
    }
    const answer = await network.send(request);
    if (answer === undefined) {
      return blocked(block(request, 'response', 'no-answer'));
    }
    const hidden = checkResponse(request, answer) ?? network.judge?.(request, answer);
    if (hidden !== undefined) {
      network.refused?.(request);
      return blocked(hidden, answer);
    }
    if (redirect === 'follow' ? !isRedirect(answer) : !isRedirectStatus(answer.status)) {
      return { end: 'answered', request, answer };
    }
    if (redirect === 'error') {
      return blocked(block(request, 'response', 'redirect-refused'), answer);
    }
    if (redirect === 'manual') {
      return { end: 'redirected', request, answer };
    }
    const next = followRedirect(request, answer);
    if ('blocked' in next) {
      return blocked(next.blocked, answer);
    }
    if (!network.follow(next, answer)) {
      return { end: 'redirected', request, answer, location: next.request.url };
    }
    ({ request } = next);
  }
}

/** CORS-preflight fetch (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0), where the request needs one. */
async function askFirst(request: BrowserRequest, network: BrowserNetwork): Promise<Block | undefined> {
  const fields = preflightFields(request);
  const answer = fields === undefined ? 'cached' : await network.preflight(request, fields);
  if (answer === 'cached') {
    return undefined;
  }
  if (answer === undefined) {
    return block(request, 'preflight', 'no-answer');
  }
  const refusal = checkPreflight(request, answer);
  if (refusal === undefined) {
    network.granted?.(request, answer);
  }
  return refusal;
}
