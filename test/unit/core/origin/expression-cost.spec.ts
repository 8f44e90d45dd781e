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
