import type { Block } from '../../../core/browser/block.js';
import { checkResponse } from '../../../core/browser/cors-check.js';
import { fetchAsBrowser } from '../../../core/browser/fetch.js';
import { checkPreflight } from '../../../core/browser/preflight.js';
import { checkRequest } from '../../../core/browser/request-check.js';
import {
  type BrowserRequest,
  sendsOrigin,
  type ServerAnswer,
  serializedOrigin,
} from '../../../core/browser/request.js';
import { visibleHeaders } from '../../../core/browser/visible-headers.js';
import { type HeaderField, ORIGIN } from '../../../core/http/headers.js';
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

/** The result of a request that a page would send. */
export interface Probed {
  /**
   * `redirected`: the server leads elsewhere, and was not followed. `preflight-passed`: the request was not to be sent.
   */
  readonly verdict: 'allowed' | 'blocked' | 'redirected' | 'preflight-passed';
  readonly steps: readonly ProbeStep[];
  /** The request at the last step: redirects change it. */
  readonly request: BrowserRequest;
  readonly block?: Block;
  /** The target of the server's redirect, as it was written. */
  readonly location?: string;
  /** The response headers that a script may read, in lower case. */
  readonly visible: readonly string[];
}

/** Limits of the probe. */
export interface ProbeOptions {
  readonly body?: string | undefined;
  readonly preflightOnly: boolean;
  readonly follow: boolean;
  readonly send: (request: WireRequest) => Promise<ServerAnswer>;
}

const VERDICTS = {
  answered: 'allowed',
  blocked: 'blocked',
  redirected: 'redirected',
  preflighted: 'preflight-passed',
} as const;

/** Does over the wire what a browser would do for a page, and judges each answer as it would. */
export async function probeServer(
  first: BrowserRequest,
  { body, preflightOnly, follow, send }: ProbeOptions,
): Promise<Probed> {
  const steps: ProbeStep[] = [];
  let content = body;
  const step = async (
    kind: ProbeStep['kind'],
    message: WireRequest,
    judge: (answer: ServerAnswer) => Block | undefined,
  ): Promise<ServerAnswer> => {
    const answer = await send(message);
    const block = judge(answer);
    const { method, url, headers: sent } = message;
    steps.push({ kind, method, url, sent, answer, ...(block === undefined ? {} : { block }) });
    return answer;
  };
  const { end, request, answer, block, location } = await fetchAsBrowser(
    first,
    {
      check: checkRequest,
      preflight: (asked, headers) =>
        step('preflight', { method: 'OPTIONS', url: asked.url, headers }, (reply) => checkPreflight(asked, reply)),
      send: (asked) => {
        const { method, url } = asked;
        return step('request', { method, url, headers: fieldsOf(asked), body: content }, (reply) =>
          checkResponse(asked, reply),
        );
      },
      follow: ({ keepsBody }) => {
        content = keepsBody ? content : undefined;
        return follow;
      },
    },
    { preflightOnly },
  );
  return {
    verdict: VERDICTS[end],
    steps,
    request,
    ...(block === undefined ? {} : { block }),
    ...(location === undefined ? {} : { location }),
    visible: end === 'answered' && answer !== undefined ? namesOf(visibleHeaders(request, answer)) : [],
  };
}

function fieldsOf(request: BrowserRequest): readonly HeaderField[] {
  const accepts = request.headers.some(([name]) => name.toLowerCase() === 'accept');
  return [
    ...(accepts ? [] : [['Accept', '*/*'] as const]),
    ...request.headers,
    ...(sendsOrigin(request) ? [[ORIGIN, serializedOrigin(request)] as const] : []),
  ];
}

function namesOf(fields: readonly HeaderField[]): readonly string[] {
  return [...new Set(fields.map(([name]) => name))];
}
