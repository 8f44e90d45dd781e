import type { Block, BlockReason } from '../../core/browser/block.js';
import { type BrowserRequest, fieldOf, serializedOrigin } from '../../core/browser/browser-request.js';
import type { ProbeStep } from './probe.js';

type Advice = (block: Block, request: BrowserRequest, step: ProbeStep) => string;

const CREDENTIALS =
  'Answer with Access-Control-Allow-Credentials: true, or do not send credentials: leave `credentials` of fetch() out.';
const ONE_ORIGIN: Advice = (_block, request) =>
  `Answer with exactly one Access-Control-Allow-Origin: ${serializedOrigin(request)}, and Vary: Origin. Two layers may ` +
  'each set one: a proxy and the app.';

const ADVICE: Readonly<Record<BlockReason, Advice>> = {
  'missing-allow-origin': (block, request, step) => {
    const origin = `Access-Control-Allow-Origin: ${serializedOrigin(request)}`;
    return block.stage === 'preflight'
      ? `${preflightHint(step)}Answer OPTIONS with ${origin}, if this page is meant to use it.`
      : `Answer with ${origin}, errors and redirects too, if this page is meant to use it.`;
  },
  'wildcard-with-credentials': (_block, request) =>
    `Name the origin: Access-Control-Allow-Origin: ${serializedOrigin(request)}, with Vary: Origin, for origins that you ` +
    'list; or do not send credentials.',
  'multiple-allow-origin': ONE_ORIGIN,
  'invalid-allow-origin': ONE_ORIGIN,
  'other-allow-origin': ({ value = '' }, request, { answer }) =>
    varies(answer.headers)
      ? `The server admits ${value}. Add ${serializedOrigin(request)} to its list, if this page is meant to use it.`
      : `The server names ${value} whoever asks, or a cache keeps the answer for another origin: name the origin that asks, ` +
        'and set Vary: Origin.',
  'credentials-not-allowed': () => CREDENTIALS,
  'preflight-status': (_block, _request, step) =>
    `${preflightHint(step)}The answer to a preflight has to have a status from 200 to 299.`,
  'preflight-redirect': (_block, _request, { answer }) =>
    `Request the URL that it redirects to (${fieldOf(answer.headers, 'location') ?? ''}), or have OPTIONS answered before the ` +
    'redirect: a missing slash or http: instead of https: is a common cause.',
  'unreadable-allow-methods': () => 'Access-Control-Allow-Methods has to be a list of methods with commas between.',
  'unreadable-allow-headers': () =>
    'Access-Control-Allow-Headers has to be a list of header names with commas between.',
  'method-not-allowed': ({ value = '' }, { credentials }) =>
    `Add ${value} to Access-Control-Allow-Methods; case matters${credentials === 'include' ? ', and * counts for nothing with credentials' : ''}.`,
  'header-not-allowed': ({ value = '' }, { credentials }) =>
    `Add ${value} to Access-Control-Allow-Headers${
      value === 'authorization'
        ? '; * does not cover it'
        : credentials === 'include'
          ? '; * counts for nothing with credentials'
          : ''
    }.`,
  'redirect-with-user-info': () => 'Redirect to a URL without a user name and a password.',
  'redirect-refused': () => 'The page does not follow redirects: request the URL that it leads to.',
  'redirect-invalid': () => 'Redirect to a URL: what stands in Location is none.',
  'redirect-unsafe': () => 'Redirect to an http: or https: URL.',
  'too-many-redirects': () => 'The redirects lead in a circle, or are more than 20.',
  'mode-same-origin': () => "Leave mode: 'same-origin' out.",
  'no-answer': () => 'The server did not answer.',
};

/** What to change so that the browser no longer blocks. */
export function adviceOn(block: Block, request: BrowserRequest, step: ProbeStep): string {
  return ADVICE[block.reason](block, request, step);
}

/** What a status of the preflight's answer gives away. */
function preflightHint({ answer: { status } }: ProbeStep): string {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return `The server answers ${status}: a preflight never carries credentials, so it has to be answered before authentication. `;
    case 404:
    case 405:
    case 501:
      return `The server answers ${status}: nothing answers OPTIONS there. `;
    default:
      return status >= 500 ? `The server answers ${status}: it fails before it gets to CORS. ` : '';
  }
}

/** What is not wrong for this page, but for another one or a cache. */
export function remarksOn(request: BrowserRequest, step: ProbeStep | undefined): readonly string[] {
  const headers = step?.answer.headers ?? [];
  const named = fieldOf(headers, 'access-control-allow-origin');
  return named !== undefined && named === serializedOrigin(request) && !varies(headers)
    ? [
        'The answer names the origin, but has no Vary: Origin: a cache may hand it to a page of another origin, which then is blocked.',
      ]
    : [];
}

function varies(headers: ProbeStep['answer']['headers']): boolean {
  const names = (fieldOf(headers, 'vary') ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.includes('origin') || names.includes('*');
}
