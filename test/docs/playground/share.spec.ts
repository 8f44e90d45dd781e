import { deflateRawSync } from 'node:zlib';
import { judge } from '../../../docs/playground/model/judge.js';
import { hashOf, LONGEST_HASH, stateOf } from '../../../docs/playground/model/share.js';
import type { PlaygroundState } from '../../../docs/playground/model/state.js';
import fc from '../../support/fast-check.js';

const text = fc.string({ unit: 'grapheme' });
const state: fc.Arbitrary<PlaygroundState> = fc.record({
  code: text,
  request: fc.record({ method: text, url: text, origin: text, headers: text, credentials: fc.boolean() }),
});

/** An address that says anything at all. */
function packed(value: unknown): string {
  return `v1.${deflateRawSync(JSON.stringify(value)).toString('base64url')}`;
}

describe('A shared address', () => {
  test('gives back what was shared', async () => {
    await fc.assert(
      fc.asyncProperty(state, async (shared) => {
        const hash = await hashOf(shared);
        expect(hash).toMatch(/^v1\.[\w-]+$/);
        expect(await stateOf(`#${hash}`)).toEqual(shared);
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['another version', 'v2.abc'],
    ['no base64', 'v1.§§'],
    ['nothing that was packed', 'v1.AAAA'],
    ['100 kB', `v1.${'A'.repeat(100_000)}`],
    ['10 MB, packed into 10 kB', packed(['x'.repeat(10_000_000), '', '', '', '', false])],
    ['no list', packed({ code: 'x' })],
    ['a list that is too short', packed(['x'])],
    ['wrong types', packed([{ toString: 1 }, 'GET', '/', '', '', false])],
    ['a flag that is a text', packed(['x', 'GET', '/', '', '', 'true'])],
    ['a prototype', `v1.${deflateRawSync('{"__proto__":{"x":1},"length":6}').toString('base64url')}`],
    ['deep lists', `v1.${deflateRawSync('['.repeat(60_000)).toString('base64url')}`],
    ['wrong UTF-8', `v1.${deflateRawSync(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])).toString('base64url')}`],
  ])('with %s gives nothing', async (_, hash) => {
    expect(await stateOf(hash)).toBeUndefined();
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test('of a text as long as one may be is short enough', async () => {
    const random = Array.from({ length: 20_000 }, (_, at) => String.fromCharCode(33 + ((at * at * 31) % 90))).join('');
    const code = `${random}`.slice(0, 20_000);
    const request = { method: 'GET', url: '/', origin: '', headers: '', credentials: false };
    expect((await hashOf({ code, request })).length).toBeLessThan(LONGEST_HASH);
  });
});

describe('A hostile text', () => {
  const judged = (code: string, origin = 'https://app.example'): ReturnType<typeof judge> =>
    judge({ code, request: { method: 'GET', url: '/', origin, headers: '', credentials: false } });

  test.each([
    ['an expression that takes exponential time', `origin: /^https:\\/\\/(a+)+\\.example$/`],
    ['one that is not anchored', `origin: /example/`],
  ])('with %s stops startup, as in an app', async (_, field) => {
    const answer = await judged(`CorsModule.forRoot({ defaultPolicy: { ${field} } })`, `https://${'a'.repeat(60)}!`);
    expect(answer).toMatchObject({ kind: 'problems', by: 'library' });
  });

  test('changes no prototype', async () => {
    await judged(
      `CorsModule.forRoot({ policies: { constructor: { origin: 'https://a.example' } }, ['__proto__']: 1 })`,
    );
    await judged(`CorsModule.forRoot({ policies: { '__proto__': { polluted: true } } })`);
    await judged(`const a = { b: 1 }; CorsModule.forRoot({ a: a.constructor, b: a.__proto__.polluted })`);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test.each(['constructor', 'toString', 'hasOwnProperty'])('may call a policy %s', async (name) => {
    const code = `CorsModule.forRoot({ policies: { ${name}: { origin: 'https://app.example' } }, defaultPolicy: '${name}' })`;
    expect(await judged(code)).toMatchObject({ kind: 'explained', explanation: { verdict: 'allowed' } });
  });

  test.each(['constructor', '__proto__', 'toString'])('may name %s where there is no such policy', async (name) => {
    expect(await judged(`CorsModule.forRoot({ defaultPolicy: '${name}' })`)).toMatchObject({ kind: 'problems' });
  });
});
