import type { Block } from '../../core/browser/block.js';
import {
  type BrowserRequest,
  isCrossOrigin,
  type ServerAnswer,
  serializedOrigin,
} from '../../core/browser/browser-request.js';
import { checkResponse } from '../../core/browser/cors-check.js';
import { checkPreflight, preflightFields } from '../../core/browser/preflight.js';
import { followRedirect, isRedirect } from '../../core/browser/redirect.js';
import { visibleHeaders } from '../../core/browser/visible-headers.js';
import { type HeaderField, ORIGIN } from '../../core/protocol/fields.js';
import type { WireRequest } from './send.js';

/** One message to the server, its answer, and what the browser makes of that. */
export interface ProbeStep {
  readonly kind: 'preflight' | 'request';
  readonly method: string;
  readonly url: string;
  readonly sent: readonly HeaderField[];
  readonly answer: ServerAnswer;
  /** Missing where the browser goes on. */
  readonly block?: Block;
}

/** What became of a request that a page would send. */
export interface Probed {
  /** `redirected`: the server leads elsewhere, and was not followed. `preflight-passed`: the request was not to be sent. */
  readonly verdict: 'allowed' | 'blocked' | 'redirected' | 'preflight-passed';
  readonly steps: readonly ProbeStep[];
  /** The request as it stood at the last step: redirects change it. */
  readonly request: BrowserRequest;
  readonly block?: Block;
  /** Where the server leads to, as it was written. */
  readonly location?: string;
  /** The response headers that a script may read, in lower case. */
  readonly visible: readonly string[];
}

/** How far to go. */
export interface ProbeOptions {
  readonly body?: string | undefined;
  readonly preflightOnly: boolean;
  readonly follow: boolean;
  readonly send: (request: WireRequest) => Promise<ServerAnswer>;
}

/** Does over the wire what a browser would do for a page (Fetch, 4.1 and 4.4), and judges each answer as it would. */
export async function probeServer(first: BrowserRequest, options: ProbeOptions): Promise<Probed> {
  const steps: ProbeStep[] = [];
  let request = first;
  let { body } = options;
  for (;;) {
    const preflight = await sendPreflight(request, options);
    if (preflight !== undefined) {
      steps.push(preflight);
    }
    if (preflight?.block !== undefined) {
      return { verdict: 'blocked', steps, request, block: preflight.block, visible: [] };
    }
    if (options.preflightOnly) {
      return { verdict: 'preflight-passed', steps, request, visible: [] };
    }
    const step = await sendRequest(request, body, options);
    steps.push(step);
    if (step.block !== undefined) {
      return { verdict: 'blocked', steps, request, block: step.block, visible: [] };
    }
    const { answer } = step;
    if (!isRedirect(answer)) {
      return { verdict: 'allowed', steps, request, visible: namesOf(visibleHeaders(request, answer)) };
    }
    const redirect = followRedirect(request, answer);
    if ('blocked' in redirect) {
      return { verdict: 'blocked', steps, request, block: redirect.blocked, visible: [] };
    }
    if (!options.follow) {
      return { verdict: 'redirected', steps, request, location: redirect.request.url, visible: [] };
    }
    body = redirect.keepsBody ? body : undefined;
    ({ request } = redirect);
  }
}

async function sendPreflight(request: BrowserRequest, { send }: ProbeOptions): Promise<ProbeStep | undefined> {
  const fields = preflightFields(request);
  if (fields === undefined) {
    return undefined;
  }
  const { url } = request;
  const answer = await send({ method: 'OPTIONS', url, headers: fields });
  const block = checkPreflight(request, answer);
  return { kind: 'preflight', method: 'OPTIONS', url, sent: fields, answer, ...(block === undefined ? {} : { block }) };
}

async function sendRequest(
  request: BrowserRequest,
  body: string | undefined,
  { send }: ProbeOptions,
): Promise<ProbeStep> {
  const { method, url } = request;
  const accepts = request.headers.some(([name]) => name.toLowerCase() === 'accept');
  const sent: readonly HeaderField[] = [
    ...(accepts ? [] : [['Accept', '*/*'] as const]),
    ...request.headers,
    ...(sendsOrigin(request) ? [[ORIGIN, serializedOrigin(request)] as const] : []),
  ];
  const answer = await send({ method, url, headers: sent, body });
  const block = checkResponse(request, answer);
  return { kind: 'request', method, url, sent, answer, ...(block === undefined ? {} : { block }) };
}

/** Fetch, 3.2: of a same-origin request only those that may change something carry an `Origin`. */
function sendsOrigin(request: BrowserRequest): boolean {
  return isCrossOrigin(request) || (request.method !== 'GET' && request.method !== 'HEAD');
}

function namesOf(fields: readonly HeaderField[]): readonly string[] {
  return [...new Set(fields.map(([name]) => name))];
}
