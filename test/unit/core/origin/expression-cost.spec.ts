import { slowInput } from '../../../../lib/core/origin/expression-cost.js';

/** The time of the processor: other processes on a busy machine do not change it. */
const now = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

test.each([
  /^https:\/\/([a-z0-9]+-?)+\.example\.com$/,
  /^https:\/\/(a+)+\.example\.com$/,
  /^https:\/\/([a-z]*)*\.example\.com$/,
  /^https:\/\/(?:[a-z]|[a-z0-9])+\.example\.com$/,
  /^https:\/\/(?:[a-z0-9-]+\.?)+example\.com$/,
  /^(https?:\/\/)?([\da-z.-]+)*\.([a-z.]{2,6})$/,
  /^http:\/\/app\.[a-z0-9-]*[a-z-]*[a-z0-9]*[a-z]*\.example\.com$/,
  /^(?:[a-z.:/]*)*$/,
  /^(?:a|aa)+$/,
  /^https:\/\/.*.*.*\.example\.com$/,
  /^https:\/\/[a-z0-9-]*[a-z-]*[a-z0-9]*[a-z]*\.example\.com$/,
  /^https:\/\/(?:[a-z]{1,20}){1,20}\.example\.com$/,
  new RegExp(`^https://${'a?'.repeat(40)}${'a'.repeat(40)}$`),
  // Each further character makes these take a hundred times longer.
  /^(?:(?:a?){20}){20}$/,
  /^https:\/\/(?:(?:a?){20}){20}\.example\.com$/,
  new RegExp(`^https://${'x'.repeat(80)}(?:(?:a?){20}){20}$`),
])('3.7: %s is slow, and this is found out quickly', (expression) => {
  const start = now();
  expect(slowInput(expression, now)).toMatch(/^.{1,512}$/);
  expect(now() - start).toBeLessThan(5_000);
});

test.each([
  /^https:\/\/app\.example\.com$/,
  /^https:\/\/(?:.+\.)?example\.com$/,
  /^https:\/\/(?:[a-z0-9-]+\.)*example\.com(?::\d+)?$/,
  /^https:\/\/[a-z0-9]+(?:-[a-z0-9]+)*\.example\.com$/,
  /^https:\/\/.*-.*\.vercel\.app$/,
  /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/,
  /^(?:https:\/\/a\.example|https:\/\/b\.example|https:\/\/c\.example)$/,
  /^[^]*$/,
])('3.7: %s is not slow', (expression) => {
  expect(slowInput(expression, now)).toBeUndefined();
});

test('3.7: a machine that is a thousand times slower gives the same result', () => {
  const slowClock = (): number => now() * 1_000;
  expect(slowInput(/^https:\/\/([a-z0-9]+-?)+\.example\.com$/, slowClock)).toBeDefined();
  expect(slowInput(/^https:\/\/[a-z0-9]+(?:-[a-z0-9]+)*\.example\.com$/, slowClock)).toBeUndefined();
});

test('3.7: a machine that stops for a second between two measurements gives the same result', () => {
  let calls = 0;
  let stopped = 0;
  const busyClock = (): number => {
    stopped += calls++ % 2 === 0 ? 1_000 : 0;
    return now() + stopped;
  };
  expect(slowInput(/^(https?:\/\/)?([\da-z.-]+)*\.([a-z.]{2,6})$/, busyClock)).toBeDefined();
  expect(slowInput(/^https:\/\/[a-z0-9]+(?:-[a-z0-9]+)*\.example\.com$/, busyClock)).toBeUndefined();
});

test('3.7: an expression on which a machine stops for a second once is not slow', () => {
  for (const pause of [20, 21, 40, 41]) {
    let calls = 0;
    const pausedClock = (): number => now() + (++calls > pause ? 1_000 : 0);
    expect(slowInput(/^https:\/\/[a-z0-9]+(?:-[a-z0-9]+)*\.example\.com$/, pausedClock)).toBeUndefined();
  }
});

describe('3.7: the search for a slow input', () => {
  const REFERENCE = 1;
  const LIMIT = 16 * REFERENCE;
  /** A clock by which the measurements take given times: first five of the reference, then those of inputs. */
  function scripted(costOf: (measurement: number) => number, reference: readonly number[] = []) {
    let calls = 0;
    let time = 0;
    const clock = (): number => {
      const measurement = Math.floor(calls / 2) - 5;
      if (calls++ % 2 === 1) {
        time += measurement < 0 ? (reference[measurement + 5] ?? REFERENCE) : costOf(measurement);
      }
      return time;
    };
    return { clock, measured: () => calls / 2 - 5 };
  }

  it.each<[expression: RegExp, isMeasured: boolean]>([
    [/^https:\/\/a*b*c$/, false],
    [/^https:\/\/(?:a|b)(?:c|d)(?:e|f)(?:g|h)$/, false],
    [/^https:\/\/a?b?(?:c|d)e?$/, false],
    [/^https:\/\/a*b*(?:c|d)(?:e|f)g?h?$/, false],
    [/^https:\/\/a*(?:b{0,1}|c)d+$/, false],
    [/^https:\/\/a*b*c*$/, true],
    [/^https:\/\/a?b?(?:c|d)e?f?$/, true],
    [/^https:\/\/(?:a|b)(?:c|d)(?:e|f)(?:g|h)(?:i|j)$/, true],
    [/^https:\/\/(?:ab?)*c$/, true],
    [/^https:\/\/(?:a|b)*c$/, true],
    [/^https:\/\/(?:a{2})*c$/, true],
  ])('looks at %s: %s', (expression, isMeasured) => {
    const { clock, measured } = scripted(() => 0);
    expect(slowInput(expression, clock)).toBeUndefined();
    expect(measured() > 0).toBe(isMeasured);
  });

  const MEASURED = /^https:\/\/a*b*c*$/;

  it('takes the least of five measurements of the reference', () => {
    const times = [9, 5, 7, 3, 8];
    expect(slowInput(MEASURED, scripted(() => 16 * 3 + 1, times).clock)).toBeDefined();
    expect(slowInput(MEASURED, scripted(() => 16 * 3, times).clock)).toBeUndefined();
    expect(slowInput(MEASURED, scripted(() => 16 * 3 + 1, [9, 9, 9, 9, 9, 1]).clock)).toBeUndefined();
    // A clock of little precision may show nothing.
    expect(slowInput(MEASURED, scripted(() => 0.3, [0, 0, 0, 0, 0]).clock)).toBeUndefined();
    expect(slowInput(MEASURED, scripted(() => 0.33, [0, 0, 0, 0, 0]).clock)).toBeDefined();
  });

  it('measures an input again that takes too long, unless it takes far too long', () => {
    const slow = scripted(() => LIMIT + 1);
    expect(slowInput(MEASURED, slow.clock)).toBeDefined();
    expect(slow.measured()).toBe(5);
    const almostFar = scripted(() => 100 * LIMIT - 1);
    expect(slowInput(MEASURED, almostFar.clock)).toBeDefined();
    expect(almostFar.measured()).toBe(5);
    const far = scripted(() => 100 * LIMIT);
    expect(slowInput(MEASURED, far.clock)).toBeDefined();
    expect(far.measured()).toBe(2);
    // One of the measurements was not too long.
    for (const good of [1, 2, 3, 4]) {
      const paused = scripted((measurement) => (measurement < good ? LIMIT + 1 : 0));
      expect(slowInput(MEASURED, paused.clock)).toBeUndefined();
    }
    const twice = scripted((measurement) => (measurement < 1 ? 100 * LIMIT : 0));
    expect(slowInput(MEASURED, twice.clock)).toBeUndefined();
  });

  it('ends after 400 times the reference', () => {
    const full = scripted(() => 0).clock;
    expect(slowInput(MEASURED, full)).toBeUndefined();
    const cheap = scripted(() => 0);
    slowInput(MEASURED, cheap.clock);
    const costly = scripted(() => LIMIT);
    expect(slowInput(MEASURED, costly.clock)).toBeUndefined();
    // The search ends between two texts, each of which is measured at a few dozen lengths.
    expect(costly.measured()).toBeGreaterThan(400 / 16);
    expect(costly.measured()).toBeLessThan(cheap.measured());
    expect(costly.measured()).toBeLessThan(200);
  });

  it('takes long steps where an input costs little', () => {
    const cheap = scripted(() => REFERENCE / 65);
    const dear = scripted(() => REFERENCE / 64);
    expect([slowInput(MEASURED, cheap.clock), slowInput(MEASURED, dear.clock)]).toEqual([undefined, undefined]);
    expect(cheap.measured()).toBeGreaterThan(700);
    expect(cheap.measured()).toBeLessThan(900);
    expect(dear.measured()).toBeGreaterThan(1_150);
    expect(dear.measured()).toBeLessThan(1_350);
  });

  /** The first inputs in the order in which they are measured: each is returned where it alone is slow. */
  function inputs(cost: number, count: number): string[] {
    return Array.from({ length: count }, (_, index) => {
      // An input that takes far too long is measured once more.
      const { clock } = scripted((measurement) => ([index, index + 1].includes(measurement) ? 200 * LIMIT : cost));
      return slowInput(MEASURED, clock)!;
    });
  }

  it('measures growing inputs of at most 512 characters', () => {
    const texts = inputs(0, 80);
    const lengths = texts.map(({ length }) => length);
    // One character after the other, then by a quarter.
    expect(lengths.slice(0, 67)).toEqual([...Array.from({ length: 65 }, (_, index) => 9 + index), 91, 114]);
    expect(texts.filter((text, index) => text === texts[index + 1])).toEqual([]);
    // By eight where they take long.
    const dear = inputs(REFERENCE / 64, 121).map(({ length }) => length);
    expect(dear.slice(64, 68)).toEqual([73, 81, 89, 97]);
    expect(dear.slice(-4)).toEqual([497, 505, 9, 10]);
  });
});
