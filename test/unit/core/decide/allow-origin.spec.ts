import { allows, NO_ROUTE_ASKED, type RouteAsked } from '../../../../lib/core/decide/allow-origin.js';
import type { MaybePromise, OriginProvider } from '../../../../lib/core/policy/origin-provider.js';
import type { OriginRule } from '../../../../lib/core/policy/policy.js';
import type { CorsContext } from '../../../../lib/core/request.js';
import { policyOf, requestTo } from '../../../support/pure.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

/** A provider that keeps what it is asked. */
function providerOf(answer: (origin: string) => MaybePromise<boolean>, usesContext = false) {
  const asked: [string, CorsContext][] = [];
  const provider: OriginProvider = {
    label: 'kept',
    under: () => ({
      usesContext,
      atOnce: false,
      ask(origin, context) {
        asked.push([origin, context]);
        return answer(origin);
      },
    }),
  };
  return { provider, asked };
}

function answerOf(rule: OriginRule, origin: string | undefined, asked = NO_ROUTE_ASKED): MaybePromise<boolean> {
  return allows(rule, requestTo('/orders?x=1', origin === undefined ? {} : { origin }), 'PUT', asked, true);
}

const ruleOf = (...origin: (string | OriginProvider)[]): OriginRule => policyOf({ origin }).origin;

/** A rule of regular expressions only. */
const matching = (...expressions: RegExp[]): OriginRule => ({ ...ruleOf(APP), expressions });

describe('3.1: an origin', () => {
  it('is allowed by `*` whatever it is, also if there is none', () => {
    for (const origin of [APP, 'null', 'no origin', undefined]) {
      expect(answerOf(ruleOf('*'), origin)).toBe(true);
    }
  });

  it('is allowed by a list that has it', () => {
    expect(answerOf(ruleOf(APP), APP)).toBe(true);
    expect(answerOf(ruleOf(APP), OTHER)).toBe(false);
    expect(answerOf(ruleOf(APP), undefined)).toBe(false);
  });

  it('`null` is allowed only if it is listed, whatever an expression or a provider says', () => {
    const { provider, asked } = providerOf(() => true);
    expect(answerOf(ruleOf('null'), 'null')).toBe(true);
    expect(answerOf({ ...ruleOf(APP, provider), expressions: [/^/] }, 'null')).toBe(false);
    expect(asked).toEqual([]);
  });

  it('is allowed by one matching expression of several', () => {
    const rule = matching(/^https:\/\/a\.example$/, /^https:\/\/b\.example$/);
    expect(answerOf(rule, 'https://a.example')).toBe(true);
    expect(answerOf(rule, 'https://b.example')).toBe(true);
    expect(answerOf(rule, OTHER)).toBe(false);
  });

  it('that is malformed is not compared with expressions, and no provider is asked', () => {
    const { provider, asked } = providerOf(() => true);
    expect(answerOf(matching(/^/), 'https://app.example/')).toBe(false);
    expect(answerOf(ruleOf(provider), 'https://app.example/')).toBe(false);
    expect(asked).toEqual([]);
  });

  it('that is listed or matches is allowed without a provider', () => {
    const { provider, asked } = providerOf(() => false);
    expect(answerOf({ ...ruleOf(APP, provider), expressions: [/^https:\/\/b\.example$/] }, APP)).toBe(true);
    expect(answerOf({ ...ruleOf(APP, provider), expressions: [/^https:\/\/b\.example$/] }, 'https://b.example')).toBe(
      true,
    );
    expect(asked).toEqual([]);
  });
});

describe('3.1: providers', () => {
  it('are asked in order until one allows the origin', () => {
    const providers = [providerOf(() => false), providerOf(() => true), providerOf(() => true)];
    expect(answerOf(ruleOf(...providers.map(({ provider }) => provider)), APP)).toBe(true);
    expect(providers.map(({ asked }) => asked.length)).toEqual([1, 1, 0]);
  });

  it('refuse the origin if none allows it', () => {
    const providers = [providerOf(() => false), providerOf(() => false)];
    expect(answerOf(ruleOf(...providers.map(({ provider }) => provider)), APP)).toBe(false);
    expect(providers.map(({ asked }) => asked.length)).toEqual([1, 1]);
  });

  it('that answer later are asked one after the other too', async () => {
    const providers = [providerOf(async () => false), providerOf(async () => true), providerOf(() => true)];
    await expect(answerOf(ruleOf(...providers.map(({ provider }) => provider)), APP)).resolves.toBe(true);
    expect(providers.map(({ asked }) => asked.length)).toEqual([1, 1, 0]);
    const refusing = [providerOf(async () => false), providerOf(() => false)];
    await expect(answerOf(ruleOf(...refusing.map(({ provider }) => provider)), APP)).resolves.toBe(false);
    expect(refusing.map(({ asked }) => asked.length)).toEqual([1, 1]);
  });

  it('that use the context get the request and its route', () => {
    const { provider, asked } = providerOf(() => true, true);
    const route = { name: 'Orders.update', methods: ['PUT'], path: '/orders' };
    const at: RouteAsked = { route, paramsOf: (request) => ({ path: request.path }) };
    void answerOf(ruleOf(provider), APP, at);
    expect(asked).toEqual([
      [
        APP,
        {
          origin: APP,
          method: 'PUT',
          url: '/orders?x=1',
          hostname: 'api.example',
          params: { path: '/orders?x=1' },
          route,
          preflight: true,
          request: undefined,
        },
      ],
    ]);
    void answerOf(ruleOf(provider), APP);
    expect(asked[1]![1].route).toBeUndefined();
    expect(asked[1]![1].params).toEqual({});
  });

  it('that use the origin only get an empty context, and no parameter is read', () => {
    const { provider, asked } = providerOf(() => true);
    const paramsOf = () => {
      throw new Error('The parameters were read.');
    };
    expect(answerOf(ruleOf(provider), APP, { route: undefined, paramsOf })).toBe(true);
    expect(asked[0]![1]).toEqual({
      origin: '',
      method: '',
      url: '',
      hostname: '',
      params: {},
      route: undefined,
      preflight: false,
      request: undefined,
    });
    expect(Object.isFrozen(asked[0]![1])).toBe(true);
  });
});

describe('3.4: a rule of several policies', () => {
  const all = (...rules: OriginRule[]): OriginRule => ({ ...ruleOf(APP), all: rules });
  const later = (answer: boolean) => ruleOf(providerOf(async () => answer).provider);

  it('allows an origin that all of them allow', () => {
    expect(answerOf(all(ruleOf(OTHER), ruleOf(OTHER, APP)), OTHER)).toBe(true);
    expect(answerOf(all(ruleOf(OTHER), ruleOf(APP)), OTHER)).toBe(false);
    expect(answerOf(all(ruleOf(APP), ruleOf(OTHER)), OTHER)).toBe(false);
  });

  it('waits only as long as no policy has refused', async () => {
    expect(answerOf(all(ruleOf(APP), later(true)), OTHER)).toBe(false);
    await expect(answerOf(all(ruleOf(OTHER), later(true)), OTHER)).resolves.toBe(true);
    await expect(answerOf(all(ruleOf(OTHER), later(false)), OTHER)).resolves.toBe(false);
    await expect(answerOf(all(later(true), later(false)), OTHER)).resolves.toBe(false);
  });
});
