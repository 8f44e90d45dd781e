import { block, type BlockReason } from '../../../../lib/core/browser/block.js';
import type { RedirectHistory } from '../../../../lib/core/browser/request.js';
import { API, PAGE, requestOf } from './requests.js';

const ACCESS = `Access to fetch at '${API}/orders' from origin '${PAGE}' has been blocked by CORS policy: `;
const PREFLIGHT = "Response to preflight request doesn't pass access control check: ";

const redirected: RedirectHistory = { from: `${API}/old`, count: 1, tainted: false, crossed: true };

test.each<[BlockReason, string]>([
  ['missing-allow-origin', ACCESS + "No 'Access-Control-Allow-Origin' header is present on the requested resource."],
  [
    'wildcard-with-credentials',
    ACCESS +
      "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.",
  ],
  [
    'multiple-allow-origin',
    ACCESS +
      "The 'Access-Control-Allow-Origin' header contains multiple values 'VALUE', but only one is allowed. Have the server send the header with a valid value.",
  ],
  [
    'invalid-allow-origin',
    ACCESS +
      "The 'Access-Control-Allow-Origin' header contains the invalid value 'VALUE'. Have the server send the header with a valid value.",
  ],
  [
    'other-allow-origin',
    ACCESS +
      "The 'Access-Control-Allow-Origin' header has a value 'VALUE' that is not equal to the supplied origin. Have the server send the header with a valid value.",
  ],
  [
    'credentials-not-allowed',
    ACCESS +
      "The value of the 'Access-Control-Allow-Credentials' header in the response is 'VALUE' which must be 'true' when the request's credentials mode is 'include'.",
  ],
  ['preflight-status', ACCESS + 'It does not have HTTP ok status.'],
  ['preflight-redirect', ACCESS + 'Redirect is not allowed for a preflight request.'],
  [
    'unreadable-allow-methods',
    ACCESS + 'Cannot parse Access-Control-Allow-Methods response header field in preflight response.',
  ],
  [
    'unreadable-allow-headers',
    ACCESS + 'Cannot parse Access-Control-Allow-Headers response header field in preflight response.',
  ],
  ['method-not-allowed', ACCESS + 'Method VALUE is not allowed by Access-Control-Allow-Methods in preflight response.'],
  [
    'header-not-allowed',
    ACCESS + 'Request header field VALUE is not allowed by Access-Control-Allow-Headers in preflight response.',
  ],
  [
    'redirect-with-user-info',
    ACCESS + "Redirect location '' contains a username and password, which is disallowed for cross-origin requests.",
  ],
  ['redirect-refused', 'Failed to load resource: net::ERR_FAILED'],
  ['redirect-invalid', 'Failed to load resource: net::ERR_INVALID_REDIRECT'],
  ['redirect-unsafe', 'Failed to load resource: net::ERR_UNSAFE_REDIRECT'],
  ['redirect-ambiguous', 'Failed to load resource: net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION'],
  ['too-many-redirects', 'Failed to load resource: net::ERR_TOO_MANY_REDIRECTS'],
  [
    'mode-same-origin',
    'Fetch API cannot load https://api.example/orders. Request mode is "same-origin" but the URL\'s origin is not same as the request origin https://app.example.',
  ],
  [
    'mode-no-cors',
    'Fetch API cannot load https://api.example/orders. Request mode is "no-cors" but the redirect mode is not "follow".',
  ],
  [
    'unsupported-scheme',
    ACCESS +
      'Cross origin requests are only supported for protocol schemes: chrome, chrome-experimental-site-token-provider, chrome-extension, chrome-untrusted, data, http, https, isolated-app.',
  ],
  ['unsafe-port', 'Failed to load resource: net::ERR_UNSAFE_PORT'],
  ['body-too-large', 'Failed to load resource: net::ERR_FAILED'],
  ['not-cached', 'Failed to load resource: net::ERR_CACHE_MISS'],
  ['resource-policy', 'Failed to load resource: net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin'],
  ['proxy-authentication', 'Failed to load resource: net::ERR_UNEXPECTED_PROXY_AUTH'],
  ['no-answer', 'Failed to load resource: net::ERR_FAILED'],
])('6.3: the message of Chromium about %s', (reason, message) => {
  expect(block(requestOf(), 'response', reason, 'VALUE')).toEqual({
    reason,
    stage: 'response',
    message,
    value: 'VALUE',
  });
});

test('6.3: a failed check of a preflight says so', () => {
  for (const reason of ['missing-allow-origin', 'preflight-status', 'preflight-redirect'] as const) {
    const [of, onResponse] = (['preflight', 'response'] as const).map((stage) => block(requestOf(), stage, reason));
    expect(of!.message).toBe(onResponse!.message.replace(ACCESS, ACCESS + PREFLIGHT));
    expect(of!.message).toContain(PREFLIGHT);
  }
  expect(block(requestOf(), 'preflight', 'method-not-allowed', 'PUT').message).not.toContain(PREFLIGHT);
});

test('6.3: a block has a value only if there is one, and is frozen', () => {
  const without = block(requestOf(), 'response', 'no-answer');
  expect(Object.keys(without)).toEqual(['reason', 'stage', 'message']);
  expect(Object.isFrozen(without)).toBe(true);
  expect(block(requestOf(), 'response', 'invalid-allow-origin').message).toContain("invalid value ''");
});

test('6.3: bytes beyond printable ASCII are escaped', () => {
  const { message } = block(requestOf(), 'response', 'invalid-allow-origin', 'a\té~ \x7f\u00abz');
  expect(message).toContain("invalid value 'a\\u0009\\u00E9~ \\u007F\\u00ABz'");
});

test('6.3: a redirect names the URL that the page asked for', () => {
  const message = (from: string) =>
    block(requestOf({ redirected: { ...redirected, from } }), 'response', 'missing-allow-origin').message;
  expect(message(`${API}/old`)).toContain(`at '${API}/orders' (redirected from '${API}/old') from origin`);
  expect(message(`${API}/orders`)).toContain(`at '${API}/orders' from origin`);
});

test("6.3: a redirect under mode: 'same-origin' has a message of its own", () => {
  expect(block(requestOf({ redirected }), 'response', 'mode-same-origin').message).toBe(
    `Unsafe attempt to load URL ${API}/orders from frame with URL ${PAGE}/. Domains, protocols and ports must match.\n`,
  );
});

test('6.3: an answer kept by Cross-Origin-Resource-Policy names the missing relation', () => {
  expect(block(requestOf(), 'response', 'resource-policy', 'same-site').message).toBe(
    'Failed to load resource: net::ERR_BLOCKED_BY_RESPONSE.NotSameSite',
  );
});
