import {
  adviceForPolicy,
  adviceForServer,
  type BlockedFetch,
  variesByOrigin,
} from '../../../../lib/core/browser/advice.js';
import type { BlockReason } from '../../../../lib/core/browser/block.js';
import { answerOf, PAGE } from './requests.js';

const blocked = (reason: BlockReason, more: Partial<BlockedFetch> = {}): BlockedFetch => ({
  block: { reason, stage: 'response', value: 'VALUE' },
  origin: PAGE,
  credentials: false,
  ...more,
});

test.each<[reason: BlockReason, ...texts: [server: string, policy?: string]]>([
  [
    'missing-allow-origin',
    'Answer with Access-Control-Allow-Origin: https://app.example, errors and redirects too, if this page is meant to use it.',
    "Add 'https://app.example' to the `origin` of the route's policy. A route without a policy, or with @NoCors(), never sends this header.",
  ],
  [
    'wildcard-with-credentials',
    'List the allowed origins and answer with one of them: Access-Control-Allow-Origin: https://app.example, with Vary: Origin. Or do not send credentials.',
    "List the origins of the route's policy instead of '*', and set `credentials: true`. Or send the request without credentials.",
  ],
  [
    'multiple-allow-origin',
    'Answer with exactly one Access-Control-Allow-Origin: https://app.example, and Vary: Origin. Two layers may each set one: a proxy and the app.',
    'Set the header in one place only: the handler, middleware or a proxy sets it in addition to this library.',
  ],
  [
    'invalid-allow-origin',
    'Answer with exactly one Access-Control-Allow-Origin: https://app.example, and Vary: Origin. Two layers may each set one: a proxy and the app.',
    "'VALUE' was set by the handler, by middleware or by a proxy. This library sends '*' or the page's own origin.",
  ],
  [
    'other-allow-origin',
    'The server answers every origin with VALUE, or a cache keeps the answer for another origin. Answer with the origin that asks, and set Vary: Origin.',
    "'VALUE' was set by the handler, by middleware or by a proxy. This library sends '*' or the page's own origin.",
  ],
  [
    'credentials-not-allowed',
    'Answer with Access-Control-Allow-Credentials: true, or do not send credentials: remove `credentials` from fetch().',
    "Set `credentials: true` in the route's policy, or send the request without credentials.",
  ],
  [
    'preflight-status',
    'The answer to a preflight must have a status from 200 to 299.',
    'This library did not answer the preflight. Look for middleware, a proxy or a handler of OPTIONS that does.',
  ],
  [
    'preflight-redirect',
    'Request the URL that it redirects to (), or answer OPTIONS before the redirect. A missing slash or http: instead of https: is a common cause.',
    'This library did not answer the preflight. Look for middleware, a proxy or a handler of OPTIONS that does.',
  ],
  [
    'unreadable-allow-methods',
    'Access-Control-Allow-Methods must be a list of methods with commas between.',
    'This library did not answer the preflight. Look for middleware, a proxy or a handler of OPTIONS that does.',
  ],
  [
    'unreadable-allow-headers',
    'Access-Control-Allow-Headers must be a list of header names with commas between.',
    'This library did not answer the preflight. Look for middleware, a proxy or a handler of OPTIONS that does.',
  ],
  [
    'method-not-allowed',
    'Add VALUE to Access-Control-Allow-Methods. Case matters.',
    "Add 'VALUE' to the `methods` of the policy of the route that serves it, and the origin to that policy.",
  ],
  [
    'header-not-allowed',
    'Add VALUE to Access-Control-Allow-Headers.',
    "Add 'VALUE' to the `allowedHeaders` of the route's policy, or do not send it.",
  ],
  ['redirect-with-user-info', 'Redirect to a URL without a user name and a password.'],
  ['redirect-refused', "The page asked for `redirect: 'error'`: let it follow, or request the target of the redirect."],
  ['redirect-invalid', 'Redirect to an http: or https: URL.'],
  ['redirect-unsafe', 'Redirect to an http: or https: URL.'],
  ['redirect-ambiguous', 'Send exactly one Location.'],
  ['too-many-redirects', 'The redirects lead in a circle, or there are more than 20.'],
  [
    'mode-same-origin',
    "The page asked for `mode: 'same-origin'`, which allows no request to another origin: leave `mode` out.",
  ],
  [
    'mode-no-cors',
    "The page asked for `mode: 'no-cors'` with a `redirect` other than 'follow'. Browsers send no such request to another origin: remove one of the two.",
  ],
  ['unsupported-scheme', 'Use an http: or https: URL.'],
  ['unsafe-port', 'Let the server listen on another port: browsers send nothing to port VALUE.'],
  ['body-too-large', 'Send a body of at most 64 KiB, or leave `keepalive` out.'],
  [
    'not-cached',
    "The page asked for `cache: 'only-if-cached'`, and nothing is cached here: the HTTP cache of the test browser is always empty.",
  ],
  [
    'resource-policy',
    'Answer with Cross-Origin-Resource-Policy: cross-origin, if this page is meant to use it.',
    "Set `resourcePolicy: 'cross-origin'` in the route's policy. helmet and useSecurityHeaders() set another value.",
  ],
  ['proxy-authentication', 'Answer with 401: the status 407 is for proxies only.'],
  ['no-answer', 'The server closed the connection without an answer, or does not run.'],
])('6.3: the advice about %s: for any server, and for an app with this library', (reason, ...texts) => {
  const [server, policy = server] = texts;
  expect(adviceForServer(blocked(reason))).toBe(server);
  expect(adviceForPolicy(blocked(reason))).toBe(policy);
});

const STATUS_RULE = 'The answer to a preflight must have a status from 200 to 299.';
const BEFORE_AUTHENTICATION = ': a preflight never carries credentials, so it must be answered before authentication. ';

test.each([
  [204, ''],
  [400, ''],
  [499, ''],
  [401, `The server answers 401${BEFORE_AUTHENTICATION}`],
  [403, `The server answers 403${BEFORE_AUTHENTICATION}`],
  [407, `The server answers 407${BEFORE_AUTHENTICATION}`],
  [404, 'The server answers 404: nothing answers OPTIONS there. '],
  [405, 'The server answers 405: nothing answers OPTIONS there. '],
  [501, 'The server answers 501: nothing answers OPTIONS there. '],
  [500, 'The server answers 500: it fails before it gets to CORS. '],
  [502, 'The server answers 502: it fails before it gets to CORS. '],
])('6.3: the status %i of a preflight is explained', (status, hint) => {
  const answer = answerOf(status, {});
  expect(adviceForServer(blocked('preflight-status', { answer }))).toBe(hint + STATUS_RULE);
  const missing = blocked('missing-allow-origin', {
    block: { reason: 'missing-allow-origin', stage: 'preflight' },
    answer,
  });
  expect(adviceForServer(missing)).toBe(
    `${hint}Answer OPTIONS with Access-Control-Allow-Origin: ${PAGE}, if this page is meant to use it.`,
  );
});

describe('6.3: the advice about a missing Access-Control-Allow-Origin', () => {
  const add = `Add '${PAGE}' to the \`origin\` of the route's policy. A route without a policy, or with @NoCors(), never sends this header.`;
  const noPolicy =
    'No policy answered the preflight: put @CorsPolicy(…) on the handler or its controller, or list the path in `routes`.';

  it.each<[string, 'preflight' | 'response', number | undefined]>([
    [noPolicy, 'preflight', 404],
    [noPolicy, 'preflight', 400],
    [add, 'preflight', 399],
    [add, 'preflight', undefined],
    [add, 'response', 404],
  ])('is: %s (%s, %s)', (text, stage, status) => {
    const answer = status === undefined ? undefined : answerOf(status, {});
    expect(
      adviceForPolicy(blocked('missing-allow-origin', { block: { reason: 'missing-allow-origin', stage }, answer })),
    ).toBe(text);
  });

  it('asks to answer OPTIONS also if there is no answer', () => {
    const without = blocked('missing-allow-origin', { block: { reason: 'missing-allow-origin', stage: 'preflight' } });
    expect(adviceForServer(without)).toBe(
      `Answer OPTIONS with Access-Control-Allow-Origin: ${PAGE}, if this page is meant to use it.`,
    );
  });
});

test('6.3: with credentials the advice says that * has no effect', () => {
  const value = (reason: BlockReason, name: string, credentials: boolean) =>
    adviceForServer(blocked(reason, { block: { reason, stage: 'preflight', value: name }, credentials }));
  expect(value('method-not-allowed', 'PUT', true)).toBe(
    'Add PUT to Access-Control-Allow-Methods. Case matters, and * has no effect with credentials.',
  );
  expect(value('header-not-allowed', 'x-a', true)).toBe(
    'Add x-a to Access-Control-Allow-Headers; * has no effect with credentials.',
  );
  expect(value('header-not-allowed', 'authorization', false)).toBe(
    'Add authorization to Access-Control-Allow-Headers; * does not cover it.',
  );
});

test('6.3: the advice names the target of a redirect', () => {
  const answer = answerOf(308, { Location: '/orders/' });
  expect(adviceForServer(blocked('preflight-redirect', { answer }))).toContain('redirects to (/orders/), or');
});

describe('6.3: another origin in the answer', () => {
  const allowing = (vary: string | undefined) =>
    blocked('other-allow-origin', { answer: answerOf(200, vary === undefined ? {} : { Vary: vary }) });

  it('is a list without the page, if the answer depends on the origin', () => {
    const text = `The server allows VALUE. Add ${PAGE} to its list, if this page is meant to use it.`;
    for (const vary of ['Origin', 'Accept, ORIGIN', '*']) {
      expect(adviceForServer(allowing(vary))).toBe(text);
      expect(variesByOrigin(allowing(vary).answer)).toBe(true);
    }
  });

  it('is fixed or cached, if it does not', () => {
    for (const vary of ['Accept', undefined, 'X-Origin']) {
      expect(adviceForServer(allowing(vary))).toMatch(/^The server answers every origin with VALUE/);
      expect(variesByOrigin(allowing(vary).answer)).toBe(false);
    }
    expect(variesByOrigin(undefined)).toBe(false);
  });
});

test('6.3: advice without a value at fault has no value', () => {
  const without = (reason: BlockReason) => adviceForServer(blocked(reason, { block: { reason, stage: 'response' } }));
  expect(without('method-not-allowed')).toBe('Add  to Access-Control-Allow-Methods. Case matters.');
  expect(without('header-not-allowed')).toBe('Add  to Access-Control-Allow-Headers.');
  expect(without('unsafe-port')).toBe('Let the server listen on another port: browsers send nothing to port .');
  expect(without('other-allow-origin')).toMatch(/^The server answers every origin with , or/);
});
