import type { BlockReason } from '../../../../../lib/core/browser/block.js';
import type { BrowserRequest, ServerAnswer } from '../../../../../lib/core/browser/request.js';
import { type Probed, probeServer } from '../../../../../lib/tooling/cli/probe/probe.js';
import { reportOn } from '../../../../../lib/tooling/cli/probe/report.js';
import type { WireRequest } from '../../../../../lib/tooling/cli/probe/send.js';
import { probeText } from '../../../../../lib/tooling/cli/probe/text.js';

const ORIGIN = 'https://app.example';
const simple: BrowserRequest = {
  origin: ORIGIN,
  url: 'https://api.example/a',
  method: 'GET',
  headers: [],
  credentials: 'same-origin',
};
const put: BrowserRequest = { ...simple, method: 'PUT', headers: [['X-Page', '2']] };

const answer = (status: number, headers: Record<string, string> = {}): ServerAnswer => ({
  status,
  headers: Object.entries(headers),
});
const allow = { 'Access-Control-Allow-Origin': ORIGIN, Vary: 'Origin' };
const grant = { ...allow, 'Access-Control-Allow-Methods': 'PUT', 'Access-Control-Allow-Headers': 'x-page' };

async function probe(
  request: BrowserRequest,
  answers: ServerAnswer[],
  options: Partial<Parameters<typeof probeServer>[1]> = {},
): Promise<{ probed: Probed; sent: WireRequest[] }> {
  const sent: WireRequest[] = [];
  const send = async (wire: WireRequest): Promise<ServerAnswer> => {
    sent.push(wire);
    return answers[sent.length - 1]!;
  };
  return { probed: await probeServer(request, { preflightOnly: false, follow: false, send, ...options }), sent };
}

const lines = (sent: readonly WireRequest[]): string[] => sent.map(({ method, url }) => `${method} ${url}`);

describe('a probe', () => {
  it('sends what a browser sends: first the preflight, then the request with what the script sets', async () => {
    const { probed, sent } = await probe(put, [answer(204, grant), answer(200, allow)], { body: 'x' });
    expect(probed).toMatchObject({ verdict: 'allowed' });
    expect(sent).toEqual([
      {
        method: 'OPTIONS',
        url: put.url,
        headers: [
          ['Accept', '*/*'],
          ['Access-Control-Request-Method', 'PUT'],
          ['Access-Control-Request-Headers', 'x-page'],
          ['Origin', ORIGIN],
        ],
      },
      {
        method: 'PUT',
        url: put.url,
        headers: [
          ['Accept', '*/*'],
          ['X-Page', '2'],
          ['Origin', ORIGIN],
        ],
        body: 'x',
      },
    ]);
  });

  it('does not send a request after a refused preflight, or with --preflight-only', async () => {
    const refused = await probe(put, [answer(204, allow)]);
    expect(refused.probed).toMatchObject({ verdict: 'blocked', block: { reason: 'method-not-allowed' } });
    expect(lines(refused.sent)).toEqual([`OPTIONS ${put.url}`]);
    const only = await probe(put, [answer(204, grant)], { preflightOnly: true });
    expect(only.probed.verdict).toBe('preflight-passed');
    expect(lines(only.sent)).toEqual([`OPTIONS ${put.url}`]);
  });

  it('follows redirects only with --follow, and then sends a preflight where a browser does', async () => {
    const moved = answer(307, { ...allow, Location: 'https://other.example/b' });
    const stopped = await probe(put, [answer(204, grant), moved]);
    expect(stopped.probed).toMatchObject({ verdict: 'redirected', location: 'https://other.example/b' });
    expect(stopped.sent).toHaveLength(2);

    const asNull = { ...grant, 'Access-Control-Allow-Origin': 'null' };
    const followed = await probe(put, [answer(204, grant), moved, answer(204, asNull), answer(200, asNull)], {
      follow: true,
    });
    expect(followed.probed.verdict).toBe('allowed');
    expect(lines(followed.sent).slice(2)).toEqual(['OPTIONS https://other.example/b', 'PUT https://other.example/b']);
    expect(followed.sent[3]!.headers).toContainEqual(['Origin', 'null']);
  });

  it('ends if redirects lead in a circle', async () => {
    const round = Array.from({ length: 30 }, () => answer(302, { ...allow, Location: '/a' }));
    const { probed } = await probe(simple, round, { follow: true });
    expect(probed).toMatchObject({ verdict: 'blocked', block: { reason: 'too-many-redirects' } });
  });

  it('does not check a request of the same origin', async () => {
    const { probed, sent } = await probe({ ...simple, origin: 'https://api.example' }, [answer(200)]);
    expect(probed.verdict).toBe('allowed');
    expect(sent[0]!.headers).toEqual([['Accept', '*/*']]);
    expect(reportOn({ request: probed.request, body: undefined, dropped: [] }, probed).notes.join()).toContain(
      'CORS does not apply',
    );
  });

  const include: BrowserRequest = { ...put, credentials: 'include' };
  it.each<[BlockReason, BrowserRequest, ServerAnswer, RegExp]>([
    ['missing-allow-origin', put, answer(404), /nothing answers OPTIONS there/],
    ['missing-allow-origin', put, answer(401), /before authentication/],
    ['missing-allow-origin', put, answer(502), /fails before it gets to CORS/],
    ['missing-allow-origin', simple, answer(200), /Answer with Access-Control-Allow-Origin: https:\/\/app\.example/],
    [
      'wildcard-with-credentials',
      include,
      answer(204, { ...grant, 'Access-Control-Allow-Origin': '*' }),
      /List the allowed origins/,
    ],
    [
      'multiple-allow-origin',
      simple,
      answer(200, { 'Access-Control-Allow-Origin': `${ORIGIN}, *` }),
      /a proxy and the app/,
    ],
    [
      'other-allow-origin',
      simple,
      answer(200, { 'Access-Control-Allow-Origin': 'https://b.example' }),
      /every origin with .*, or a cache/,
    ],
    [
      'other-allow-origin',
      simple,
      answer(200, { 'Access-Control-Allow-Origin': 'https://b.example', Vary: 'Origin' }),
      /to its list/,
    ],
    ['credentials-not-allowed', include, answer(204, grant), /Access-Control-Allow-Credentials: true/],
    ['preflight-redirect', put, answer(301, { Location: '/a/' }), /\(\/a\/\).*missing slash/],
    ['preflight-status', put, answer(405, grant), /must have a status from 200 to 299/],
    [
      'method-not-allowed',
      include,
      answer(204, { ...grant, 'Access-Control-Allow-Credentials': 'true', 'Access-Control-Allow-Methods': '*' }),
      /Add PUT .* has no effect with credentials/,
    ],
    [
      'header-not-allowed',
      { ...put, headers: [['Authorization', 'x']] },
      answer(204, { ...grant, 'Access-Control-Allow-Headers': '*' }),
      /\* does not cover it/,
    ],
  ])('shows what to change: %s', async (reason, request, first, advice) => {
    const { probed } = await probe(request, [first]);
    expect(probed.block?.reason).toBe(reason);
    expect(reportOn({ request, body: undefined, dropped: [] }, probed).advice).toMatch(advice);
  });

  it('sends nothing to a port that browsers block', async () => {
    const request = { ...simple, url: 'http://127.0.0.1:6000/' };
    const { probed, sent } = await probe(request, []);
    expect(sent).toEqual([]);
    expect(probed).toMatchObject({ verdict: 'blocked', block: { reason: 'unsafe-port' }, visible: [] });
    expect(reportOn({ request, body: undefined, dropped: [] }, probed).advice).toMatch(/another port.*6000/);
  });

  it('warns of an answer that a cache may give to another origin', async () => {
    const { probed } = await probe(simple, [answer(200, { 'Access-Control-Allow-Origin': ORIGIN })]);
    expect(reportOn({ request: simple, body: undefined, dropped: [] }, probed).notes).toEqual([
      expect.stringContaining('no Vary: Origin'),
    ]);
  });

  it('shows no text of a server that could control the terminal', async () => {
    const evil = '\x1b]0;owned\x07\u009b31m\u202e';
    const { probed } = await probe(simple, [
      answer(200, { 'Access-Control-Allow-Origin': evil, Vary: evil, [evil]: 'x' }),
    ]);
    const report = reportOn({ request: simple, body: undefined, dropped: [] }, probed);
    const text = probeText(simple, report, { out: () => {}, err: () => {}, columns: 80, colour: false, env: {} });
    expect(text).toContain('\\u001b]0;owned');
    expect(text).not.toMatch(/[^\x20-\x7e\n]/);
  });
});
