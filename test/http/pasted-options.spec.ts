import { ConfigOrigins, type CorsPolicyOptions } from '../../lib/index.js';
import { CorsInspector, type CorsIssue } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { bootError } from '../support/boot-error.js';

const APP = 'https://app.example';

afterEach(closeApps);

describe.each(PLATFORMS)('options as they are pasted from elsewhere, on %s', (platform) => {
  const issuesOf = async (cors: object): Promise<readonly CorsIssue[]> => (await bootError({ cors }, platform)).issues;

  test.each<[title: string, policy: object, code: string, suggestion: RegExp]>([
    ['maxAge as a string', { maxAge: '61' }, 'out-of-range', /^61, without quotes/],
    ['an empty variable for allowedHeaders', { allowedHeaders: '' }, 'list-empty', /leave the field out/],
    ['a misspelled method', { methods: ['GET', 'DELET'] }, 'not-a-method', /^'DELETE'$/],
    ['cacheControl of @fastify/cors', { cacheControl: 60 }, 'unknown-field', /maxAge/],
    ['strictPreflight of @fastify/cors', { strictPreflight: true }, 'unknown-field', /leave it out/],
    ['preflight of @fastify/cors', { preflight: true }, 'unknown-field', /leave it out/],
    ['logLevel of @fastify/cors', { logLevel: 'silent' }, 'unknown-field', /debug: true/],
    ['preflightContinue of cors', { preflightContinue: true }, 'unknown-field', /leave it out/],
    [
      'a function with a callback',
      { origin: (_: string, callback: () => void) => callback() },
      'origin-callback',
      /return/,
    ],
    [
      'a function with c',
      { origin: (_: string, c: (e: null, ok: boolean) => void) => c(null, true) },
      'origin-callback',
      /return/,
    ],
  ])('3.7: %s', async (_title, policy, code, suggestion) => {
    const issues = await issuesOf({ defaultPolicy: { origin: APP, ...policy } });
    expect(issues).toMatchObject([{ place: 'defaultPolicy', code, suggestion: expect.stringMatching(suggestion) }]);
  });

  test('3.7: an undefined origin is reported as a variable that is not set', async () => {
    const [issue] = await issuesOf({ defaultPolicy: { origin: undefined, maxAge: 5 } });
    expect(issue).toMatchObject({
      code: 'origin-missing',
      reason: expect.stringContaining('variable that is not set'),
    });
  });

  test('3.7: for policy fields in the module options, the error points to defaultPolicy', async () => {
    expect(await issuesOf({ origin: APP, credentials: true })).toMatchObject([
      { field: 'origin', code: 'unknown-field', suggestion: 'put it in defaultPolicy: { origin: … }' },
      { field: 'credentials', code: 'unknown-field', suggestion: 'put it in defaultPolicy: { credentials: … }' },
    ]);
  });

  test('3.7: for an address in the local network with credentials, the error gives the flag', async () => {
    const [issue] = await issuesOf({ defaultPolicy: { origin: 'http://192.168.1.10:5173', credentials: true } });
    expect(issue).toMatchObject({ code: 'origin-insecure', reason: expect.stringContaining('allowInsecureOrigins') });
  });

  test('3.7: forbidden request headers in allowedHeaders are a warning', async () => {
    const policy: CorsPolicyOptions = { origin: APP, allowedHeaders: 'Origin, X-Requested-With, Content-Type, Accept' };
    const app = await startApp({ cors: { routes: [{ path: '/pasted', policy }] } }, platform);
    expect(app.app.get(CorsInspector).audit()).toEqual(
      expect.arrayContaining([expect.objectContaining({ code: 'forbidden-request-header', detail: 'Origin' })]),
    );
  });

  test('rarely used methods are accepted', async () => {
    await startApp(
      { cors: { defaultPolicy: { origin: APP, methods: ['PURGE', 'PROPFIND', 'REPORT', 'QUERY'] } } },
      platform,
    );
  });

  test('a function that only reads its context is not taken for one with a callback', async () => {
    const origin = (each: string, context: { hostname: string }): boolean => each === `https://${context.hostname}`;
    await startApp({ cors: { defaultPolicy: { origin } } }, platform);
  });
});

test('3.7: on Express the suggestion for a wildcard without a name has a name', async () => {
  const boot = startApp({ cors: { routes: [{ path: '/assets/*', policy: { origin: APP } }] } }, 'express');
  await expect(boot).rejects.toMatchObject({ issues: [{ code: 'not-a-path', suggestion: '/assets/*path' }] });
});

test.each([undefined, null, '', ' ', []])('4: an optional key with the value %j is an empty list', (value) => {
  const config = { get: () => value };
  expect(ConfigOrigins.forKey('CORS_ORIGINS', { optional: true }).read(config)).toEqual({ entries: [] });
  expect(ConfigOrigins.forKey('CORS_ORIGINS').read(config)).toHaveProperty('problem');
});

test.each([true, 5, {}])('4: an optional key with the value %j is an error', (value) => {
  expect(ConfigOrigins.forKey('A', { optional: true }).read({ get: () => value })).toHaveProperty('problem');
});
