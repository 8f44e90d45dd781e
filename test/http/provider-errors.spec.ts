import { Injectable, type Provider, Scope } from '@nestjs/common';
import { type OriginAllowlist } from '../../lib/index.js';
import { closeApps, PLATFORMS } from '../support/app.js';
import { bootError, facts } from '../support/boot-error.js';

const APP = 'https://app.example';

afterEach(closeApps);

describe.each(PLATFORMS)('errors of providers, on %s', (platform) => {
  @Injectable({ scope: Scope.REQUEST })
  class Requested implements OriginAllowlist {
    isAllowed(): boolean {
      return true;
    }
  }
  @Injectable({ scope: Scope.TRANSIENT })
  class Transient implements OriginAllowlist {
    isAllowed(): boolean {
      return true;
    }
  }
  @Injectable()
  class DependsOnRequest implements OriginAllowlist {
    constructor(readonly requested: Requested) {}
    isAllowed(): boolean {
      return true;
    }
  }
  @Injectable()
  class Unfit {}
  class Missing implements OriginAllowlist {
    isAllowed(): boolean {
      return true;
    }
  }
  const SYMBOL = Symbol('origins');

  test.each<[string, unknown, Provider[], string, RegExp]>([
    ['a class that the app does not provide', Missing, [], 'provider-missing', /no Missing/],
    ['a symbol that the app does not provide', SYMBOL, [], 'provider-missing', /origins/],
    ['a token that the app does not provide', 'ORIGINS', [], 'provider-missing', /ORIGINS/],
    ['a request-scoped provider', Requested, [Requested], 'provider-scoped', /Requested/],
    ['a transient provider', Transient, [Transient], 'provider-scoped', /Transient/],
    [
      'a provider that depends on the request',
      DependsOnRequest,
      [Requested, DependsOnRequest],
      'provider-scoped',
      /DependsOnRequest/,
    ],
    ['a provider that is neither', Unfit, [Unfit], 'provider-unfit', /Unfit/],
    [
      'a provided value that is neither',
      'ORIGINS',
      [{ provide: 'ORIGINS', useValue: [APP] }],
      'provider-unfit',
      /ORIGINS/,
    ],
    ['a provided nothing', 'ORIGINS', [{ provide: 'ORIGINS', useValue: null }], 'provider-unfit', /ORIGINS/],
  ])('3.7: %s stops startup', async (_rule, token, providers, code, reason) => {
    const policies = { partner: { origin: [APP, { provider: token as symbol }] } };
    const error = await bootError({ cors: { policies }, providers }, platform);
    expect(facts(error.issues)).toEqual([{ place: 'policies.partner', field: 'origin', value: token, code }]);
    expect(error.issues[0]!.reason).toMatch(reason);
  });
});
