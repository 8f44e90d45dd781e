import type { DecisionEvent, ExplainAnswer, TesterSeen } from '../../../../lib/tooling/devtools/protocol.js';
import { compare, type ComparedLine } from '../../../../lib/tooling/devtools/page/tester/comparison.js';

interface Prediction {
  readonly verdict?: ExplainAnswer['verdict'];
  /** Absent: no preflight. */
  readonly granted?: boolean | 'unknown';
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly credentials?: boolean;
  readonly webSocket?: true;
}

function predicted(prediction: Prediction): ExplainAnswer {
  const { verdict = 'allowed', granted, status, headers = {}, credentials = false, webSocket } = prediction;
  const explained: object = {
    request: { credentials, ...(webSocket && { webSocket }) },
    verdict,
    response: { headers, ...(status !== undefined && { status }) },
    alwaysReadable: ['cache-control', 'content-type'],
    ...(granted !== undefined && { preflight: granted === 'unknown' ? {} : { granted } }),
  };
  return explained as ExplainAnswer;
}

const BLOCKED: TesterSeen = { blocked: true, error: 'TypeError: Failed to fetch', milliseconds: 1 };
const NOT_SENT: TesterSeen = { blocked: true, error: 'TypeError: forbidden method', sent: false, milliseconds: 0 };
const SEEN: TesterSeen = { blocked: false, status: 200, headers: [['content-type', 'a/b']], body: '', milliseconds: 1 };
const PREFLIGHT = { preflight: true, allowed: true } as DecisionEvent;
const REFUSED_PREFLIGHT = { preflight: true, allowed: false } as DecisionEvent;
/** No policy answers it: the app does. */
const PASSED_ON = { preflight: true, allowed: false, reason: 'no-policy' } as DecisionEvent;
const REQUEST = { preflight: false, allowed: true } as DecisionEvent;

function lineOf(lines: readonly ComparedLine[], title: string): Omit<ComparedLine, 'title'> {
  const { title: _title, ...rest } = lines.find((line) => line.title.startsWith(title))!;
  return rest;
}

describe('6.5: prediction and result', () => {
  it('agree in every line', () => {
    const { agrees, summary, lines } = compare(
      predicted({ granted: true, headers: { 'Access-Control-Expose-Headers': 'X-Total-Count' } }),
      { ...SEEN, headers: [...SEEN.headers, ['x-total-count', '1']] },
      [PREFLIGHT, REQUEST],
    );
    expect([agrees, summary]).toEqual([true, 'As predicted: allowed.']);
    expect(lines).toEqual([
      { title: 'Preflight', predicted: 'granted', happened: 'granted', agrees: true },
      { title: 'Verdict', predicted: 'allowed', happened: 'allowed', agrees: true },
      { title: 'Status', predicted: "the handler's own", happened: '200' },
      {
        title: 'Headers that a script may read',
        predicted: 'those of every answer, x-total-count',
        happened: 'content-type, x-total-count',
        agrees: true,
      },
    ]);
  });

  it.each([
    ['a request', {}, 'TimeoutError: The operation timed out.'],
    ['a WebSocket', { webSocket: true as const }, 'no answer within 15 s'],
  ])('are not compared where %s had no answer in time', (_title, prediction, error) => {
    const late: TesterSeen = { blocked: true, error, milliseconds: 15_000 };
    const { agrees, summary, lines } = compare(predicted({ ...prediction, verdict: 'blocked' }), late, [REQUEST]);

    expect([agrees, summary]).toEqual([false, 'There was no answer within 15 s, so the browser has not decided.']);
    expect(lineOf(lines, 'Verdict')).toEqual({ predicted: 'blocked', happened: 'no answer' });
    expect(lines.slice(-2).map(({ agrees: agreed }) => agreed)).not.toContain(true);
  });

  it.each([{ verdict: 'allowed' as const }, { verdict: 'blocked' as const }])(
    'are not compared where the app redirected the request to another origin: %j',
    (prediction) => {
      const seen: TesterSeen = { ...BLOCKED, redirected: true };
      const { agrees, summary, reached, lines } = compare(predicted(prediction), seen, undefined);

      expect(agrees).toBe(false);
      expect(summary).toMatch(/^The app redirected the request to another origin/);
      expect(reached).toBe('The app got the request.');
      expect(lineOf(lines, 'Verdict')).toEqual({ predicted: prediction.verdict, happened: 'redirected' });
      expect(lines.map(({ agrees: agreed }) => agreed)).toEqual([undefined, undefined, undefined, undefined]);
    },
  );

  it('differ in the verdict', () => {
    const blocked = compare(predicted({ verdict: 'allowed' }), BLOCKED, [REQUEST]);
    expect(blocked.agrees).toBe(false);
    expect(blocked.summary).toMatch(/^Not as predicted: allowed was predicted, and this browser blocked it\./);
    const allowed = compare(predicted({ verdict: 'blocked' }), SEEN, [REQUEST]);
    expect(allowed.summary).toMatch(/^Not as predicted: blocked was predicted, and this browser allowed it\./);
    expect(allowed.lines.filter(({ agrees }) => agrees === false).map(({ title }) => title)).toEqual([
      'Verdict',
      'Status',
      'Headers that a script may read',
    ]);
  });

  it('do not differ where the prediction does not know', () => {
    const { summary, lines } = compare(predicted({ verdict: 'unknown', granted: 'unknown' }), BLOCKED, [PREFLIGHT]);
    expect(summary).toBe('The prediction did not know. This browser blocked it.');
    expect(lines.map(({ agrees }) => agrees)).not.toContain(false);
  });

  it.each<[string, Prediction, TesterSeen, DecisionEvent[] | undefined, object]>([
    ['none, as predicted', {}, SEEN, [REQUEST], { predicted: 'none', happened: 'none', agrees: true }],
    ['one too many', {}, SEEN, [PREFLIGHT], { predicted: 'none', happened: 'granted', agrees: false }],
    ['none, not told', {}, SEEN, undefined, { predicted: 'none', happened: 'not known' }],
    [
      'refused, as predicted',
      { verdict: 'blocked', granted: false },
      BLOCKED,
      [REFUSED_PREFLIGHT],
      { predicted: 'not granted', happened: 'not granted', agrees: true },
    ],
    [
      'refused, but granted',
      { verdict: 'blocked', granted: false },
      SEEN,
      [PREFLIGHT],
      { predicted: 'not granted', happened: 'granted', agrees: false },
    ],
    [
      'granted without credentials, as predicted',
      { verdict: 'blocked', granted: false, credentials: true },
      BLOCKED,
      [PREFLIGHT],
      { predicted: 'not granted', happened: 'answered, and no request is known' },
    ],
    [
      'granted by the app itself',
      { verdict: 'blocked', granted: false },
      SEEN,
      [PASSED_ON, REQUEST],
      { predicted: 'not granted', happened: 'granted', agrees: false },
    ],
    [
      'granted by the app itself, and then blocked',
      { verdict: 'blocked', granted: false },
      BLOCKED,
      [PASSED_ON, REQUEST],
      { predicted: 'not granted', happened: 'granted', agrees: false },
    ],
    [
      'kept by the browser',
      { granted: true },
      SEEN,
      [REQUEST],
      { predicted: 'granted', happened: 'granted, or one that the browser kept', agrees: true },
    ],
    [
      'not told, and blocked',
      { verdict: 'blocked', granted: false },
      BLOCKED,
      undefined,
      { predicted: 'not granted', happened: 'not known' },
    ],
    ['not sent', { granted: true }, NOT_SENT, [], { predicted: 'granted', happened: 'not sent' }],
  ])('have a preflight: %s', (_what, prediction, seen, decisions, expected) => {
    expect(lineOf(compare(predicted(prediction), seen, decisions).lines, 'Preflight')).toEqual(expected);
  });

  it.each<[Prediction, TesterSeen, object]>([
    [{ status: 403 }, { ...SEEN, status: 403 }, { predicted: '403', happened: '403', agrees: true }],
    [{ status: 403 }, SEEN, { predicted: '403', happened: '200', agrees: false }],
    [{ verdict: 'blocked' }, BLOCKED, { predicted: 'not readable', happened: 'not readable', agrees: true }],
    [{}, BLOCKED, { predicted: "the handler's own", happened: 'not readable', agrees: false }],
  ])('have a status: %j', (prediction, seen, expected) => {
    expect(lineOf(compare(predicted(prediction), seen, []).lines, 'Status')).toEqual(expected);
  });

  it.each<[Record<string, string>, boolean, string, boolean]>([
    [{}, false, 'x-a', false],
    [{ 'access-control-expose-headers': 'X-A' }, false, 'x-a', true],
    [{ 'Access-Control-Expose-Headers': '*' }, false, 'x-a', true],
    [{ 'Access-Control-Expose-Headers': '*' }, true, 'x-a', false],
    [{}, false, 'Cache-Control', true],
    [{}, false, 'expires', false],
  ])('have headers that a script may read: %j', (headers, credentials, name, agrees) => {
    const seen = { ...SEEN, headers: [[name, '1'] as const] };
    expect(lineOf(compare(predicted({ headers, credentials }), seen, []).lines, 'Headers')).toMatchObject({ agrees });
  });

  it('of a WebSocket are the verdict alone', () => {
    const socket = predicted({ webSocket: true });
    const open = compare(socket, { blocked: false, told: 'open', milliseconds: 1 }, undefined);
    expect(open.lines.map(({ title }) => title)).toEqual(['Verdict']);
    expect(open.reached).toBe('The connection was open.');
    expect(compare(socket, BLOCKED, undefined).reached).toBe(
      'The browser asked for the WebSocket, and got no connection.',
    );
  });
});

describe('6.5: how far a request came', () => {
  it.each<[string, Prediction, TesterSeen, DecisionEvent[] | undefined, string]>([
    ['an answer', {}, SEEN, undefined, 'The app got the request.'],
    ['a decision', { verdict: 'blocked' }, BLOCKED, [REQUEST], 'The app got the request.'],
    [
      'a preflight alone',
      { verdict: 'blocked', granted: false },
      BLOCKED,
      [REFUSED_PREFLIGHT],
      'The app got the preflight alone. The browser did not send the request.',
    ],
    [
      'a preflight that was predicted',
      { verdict: 'blocked', granted: false },
      BLOCKED,
      undefined,
      'The preflight was not granted, so the browser did not send the request.',
    ],
    [
      'a preflight that was granted, and a handler without an answer so far',
      { verdict: 'allowed', granted: true },
      BLOCKED,
      [PREFLIGHT],
      'The app got the preflight. It is not known whether the request came after it.',
    ],
    [
      'a preflight that the browser rejected for its credentials',
      { verdict: 'blocked', granted: false, credentials: true },
      BLOCKED,
      [PREFLIGHT],
      'The preflight was not granted, so the browser did not send the request.',
    ],
    ['a block that was predicted', { verdict: 'blocked' }, BLOCKED, [], 'It is not known how far the request came.'],
    ['a block that was not', { verdict: 'allowed' }, BLOCKED, [], 'It is not known how far the request came.'],
    [
      'nothing',
      { verdict: 'allowed' },
      NOT_SENT,
      [],
      'The browser rejected the request before it asked the server anything.',
    ],
  ])('is told by %s', (_what, prediction, seen, decisions, reached) => {
    expect(compare(predicted(prediction), seen, decisions).reached).toBe(reached);
  });

  it('is told by the app where the document of the tester was led to another origin', () => {
    const { summary, reached, lines } = compare(predicted({}), NOT_SENT, [REQUEST]);
    expect(summary).toMatch(/^Not as predicted: allowed was predicted, and this browser blocked it\./);
    expect(reached).toBe('The app got the request.');
    expect(lineOf(lines, 'Preflight')).toEqual({ predicted: 'none', happened: 'none', agrees: true });
  });

  it('is never called sent where the browser threw', () => {
    for (const webSocket of [undefined, true] as const) {
      const { summary, reached } = compare(predicted({ ...(webSocket && { webSocket }) }), NOT_SENT, undefined);
      expect(summary).toBe('Nothing was sent: TypeError: forbidden method');
      expect(reached).not.toMatch(/sent|got|open\b/);
    }
  });
});
