import { slowInput } from '../../../../lib/core/origin/expression-cost.js';
import { effectOf, type ExpressionEffect } from '../../../../lib/core/origin/expression-effect.js';
import { suggestForExpression } from '../../../../lib/core/origin/expression-suggestion.js';
import { isPublicSuffix } from '../../../../lib/config/public-suffix.js';

const now = (): number => performance.now();

test.each<[expression: RegExp, effects: (keyof ExpressionEffect)[]]>([
  [/^.*$/, ['any']],
  [/^[^]*$/, ['any']],
  [/^https?:\/\/.*$/, ['any']],
  [/^https:\/\/[a-z.]+$/, ['any']],
  [/^https:\/\/[a-z]+\.[a-z]{3}$/, ['any']],
  [/^http:\/\/.*$/, ['any']],
  [/^https:\/\/.*example\.com$/, ['lookalike']],
  [/^https:\/\/[a-z-]*example\.com$/, ['lookalike']],
  [/^https:\/\/(?:.*)example\.co\.uk$/, ['lookalike']],
  [/^https:\/\/[a-z]+example\.com$/, ['lookalike']],
  [/^https:\/\/example\.com.*$/, ['lookalike']],
  [/^https:\/\/example\.[a-z]+$/, ['lookalike']],
  [/^https:\/\/app.example.com$/, ['lookalike']],
  [/^https:\/\/(?:app|www).example\.com$/, ['lookalike']],
  [/^https:\/\/app\.example.com$/, ['lookalike']],
  [/^https:\/\/[a-z]+\.github\.io$/, ['neighbour']],
  [/^https:\/\/my-app-git-[a-z0-9-]+\.vercel\.app$/, ['neighbour']],
  [/^https:\/\/[a-z0-9-]+-acme\.vercel\.app$/, ['neighbour']],
  [/^https:\/\/[a-z]+\.com$/, ['neighbour']],
  [/^https:\/\/(?:[a-z]+\.)+com$/, ['neighbour']],
  [/^http:\/\/app\.example\.com$/, ['insecure']],
  [/^https?:\/\/app\.example\.com$/, ['insecure']],
  [/^https?:\/\/(?:localhost|app\.example\.com)(?::\d+)?$/, ['insecure']],
  [/^http:\/\/192\.168\.\d+\.\d+:5173$/, ['insecure']],
  // Correct expressions stay possible.
  [/^https:\/\/app\.example\.com$/, []],
  [/^https:\/\/(?:.+\.)?example\.com$/, []],
  [/^https:\/\/([a-z0-9-]+\.)*example\.com(:\d+)?$/, []],
  [/^https:\/\/[a-z]+\.example\.com$/, []],
  [/^https:\/\/[a-z]+.app\.example\.com$/, []],
  [/^https:\/\/app[0-9]+\.example\.com$/, []],
  [/^https:\/\/example[12]\.com$/, []],
  [/^https:\/\/example\.(?:com|org|net)$/, []],
  [/^https:\/\/(?:app|shop)-one\.github\.io$/, []],
  [/^http:\/\/localhost:\d+$/, []],
  [/^http:\/\/127\.0\.0\.1:\d{4,5}$/, []],
  [/^http:\/\/[a-z]+\.localhost(?::\d+)?$/, []],
  [/^capacitor:\/\/localhost$/, []],
  [/^chrome-extension:\/\/[a-p]{32}$/, []],
  [/^https:\/\/[a-z]+\.example$/, []],
  [/^(?!https:\/\/evil\.)https:\/\/[a-z]+\.example\.com$/i, []],
])('3.7: %s has the effects %j', (expression, effects) => {
  const effect = effectOf(expression, isPublicSuffix);
  expect(Object.keys(effect)).toEqual(effects);
  // The origin in a message matches the expression.
  expect(Object.values(effect).filter((origin: string) => !expression.test(origin))).toEqual([]);
});

test.each<[expression: RegExp, suggestion: string | undefined]>([
  [/example\.com$/, "'https://example.com', 'https://*.example.com'"],
  [/\.acme\.example$/, "'https://*.acme.example'"],
  [new RegExp('http://localhost'), "'http://localhost:*'"],
  [/.*/, undefined],
  [/^https:\/\/app.example.com$/, "'https://app.example.com'"],
  [/^https:\/\/.*example\.com$/, "'https://example.com', 'https://*.example.com'"],
  [/https:\/\/[a-z]+\.example\.com/, '/^(?:https:\\/\\/[a-z]+\\.example\\.com)$/'],
  [/^https:\/\/app\.example\.com/, "'https://app.example.com'"],
  [/github\.io$/, "'https://github.io'"],
  [/localhost/, undefined],
  [/^https:\/\/a\.example|b\.example$/, undefined],
  [/https:\/\/(?:a|b)\.example\.com/, '/^(?:https:\\/\\/(?:a|b)\\.example\\.com)$/'],
])('3.7: instead of %s, %s is suggested', (expression, suggestion) => {
  expect(suggestForExpression(expression, isPublicSuffix)).toBe(suggestion);
});

test.each([
  /^https:\/\/([a-z0-9]+-?)+\.example\.com$/,
  /^https:\/\/(a+)+\.example\.com$/,
  /^https:\/\/([a-z]*)*\.example\.com$/,
  /^https:\/\/(?:[a-z]|[a-z0-9])+\.example\.com$/,
  /^https:\/\/(?:[a-z0-9-]+\.?)+example\.com$/,
  /^(https?:\/\/)?([\da-z.-]+)*\.([a-z.]{2,6})$/,
  /^(?:[a-z.:/]*)*$/,
  /^(?:a|aa)+$/,
  /^https:\/\/.*.*.*\.example\.com$/,
  /^https:\/\/[a-z0-9-]*[a-z-]*[a-z0-9]*[a-z]*\.example\.com$/,
  /^https:\/\/(?:[a-z]{1,20}){1,20}\.example\.com$/,
  new RegExp(`^https://${'a?'.repeat(40)}${'a'.repeat(40)}$`),
])('3.7: %s is slow, and this is found out quickly', (expression) => {
  const start = performance.now();
  expect(slowInput(expression, now)).toMatch(/^.{1,512}$/);
  expect(performance.now() - start).toBeLessThan(5_000);
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
  const slowClock = (): number => performance.now() * 1_000;
  expect(slowInput(/^https:\/\/([a-z0-9]+-?)+\.example\.com$/, slowClock)).toBeDefined();
  expect(slowInput(/^https:\/\/[a-z0-9]+(?:-[a-z0-9]+)*\.example\.com$/, slowClock)).toBeUndefined();
});
