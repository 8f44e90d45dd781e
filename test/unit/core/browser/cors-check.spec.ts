import { type BrowserRequest, checkResponse } from '../../../../lib/testing.js';
import { answerOf, API, fields, PAGE, requestOf } from './requests.js';

const allow = (value: string, credentials?: string): ReturnType<typeof answerOf> =>
  answerOf(200, {
    'Access-Control-Allow-Origin': value,
    ...(credentials !== undefined && { 'Access-Control-Allow-Credentials': credentials }),
  });

const include: Partial<BrowserRequest> = { credentials: 'include' };
const opaque: Partial<BrowserRequest> = { origin: 'null' };

describe('the CORS check (https://fetch.spec.whatwg.org/#cors-check)', () => {
  it.each([
    ['the origin', {}, allow(PAGE)],
    ['*', {}, allow('*')],
    ['the origin with credentials', include, allow(PAGE, 'true')],
    ['null for an opaque origin', opaque, allow('null')],
    ['whatever to its own origin', { url: `${PAGE}/` }, answerOf(200, {})],
    ["whatever with mode: 'no-cors'", { mode: 'no-cors' as const }, answerOf(200, {})],
  ])('passes %s', (_title, parts, answer) => {
    expect(checkResponse(requestOf(parts), answer)).toBeUndefined();
  });

  it.each([
    ['missing-allow-origin', {}, answerOf(200, {}), undefined],
    ['wildcard-with-credentials', include, allow('*', 'true'), undefined],
    ['multiple-allow-origin', {}, allow(`${PAGE}, ${PAGE}`), `${PAGE}, ${PAGE}`],
    ['multiple-allow-origin', {}, allow(`${PAGE} ${API}`), `${PAGE} ${API}`],
    ['invalid-allow-origin', {}, allow('app.example'), 'app.example'],
    ['invalid-allow-origin', {}, allow(''), ''],
    ['other-allow-origin', {}, allow(`${PAGE}/`), `${PAGE}/`],
    ['other-allow-origin', {}, allow(PAGE.toUpperCase()), PAGE.toUpperCase()],
    ['other-allow-origin', {}, allow('null'), 'null'],
    ['credentials-not-allowed', include, allow(PAGE), ''],
    ['credentials-not-allowed', include, allow(PAGE, 'TRUE'), 'TRUE'],
  ])('says %s', (reason, parts, answer, value) => {
    expect(checkResponse(requestOf(parts), answer)).toMatchObject({ reason, stage: 'response' });
    expect(checkResponse(requestOf(parts), answer)?.value).toBe(value);
  });

  it('reads two fields as two values', () => {
    const answer = {
      status: 200,
      headers: fields(`access-control-allow-origin: ${PAGE}`, `Access-Control-Allow-Origin: ${PAGE}`),
    };

    expect(checkResponse(requestOf(), answer)?.reason).toBe('multiple-allow-origin');
  });

  it('gives the message of Chromium', () => {
    expect(checkResponse(requestOf(), answerOf(200, {}))?.message).toBe(
      "Access to fetch at 'https://api.example/orders' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    );
  });
});
