import { type BrowserNetwork, fetchAsBrowser } from '../../../../lib/core/browser/fetch.js';
import type { BrowserRequest, ServerAnswer } from '../../../../lib/core/browser/request.js';

const ORIGIN = 'https://app.example';
const get: BrowserRequest = {
  origin: ORIGIN,
  url: 'https://api.example/a',
  method: 'GET',
  headers: [],
  credentials: 'same-origin',
};
const put: BrowserRequest = { ...get, method: 'PUT' };
const allowed: ServerAnswer = { status: 200, headers: [['Access-Control-Allow-Origin', ORIGIN]] };
const granted: ServerAnswer = { status: 204, headers: [...allowed.headers, ['Access-Control-Allow-Methods', 'PUT']] };
const leads = (location: string): ServerAnswer => ({
  status: 307,
  headers: [...allowed.headers, ['Location', location]],
});

/** A network that gives the answers in order, and records the requests. */
function network(answers: (ServerAnswer | 'cached' | undefined)[], more: Partial<BrowserNetwork> = {}) {
  const told: string[] = [];
  const next = (what: string) => {
    told.push(what);
    return Promise.resolve(answers.shift());
  };
  const steps: BrowserNetwork = {
    preflight: ({ url }) => next(`OPTIONS ${url}`),
    send: ({ method, url }) => next(`${method} ${url}`) as Promise<ServerAnswer | undefined>,
    granted: () => void told.push('granted'),
    refused: () => void told.push('refused'),
    follow: () => true,
    ...more,
  };
  return { steps, told };
}

describe('a fetch of a browser', () => {
  it('sends a preflight, then the request', async () => {
    const { steps, told } = network([granted, allowed]);
    expect(await fetchAsBrowser(put, steps)).toEqual({ end: 'answered', request: put, answer: allowed });
    expect(told).toEqual(['OPTIONS https://api.example/a', 'granted', 'PUT https://api.example/a']);
  });

  it('sends a request at once if its grant is cached, or if it needs none', async () => {
    const cached = network(['cached', allowed]);
    expect((await fetchAsBrowser(put, cached.steps)).end).toBe('answered');
    expect(cached.told).toEqual(['OPTIONS https://api.example/a', 'PUT https://api.example/a']);
    const simple = network([allowed]);
    await fetchAsBrowser(get, simple.steps);
    expect(simple.told).toEqual(['GET https://api.example/a']);
  });

  it('ends after a preflight that is refused or not answered', async () => {
    const refused = network([allowed]);
    expect(await fetchAsBrowser(put, refused.steps)).toMatchObject({
      end: 'blocked',
      block: { reason: 'method-not-allowed', stage: 'preflight' },
    });
    expect(refused.told).toEqual(['OPTIONS https://api.example/a', 'refused']);
    const silent = network([undefined]);
    expect(await fetchAsBrowser(put, silent.steps)).toMatchObject({
      block: { reason: 'no-answer', stage: 'preflight' },
    });
  });

  it('ends after a granted preflight if only the preflight is wanted', async () => {
    const { steps, told } = network([granted]);
    expect((await fetchAsBrowser(put, steps, { preflightOnly: true })).end).toBe('preflighted');
    expect(told).toEqual(['OPTIONS https://api.example/a', 'granted']);
  });

  it('hides an answer that fails the CORS check, or the check of the caller', async () => {
    const closed = network([{ status: 200, headers: [] }]);
    expect(await fetchAsBrowser(get, closed.steps)).toMatchObject({
      end: 'blocked',
      answer: { status: 200 },
      block: { reason: 'missing-allow-origin', stage: 'response' },
    });
    expect(closed.told.at(-1)).toBe('refused');
    const block = { reason: 'resource-policy', stage: 'response', message: '' } as const;
    const judged = network([allowed], { judge: () => block });
    expect(await fetchAsBrowser(get, judged.steps)).toMatchObject({ end: 'blocked', block, answer: allowed });
  });

  it('does not send requests that the caller excludes', async () => {
    const block = { reason: 'not-cached', stage: 'response', message: '' } as const;
    const { steps, told } = network([], { check: () => block });
    expect(await fetchAsBrowser(put, steps)).toEqual({ end: 'blocked', request: put, block });
    expect(told).toEqual([]);
  });

  it('follows a redirect, with a preflight of its own', async () => {
    const { steps, told } = network([granted, leads('/b'), granted, allowed]);
    expect(await fetchAsBrowser(put, steps)).toMatchObject({
      end: 'answered',
      request: { url: 'https://api.example/b' },
    });
    expect(told.filter((line) => line !== 'granted')).toEqual([
      'OPTIONS https://api.example/a',
      'PUT https://api.example/a',
      'OPTIONS https://api.example/b',
      'PUT https://api.example/b',
    ]);
  });

  it.each([
    ['error', { end: 'blocked', block: { reason: 'redirect-refused' } }],
    ['manual', { end: 'redirected', request: get }],
  ] as const)('handles a redirect as the page asked: %s', async (redirect, expected) => {
    expect(await fetchAsBrowser(get, network([leads('/b')]).steps, { redirect })).toMatchObject(expected);
  });

  it('ends at a redirect that the caller or a browser does not follow', async () => {
    const left = network([leads('/b')], { follow: () => false });
    expect(await fetchAsBrowser(get, left.steps)).toMatchObject({
      end: 'redirected',
      location: 'https://api.example/b',
    });
    expect(await fetchAsBrowser(get, network([leads('data:,x')]).steps)).toMatchObject({
      end: 'blocked',
      block: { reason: 'redirect-unsafe' },
    });
  });

  it('ends without an answer of the server', async () => {
    const fetched = await fetchAsBrowser(get, network([undefined]).steps);
    expect(fetched).toMatchObject({ end: 'blocked', block: { reason: 'no-answer', stage: 'response' } });
    expect(Object.keys(fetched)).toEqual(['end', 'request', 'block']);
  });

  it('needs none of the optional steps', async () => {
    const { steps } = network([granted, { status: 200, headers: [] }]);
    const { granted: _granted, refused: _refused, ...needed } = steps;
    expect(await fetchAsBrowser(put, needed)).toMatchObject({ block: { reason: 'missing-allow-origin' } });
    expect(await fetchAsBrowser(put, { ...needed, preflight: () => Promise.resolve(allowed) })).toMatchObject({
      block: { reason: 'method-not-allowed' },
    });
  });

  it('takes a redirect without a Location for an answer only if it follows redirects', async () => {
    const nowhere: ServerAnswer = { status: 307, headers: allowed.headers };
    const endOf = async (redirect?: 'follow' | 'manual' | 'error') =>
      (await fetchAsBrowser(get, network([nowhere]).steps, redirect && { redirect })).end;
    expect(await endOf()).toBe('answered');
    expect([await endOf('follow'), await endOf('manual'), await endOf('error')]).toEqual([
      'answered',
      'redirected',
      'blocked',
    ]);
    expect((await fetchAsBrowser(get, network([leads('/b')]).steps, { redirect: 'error' })).block?.stage).toBe(
      'response',
    );
  });

  it('ends with 101 and 407', async () => {
    const reasonOf = async (status: number) =>
      (await fetchAsBrowser(get, network([{ status, headers: allowed.headers }]).steps)).block;
    expect(await reasonOf(101)).toMatchObject({ reason: 'no-answer', stage: 'response' });
    expect(await reasonOf(407)).toMatchObject({ reason: 'proxy-authentication', stage: 'response' });
  });
});
