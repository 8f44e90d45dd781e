import { splitFieldValue } from '../http/lists.js';
import type { Block, BlockReason } from './block.js';
import { fieldOf, type ServerAnswer } from './request.js';

/** A block, and the facts about it that advice depends on. */
export interface BlockedFetch {
  readonly block: Pick<Block, 'reason' | 'stage' | 'value'>;
  /** The value of `Origin` in the request. */
  readonly origin: string;
  /** True if the request carries credentials. */
  readonly credentials: boolean;
  /** The answer that the block is about; absent without an answer. */
  readonly answer?: ServerAnswer | undefined;
}

type Text = (fetch: BlockedFetch) => string;

/** BlockAdvice for a server of any kind and, where that can say more, for an app that uses this library. */
interface BlockAdvice {
  readonly server: Text;
  readonly policy?: Text;
}

const NOT_OURS: Text = () =>
  'This library did not answer the preflight. Look for middleware, a proxy or a handler of OPTIONS that does.';
const OTHER_VALUE: Text = ({ block }) =>
  `'${block.value}' was set by the handler, by middleware or by a proxy. This library sends '*' or the page's own origin.`;
const ONE_ORIGIN: Text = ({ origin }) =>
  `Answer with exactly one Access-Control-Allow-Origin: ${origin}, and Vary: Origin. Two layers may each set one: a proxy and the app.`;
const HTTP_URL: BlockAdvice = { server: () => 'Redirect to an http: or https: URL.' };

/** BlockAdvice by the reason of a block. */
const ADVICE: Readonly<Record<BlockReason, BlockAdvice>> = {
  'missing-allow-origin': {
    server: ({ block, origin, answer }) => {
      const field = `Access-Control-Allow-Origin: ${origin}`;
      return block.stage === 'preflight'
        ? `${statusHint(answer)}Answer OPTIONS with ${field}, if this page is meant to use it.`
        : `Answer with ${field}, errors and redirects too, if this page is meant to use it.`;
    },
    policy: ({ block, origin, answer }) =>
      block.stage === 'preflight' && answer !== undefined && answer.status >= 400
        ? 'No policy answered the preflight: put @CorsPolicy(…) on the handler or its controller, or list the path in `routes`.'
        : `Add '${origin}' to the \`origin\` of the route's policy. A route without a policy, or with @NoCors(), never sends this header.`,
  },
  'wildcard-with-credentials': {
    server: ({ origin }) =>
      `List the allowed origins and answer with one of them: Access-Control-Allow-Origin: ${origin}, with Vary: Origin. Or do not send credentials.`,
    policy: () =>
      "List the origins of the route's policy instead of '*', and set `credentials: true`. Or send the request without credentials.",
  },
  'multiple-allow-origin': {
    server: ONE_ORIGIN,
    policy: () =>
      'Set the header in one place only: the handler, middleware or a proxy sets it in addition to this library.',
  },
  'invalid-allow-origin': { server: ONE_ORIGIN, policy: OTHER_VALUE },
  'other-allow-origin': {
    server: ({ block: { value = '' }, origin, answer }) =>
      variesByOrigin(answer)
        ? `The server allows ${value}. Add ${origin} to its list, if this page is meant to use it.`
        : `The server answers every origin with ${value}, or a cache keeps the answer for another origin. Answer with the origin that asks, and set Vary: Origin.`,
    policy: OTHER_VALUE,
  },
  'credentials-not-allowed': {
    server: () =>
      'Answer with Access-Control-Allow-Credentials: true, or do not send credentials: remove `credentials` from fetch().',
    policy: () => "Set `credentials: true` in the route's policy, or send the request without credentials.",
  },
  'preflight-status': {
    server: ({ answer }) => `${statusHint(answer)}The answer to a preflight must have a status from 200 to 299.`,
    policy: NOT_OURS,
  },
  'preflight-redirect': {
    server: ({ answer }) =>
      `Request the URL that it redirects to (${valueOf(answer, 'location')}), or answer OPTIONS before the redirect. A missing slash or http: instead of https: is a common cause.`,
    policy: NOT_OURS,
  },
  'unreadable-allow-methods': {
    server: () => 'Access-Control-Allow-Methods must be a list of methods with commas between.',
    policy: NOT_OURS,
  },
  'unreadable-allow-headers': {
    server: () => 'Access-Control-Allow-Headers must be a list of header names with commas between.',
    policy: NOT_OURS,
  },
  'method-not-allowed': {
    server: ({ block: { value = '' }, credentials }) =>
      `Add ${value} to Access-Control-Allow-Methods. Case matters${credentials ? ', and * has no effect with credentials' : ''}.`,
    policy: ({ block }) =>
      `Add '${block.value}' to the \`methods\` of the policy of the route that serves it, and the origin to that policy.`,
  },
  'header-not-allowed': {
    server: ({ block: { value = '' }, credentials }) => {
      const wildcard =
        value === 'authorization' ? '; * does not cover it' : credentials ? '; * has no effect with credentials' : '';
      return `Add ${value} to Access-Control-Allow-Headers${wildcard}.`;
    },
    policy: ({ block }) => `Add '${block.value}' to the \`allowedHeaders\` of the route's policy, or do not send it.`,
  },
  'redirect-with-user-info': { server: () => 'Redirect to a URL without a user name and a password.' },
  'redirect-refused': {
    server: () => "The page asked for `redirect: 'error'`: let it follow, or request the target of the redirect.",
  },
  'redirect-invalid': HTTP_URL,
  'redirect-unsafe': HTTP_URL,
  'redirect-ambiguous': { server: () => 'Send exactly one Location.' },
  'too-many-redirects': { server: () => 'The redirects lead in a circle, or there are more than 20.' },
  'mode-same-origin': {
    server: () =>
      "The page asked for `mode: 'same-origin'`, which allows no request to another origin: leave `mode` out.",
  },
  'mode-no-cors': {
    server: () =>
      "The page asked for `mode: 'no-cors'` with a `redirect` other than 'follow'. Browsers send no such request to another origin: remove one of the two.",
  },
  'unsupported-scheme': { server: () => 'Use an http: or https: URL.' },
  'unsafe-port': {
    server: ({ block: { value = '' } }) =>
      `Let the server listen on another port: browsers send nothing to port ${value}.`,
  },
  'body-too-large': { server: () => 'Send a body of at most 64 KiB, or leave `keepalive` out.' },
  'not-cached': {
    server: () =>
      "The page asked for `cache: 'only-if-cached'`, and nothing is cached here: the HTTP cache of the test browser is always empty.",
  },
  'resource-policy': {
    server: () => 'Answer with Cross-Origin-Resource-Policy: cross-origin, if this page is meant to use it.',
    policy: () =>
      "Set `resourcePolicy: 'cross-origin'` in the route's policy. helmet and useSecurityHeaders() set another value.",
  },
  'proxy-authentication': { server: () => 'Answer with 401: the status 407 is for proxies only.' },
  'no-answer': { server: () => 'The server closed the connection without an answer, or does not run.' },
};

/** BlockAdvice for a server of any kind. */
export function adviceForServer(fetch: BlockedFetch): string {
  return ADVICE[fetch.block.reason].server(fetch);
}

/** BlockAdvice for an app that uses this library. */
export function adviceForPolicy(fetch: BlockedFetch): string {
  const { server, policy = server } = ADVICE[fetch.block.reason];
  return policy(fetch);
}

/** Reports whether an answer says that it depends on the origin. */
export function variesByOrigin(answer: ServerAnswer | undefined): boolean {
  const names = splitFieldValue(valueOf(answer, 'vary')).map((name) => name.toLowerCase());
  return names.includes('origin') || names.includes('*');
}

/** The value of a field by its lower-case name; empty without the field, and without an answer. */
function valueOf(answer: ServerAnswer | undefined, name: string): string {
  return (answer && fieldOf(answer.headers, name)) ?? '';
}

/** The meaning of a status of the preflight's answer. */
function statusHint(answer: ServerAnswer | undefined): string {
  const status = answer?.status ?? 200;
  switch (status) {
    case 401:
    case 403:
    case 407:
      return `The server answers ${status}: a preflight never carries credentials, so it must be answered before authentication. `;
    case 404:
    case 405:
    case 501:
      return `The server answers ${status}: nothing answers OPTIONS there. `;
    default:
      return status >= 500 ? `The server answers ${status}: it fails before it gets to CORS. ` : '';
  }
}
