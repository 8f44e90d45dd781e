import type { DecisionEvent, ExplainAnswer, TesterSeen } from '../../protocol.js';

/** One line of the table "predicted / happened". */
export interface ComparedLine {
  readonly title: string;
  readonly predicted: string;
  readonly happened: string;
  /** Absent where one of the two is not known, so that nothing can differ. */
  readonly agrees?: boolean;
}

export interface Comparison {
  /** True if the verdict is as predicted. */
  readonly agrees: boolean;
  /** The result in a sentence. */
  readonly summary: string;
  /** A sentence about how far the request came. */
  readonly reached: string;
  readonly lines: readonly ComparedLine[];
}

/**
 * Compares the prediction with the result.
 *
 * @param decisions what the app decided about this request, as the page was told; `undefined`: the page was told nothing
 */
export function compare(
  explained: ExplainAnswer,
  seen: TesterSeen,
  decisions: readonly DecisionEvent[] | undefined,
): Comparison {
  const isSocket = explained.request.webSocket === true;
  const undecided = undecidedWord(seen);
  const happened = undecided ?? (seen.blocked ? 'blocked' : 'allowed');
  const agrees = explained.verdict === happened;
  return {
    agrees,
    summary: summaryOf(explained, happened, seen, decisions),
    reached: isSocket ? socketReached(seen) : reachedBy(explained, seen, decisions, agrees),
    lines: [
      ...(isSocket ? [] : [preflightLine(explained, seen, decisions)]),
      {
        title: 'Verdict',
        predicted: explained.verdict,
        happened,
        ...(explained.verdict === 'unknown' || undecided !== undefined ? {} : { agrees }),
      },
      ...(isSocket ? [] : [statusLine(explained, seen), headersLine(explained, seen)]),
    ],
  };
}

function summaryOf(
  { verdict }: ExplainAnswer,
  happened: string,
  seen: TesterSeen,
  decisions: readonly DecisionEvent[] | undefined,
): string {
  if (wasNotSent(seen, decisions)) {
    return `Nothing was sent: ${errorOf(seen)}`;
  }
  if (hadNoAnswer(seen)) {
    return 'There was no answer within 15 s, so the browser has not decided.';
  }
  if (wasRedirected(seen)) {
    return (
      'The app redirected the request to another origin, which the live tester does not follow. ' +
      'For a page the CORS headers of that origin decide.'
    );
  }
  if (verdict === 'unknown') {
    return `The prediction did not know. This browser ${happened} it.`;
  }
  return verdict === happened
    ? `As predicted: ${verdict}.`
    : `Not as predicted: ${verdict} was predicted, and this browser ${happened} it. The app itself may have answered ` +
        '(middleware, a proxy, headers of its own), or there was no answer: see the console.';
}

/** Reports whether the browser rejected the request itself. One that the app has told of was sent. */
function wasNotSent(seen: TesterSeen, decisions: readonly DecisionEvent[] = []): boolean {
  return seen.blocked && seen.sent === false && decisions.length === 0;
}

/** Reports whether the tester gave up waiting: the browser blocked nothing. */
function hadNoAnswer(seen: TesterSeen): boolean {
  return seen.blocked && /^TimeoutError\b|^no answer within /.test(seen.error);
}

/** Reports whether the request left the app, which is all that the tester reaches. */
function wasRedirected(seen: TesterSeen): boolean {
  return seen.blocked && seen.redirected === true;
}

/** The result where the browser has neither allowed nor blocked the request; `undefined` where it has. */
function undecidedWord(seen: TesterSeen): string | undefined {
  return hadNoAnswer(seen) ? 'no answer' : wasRedirected(seen) ? 'redirected' : undefined;
}

function errorOf(seen: TesterSeen): string {
  return seen.blocked ? seen.error : '';
}

/** A script does not learn how far its request came. The app tells it, or a preflight that was refused as predicted. */
function reachedBy(
  { preflight }: ExplainAnswer,
  seen: TesterSeen,
  decisions: readonly DecisionEvent[] | undefined,
  agrees: boolean,
): string {
  if (wasNotSent(seen, decisions)) {
    return 'The browser rejected the request before it asked the server anything.';
  }
  if (!seen.blocked || wasRedirected(seen) || hasRequest(decisions)) {
    return 'The app got the request.';
  }
  const decided = preflightIn(decisions);
  if (decided !== undefined && isRefused(decided)) {
    return 'The app got the preflight alone. The browser did not send the request.';
  }
  if (agrees && preflight?.granted === false) {
    return 'The preflight was not granted, so the browser did not send the request.';
  }
  // A handler that has not answered yet has no decision, and a route without a policy may have none.
  return decided === undefined
    ? 'It is not known how far the request came.'
    : 'The app got the preflight. It is not known whether the request came after it.';
}

function hasRequest(decisions: readonly DecisionEvent[] | undefined): boolean {
  return decisions?.some(({ preflight }) => !preflight) === true;
}

function preflightIn(decisions: readonly DecisionEvent[] | undefined): DecisionEvent | undefined {
  return decisions?.findLast(({ preflight }) => preflight);
}

/** Reports whether a preflight was refused. One that no policy answers is left to the app. */
export function isRefused({ allowed, reason }: DecisionEvent): boolean {
  return !allowed && reason !== 'no-policy' && reason !== 'no-route';
}

function socketReached(seen: TesterSeen): string {
  return wasNotSent(seen)
    ? 'The browser rejected the WebSocket before it asked the server anything.'
    : seen.blocked
      ? 'The browser asked for the WebSocket, and got no connection.'
      : 'The connection was open.';
}

function preflightLine(
  { preflight }: ExplainAnswer,
  seen: TesterSeen,
  decisions: readonly DecisionEvent[] | undefined,
): ComparedLine {
  const title = 'Preflight';
  const predicted =
    preflight === undefined ? 'none' : preflight.granted === undefined ? 'unknown' : grantedWord(preflight.granted);
  const decided = preflightIn(decisions);
  if (decided !== undefined) {
    const refused = isRefused(decided);
    if (!refused && seen.blocked && !hasRequest(decisions)) {
      // The browser may reject a grant: the app does not know whether the page sends cookies.
      return { title, predicted, happened: 'answered, and no request is known' };
    }
    const happened = grantedWord(!refused);
    return { title, predicted, happened, ...(predicted === 'unknown' ? {} : { agrees: predicted === happened }) };
  }
  if (wasNotSent(seen, decisions)) {
    return { title, predicted, happened: 'not sent' };
  }
  if (preflight === undefined) {
    return decisions === undefined
      ? { title, predicted, happened: 'not known' }
      : { title, predicted, happened: 'none', agrees: true };
  }
  // A browser keeps a preflight for as long as its Access-Control-Max-Age says.
  return {
    title,
    predicted,
    happened: seen.blocked ? 'not known' : 'granted, or one that the browser kept',
    ...(seen.blocked || predicted === 'unknown' ? {} : { agrees: predicted === 'granted' }),
  };
}

function grantedWord(granted: boolean): string {
  return granted ? 'granted' : 'not granted';
}

function statusLine({ response, verdict }: ExplainAnswer, seen: TesterSeen): ComparedLine {
  const predicted =
    verdict === 'blocked'
      ? 'not readable'
      : response.status === undefined
        ? "the handler's own"
        : String(response.status);
  if (undecidedWord(seen) !== undefined) {
    return { title: 'Status', predicted, happened: 'not known' };
  }
  if (seen.blocked || !('status' in seen)) {
    return { title: 'Status', predicted, happened: 'not readable', agrees: verdict !== 'allowed' };
  }
  const happened = String(seen.status);
  return {
    title: 'Status',
    predicted,
    happened,
    ...(verdict === 'allowed' && response.status === undefined ? {} : { agrees: predicted === happened }),
  };
}

function headersLine({ response, verdict, request, alwaysReadable }: ExplainAnswer, seen: TesterSeen): ComparedLine {
  const title = 'Headers that a script may read';
  const exposed = exposedIn(response.headers);
  const isEvery = exposed.includes('*') && !request.credentials;
  const predicted =
    verdict === 'blocked' ? 'none' : isEvery ? 'every header' : ['those of every answer', ...exposed].join(', ');
  if (undecidedWord(seen) !== undefined) {
    return { title, predicted, happened: 'not known' };
  }
  if (seen.blocked || !('headers' in seen)) {
    return { title, predicted, happened: 'none', agrees: verdict !== 'allowed' };
  }
  const names = seen.headers.map(([name]) => name.toLowerCase());
  const may = (name: string): boolean => isEvery || alwaysReadable.includes(name) || exposed.includes(name);
  return {
    title,
    predicted,
    happened: names.length === 0 ? 'none' : names.join(', '),
    agrees: verdict !== 'blocked' && names.every(may),
  };
}

/** In lower case. */
function exposedIn(headers: Readonly<Record<string, string>>): readonly string[] {
  const field = Object.entries(headers).find(([name]) => name.toLowerCase() === 'access-control-expose-headers')?.[1];
  return (field ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}
