import { NO_ROUTE_ASKED } from '../../../lib/core/decide/allow-origin.js';
import { NO_CORS, type RoutePolicy } from '../../../lib/core/policy/policy.js';
import { reportOnActual, reportOnPreflight } from '../../../lib/engine/report-only.js';
import { laterProvider, policyOf, preflightTo, requestTo } from '../../support/pure.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

const open = policyOf({ origin: '*' });
const reporting: RoutePolicy = { ...open, reportOnly: policyOf({ origin: APP, methods: ['GET'] }) };
const later: RoutePolicy = { ...open, reportOnly: policyOf({ origin: laterProvider((origin) => origin === APP) }) };

describe('6.4: a `reportOnly` policy beside the one of an actual request', () => {
  const report = (policy: RoutePolicy, headers: Readonly<Record<string, string>>) =>
    reportOnActual(policy, requestTo('/', headers), NO_ROUTE_ASKED);

  it('reports what it would refuse', () => {
    expect(report(reporting, { origin: APP })).toBeUndefined();
    expect(report(reporting, { origin: OTHER })).toBe('origin-not-allowed');
    expect(report(reporting, { origin: APP, method: 'PUT' })).toBe('method-not-allowed');
  });

  it('reports later if its provider answers later', async () => {
    expect(report(later, { origin: OTHER })).toBeInstanceOf(Promise);
    await expect(report(later, { origin: OTHER })).resolves.toBe('origin-not-allowed');
    await expect(report(later, { origin: APP })).resolves.toBeUndefined();
  });

  it('reports nothing of a page of the own origin', () => {
    expect(report(reporting, { origin: 'https://api.example' })).toBeUndefined();
    expect(report(reporting, {})).toBeUndefined();
  });

  it('is needed for a report', () => {
    for (const policy of [open, NO_CORS, undefined]) {
      expect(report(policy, { origin: OTHER })).toBeUndefined();
    }
  });
});

describe('6.4: a `reportOnly` policy beside the one of a preflight', () => {
  const report = (policy: RoutePolicy, origin: string, method = 'GET') =>
    reportOnPreflight({ policy, route: 'a route', method, asked: NO_ROUTE_ASKED }, preflightTo('/', method, origin), {
      origin,
      headers: [],
      privateNetwork: false,
    });

  it('reports what it would refuse', () => {
    expect(report(reporting, APP)).toBeUndefined();
    expect(report(reporting, OTHER)).toBe('origin-not-allowed');
    expect(report(reporting, APP, 'PUT')).toBe('method-not-allowed');
  });

  it('reports later if its provider answers later', async () => {
    expect(report(later, OTHER)).toBeInstanceOf(Promise);
    await expect(report(later, OTHER)).resolves.toBe('origin-not-allowed');
    await expect(report(later, APP)).resolves.toBeUndefined();
  });

  it('is needed for a report', () => {
    for (const policy of [open, NO_CORS, undefined]) {
      expect(report(policy, OTHER)).toBeUndefined();
    }
  });

  it('tells its provider that this is a preflight', () => {
    const asked: boolean[] = [];
    const provider = {
      label: 'kept',
      under: () => ({
        usesContext: true,
        atOnce: true,
        ask: (_origin: string, { preflight }: { readonly preflight: boolean }) => asked.push(preflight) > 0,
      }),
    };
    const policy = { ...open, reportOnly: policyOf({ origin: provider }) };
    void report(policy, APP);
    void reportOnActual(policy, requestTo('/', { origin: APP }), NO_ROUTE_ASKED);
    expect(asked).toEqual([true, false]);
  });
});
