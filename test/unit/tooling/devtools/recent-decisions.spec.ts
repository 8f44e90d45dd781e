import type { DecisionContent } from '../../../../lib/tooling/devtools/live/decision-event.js';
import { RecentDecisions } from '../../../../lib/tooling/devtools/live/recent-decisions.js';

const content = (parts: Partial<DecisionContent> = {}): DecisionContent => ({
  origin: 'https://app.example',
  method: 'PUT',
  url: '/orders/7',
  preflight: false,
  allowed: true,
  reason: 'allowed',
  credentials: false,
  headers: [],
  ...parts,
});
const PREFLIGHT = content({ preflight: true });

describe('recent decisions', () => {
  it('stay within their bounds in a flood', () => {
    const recent = new RecentDecisions();

    for (let i = 0; i < 100_000; i++) {
      const origin = `https://${i}.example`;
      recent.note(content({ origin, preflight: i % 3 === 0, allowed: false, reason: 'origin-not-allowed' }));
    }

    const { decisions, leftOut } = recent.after(0);
    expect(decisions).toHaveLength(200);
    expect(decisions.at(-1)?.id).toBe(100_000);
    expect(leftOut).toBe(99_800);
    expect(recent.refusedOrigins).toHaveLength(20);
    expect(recent.refusedOrigins[0]).toBe('https://99999.example');
  });

  it('are read from any one on', () => {
    const recent = new RecentDecisions();
    recent.note(content());
    recent.note(content());

    expect(recent.after(0).decisions.map(({ id }) => id)).toEqual([1, 2]);
    expect(recent.after(1).decisions.map(({ id }) => id)).toEqual([2]);
    expect(recent.after(2)).toEqual({ decisions: [], leftOut: 0 });
    expect(recent.after(9)).toEqual({ decisions: [], leftOut: 0 });
  });

  const pairOf = (...contents: readonly DecisionContent[]): number | undefined => {
    const recent = new RecentDecisions();
    contents.forEach((each) => recent.note(each));
    return recent.after(0).decisions.at(-1)?.pair;
  };

  it('pair a request with the preflight before it', () => {
    expect(pairOf(PREFLIGHT, content())).toBe(1);
    expect(pairOf(PREFLIGHT, PREFLIGHT, content(), content())).toBe(2);
    expect(pairOf({ ...PREFLIGHT, allowed: false, reason: 'no-policy' }, content())).toBe(1);
  });

  it('pair a request with the preflight that asks for its headers', () => {
    const simple = content();
    const withKey = content({ headers: ['x-key', 'authorization'] });
    const asking = { ...PREFLIGHT, headers: ['authorization', 'x-key'] };
    expect(pairOf(asking, simple)).toBeUndefined();
    expect(pairOf(asking, simple, withKey)).toBe(1);
    // A server cannot tell whether a page has set these.
    expect(pairOf({ ...PREFLIGHT, headers: ['cache-control', 'content-type', 'x-request-id'] }, simple)).toBe(1);
    const many = Array.from({ length: 32 }, (_, i) => `x-${i}`);
    expect(pairOf({ ...PREFLIGHT, headers: many }, content({ headers: [...many].reverse().slice(1) }))).toBe(1);
  });

  it.each<[string, readonly DecisionContent[]]>([
    ['of another origin', [{ ...PREFLIGHT, origin: 'https://other.example' }, content()]],
    ['for another address', [{ ...PREFLIGHT, url: '/orders/8' }, content()]],
    ['for another method', [{ ...PREFLIGHT, method: 'PATCH' }, content()]],
    ['that was refused', [{ ...PREFLIGHT, allowed: false, reason: 'header-not-allowed' }, content()]],
    ['that has its request', [PREFLIGHT, content(), content()]],
    ['that is a preflight itself', [PREFLIGHT, PREFLIGHT]],
    ['for a header that it does not have', [{ ...PREFLIGHT, headers: ['x-key'] }, content({ headers: ['x-other'] })]],
    ['where it is a WebSocket', [PREFLIGHT, content({ webSocket: true })]],
  ])('do not pair a request with a preflight %s', (_, contents) => {
    expect(pairOf(...contents)).toBeUndefined();
  });

  it('do not pair a request with a preflight of ten seconds ago', () => {
    let now = 0;
    const recent = new RecentDecisions(() => now);
    recent.note(PREFLIGHT);
    now = 10_001;
    recent.note(content());

    expect(recent.after(1).decisions).toMatchObject([{ id: 2, time: 10_001 }]);
    expect(recent.after(1).decisions[0]).not.toHaveProperty('pair');
  });
});
