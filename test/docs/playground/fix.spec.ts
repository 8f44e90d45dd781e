import { EXAMPLES } from '../../../docs/playground/model/examples.js';
import { type Explained, judge } from '../../../docs/playground/model/judge.js';
import type { RequestForm } from '../../../docs/playground/model/state.js';
import fc from '../../support/fast-check.js';
import { app, textOf } from './written-app.js';

const REQUEST: RequestForm = { method: 'GET', url: '/a', origin: 'https://b.example', headers: '', credentials: false };

/** The lines that a fix adds. */
async function addedBy(code: string, request: Partial<RequestForm> = {}): Promise<readonly string[]> {
  const { fix } = (await judge({ code, request: { ...REQUEST, ...request } })) as Explained;
  return fix === undefined
    ? []
    : fix.diff
        .split('\n')
        .filter((line) => line.startsWith('+'))
        .map((line) => line.slice(1).trim());
}

const HANDLER = `\n@Controller()\nclass A {\n  @Get('a')\n  a() {}\n}`;
const inPolicy = (fields: string): string => `CorsModule.forRoot({ defaultPolicy: {\n${fields}\n} });${HANDLER}`;

describe('The fix of the playground', () => {
  test.each([
    [`origin: 'https://a.example'`, {}, [`origin: ['https://a.example', 'https://b.example']`]],
    [`origin: ['https://a.example']`, {}, [`origin: ['https://a.example', 'https://b.example']`]],
    [`origin: [\n  'https://a.example',\n]`, {}, [`'https://b.example',`]],
    [`origin: [\n  'https://a.example'\n]`, {}, [`'https://a.example',`, `'https://b.example'`]],
    [
      `origin: 'https://a.example, https://c.example'`,
      {},
      [`origin: ['https://a.example', 'https://c.example', 'https://b.example']`],
    ],
    [`origin: false`, {}, [`origin: 'https://b.example'`]],
    [`origin: /^https:\\/\\/a\\.example$/`, {}, [`origin: [/^https:\\/\\/a\\.example$/, 'https://b.example']`]],
    [`origin: '*'`, { credentials: true }, [`origin: 'https://b.example', credentials: true`]],
    [
      `origin: 'https://b.example', credentials: false`,
      { credentials: true },
      [`origin: 'https://b.example', credentials: true`],
    ],
    [`origin: 'https://b.example', methods: 'POST'`, {}, [`origin: 'https://b.example', methods: ['POST', 'GET']`]],
    [
      `origin: 'https://b.example', allowedHeaders: []`,
      { headers: 'X-Api-Key: 1\nAuthorization: x' },
      [`origin: 'https://b.example', allowedHeaders: ['authorization', 'x-api-key']`],
    ],
    [
      `origin: 'https://a.example', allowedHeaders: ['X-A']`,
      { headers: 'X-Api-Key: 1', credentials: true },
      [`origin: ['https://a.example', 'https://b.example'], credentials: true, allowedHeaders: ['X-A', 'x-api-key']`],
    ],
    // The page has to change, or strangers would get in.
    [`origin: 'https://a.example'`, { origin: 'null' }, []],
    [`origin: 'https://a.example'`, { origin: 'https://b.example/' }, []],
    [`origin: 'https://a.example', credentials: true`, { origin: 'http://b.example' }, []],
  ])('%s with %j', async (fields, request, added) => {
    expect(await addedBy(inPolicy(fields), request)).toEqual(added);
  });

  test('puts a policy on a handler that has none', async () => {
    expect(await addedBy(`CorsModule.forRoot({});${HANDLER}`, { credentials: true })).toEqual([
      `@CorsPolicy({ origin: 'https://b.example', credentials: true })`,
    ]);
  });

  test('opens a closed handler for the page alone, and keeps what the server refuses', async () => {
    const code = `CorsModule.forRoot({});${HANDLER.replace('@Get', '@NoCors({ enforce: true })\n  @Get')}`;
    expect(await addedBy(code)).toEqual([`@CorsPolicy({ origin: 'https://b.example', enforce: true })`]);
  });

  test('leaves a constant as it is', async () => {
    const code = `const LIST = ['https://a.example'];\nCorsModule.forRoot({\n  defaultPolicy: { origin: LIST },\n});${HANDLER}`;
    expect(await addedBy(code)).toEqual([`defaultPolicy: { origin: [...LIST, 'https://b.example'] },`]);
  });

  test('lets the request through, whatever the app', async () => {
    const told = { fixed: 0, unfixed: 0 };
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT'),
      url: fc.constantFrom('/', '/orders', '/orders/7', '/x', '/graphql', '/files/a'),
      origin: fc.constantFrom('https://app.example', 'https://new.example', 'https://shop.example'),
      headers: fc.constantFrom('', 'X-New: 1'),
      credentials: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(app, request, async (model, form) => {
        const answer = await judge({ code: textOf(model), request: form });
        if (answer.kind === 'explained' && answer.explanation.verdict === 'blocked') {
          const fixed = answer.fix && (await judge({ code: answer.fix.code, request: form }));
          told[fixed === undefined ? 'unfixed' : 'fixed']++;
          if (fixed !== undefined) {
            expect(fixed).toMatchObject({ kind: 'explained', explanation: { verdict: 'allowed' } });
            expect(answer.fix?.diff).toMatch(/^@@/);
          }
        }
      }),
      { numRuns: 250 },
    );
    expect(told.fixed).toBeGreaterThan(5 * told.unfixed);
    expect(told.fixed).toBeGreaterThan(60);
  }, 120_000);
});

describe('The examples of the playground', () => {
  test.each([
    ['frontend', 'allowed'],
    ['public-api', 'allowed'],
    ['cookies-and-wildcard', 'credentials-not-allowed'],
    ['tenants', 'origin-not-allowed'],
    ['forgotten-origin', 'origin-not-allowed'],
    ['narrow-headers', 'header-not-allowed'],
    ['method', 'method-not-allowed'],
    ['closed-route', 'no-cors'],
    ['no-policy', 'no-policy'],
    ['null-origin', 'origin-null'],
    ['graphql', 'allowed'],
    ['wrong-options', 'origin-scheme-missing'],
  ])('%s: %s', async (id, reason) => {
    const example = EXAMPLES.find((each) => each.id === id)!;
    const answer = await judge(example.state);
    expect(
      answer.kind === 'explained' ? answer.explanation.reason : answer.kind === 'problems' && answer.problems[0]?.issue,
    ).toBe(reason);
  });

  test('are all named here', () => {
    expect(EXAMPLES).toHaveLength(12);
  });
});
