import { suggestForExpression } from '../../../../lib/core/origin/expression-suggestion.js';
import { isPublicSuffix } from '../../../../lib/config/public-suffix.js';

test.each<[expression: RegExp, suggestion: string | undefined]>([
  // The end of a host.
  [/example\.com$/, "'https://example.com', 'https://*.example.com'"],
  [/(www\.)?example\.com/, "'https://example.com', 'https://*.example.com'"],
  [/\.acme\.example$/, "'https://*.acme.example'"],
  [/github\.io$/, "'https://github.io'"],
  [/localhost/, undefined],
  [/^app\.example\.com$/, undefined],
  // One origin.
  [/^https:\/\/app.example.com$/, "'https://app.example.com'"],
  [/^https:\/\/app\.example\.com/, "'https://app.example.com'"],
  [/https:\/\/app\.example\.com$/, "'https://app.example.com'"],
  [/https:\/\/w{3}\.example\.com/, "'https://www.example.com'"],
  [/https:\/\/app\.example\.com:8443/, "'https://app.example.com:8443'"],
  [/https:\/\/app\.example\.com:443/, undefined],
  [/http:\/\/app\.example\.com/, undefined],
  // The machine itself.
  [new RegExp('http://localhost'), "'http://localhost:*'"],
  [new RegExp('http://localhost$'), "'http://localhost'"],
  [/^http:\/\/localhost(?=$|:\d$)/, "'http://localhost'"],
  [/^http:\/\/localhost(?=$|:\d{4})/, "'http://localhost'"],
  // An origin and its subdomains.
  [/^https:\/\/.*example\.com$/, "'https://example.com', 'https://*.example.com'"],
  [/^https:\/\/(?:.+\.)?example\.com/, "'https://example.com', 'https://*.example.com'"],
  [/^https:\/\/(?:.{1,}\.){0,1}example\.com:8443/, "'https://example.com:8443', 'https://*.example.com:8443'"],
  // A string for a part of them is no suggestion.
  [/^https:\/\/(?:www\.)?example\.com/, '/^(?:https:\\/\\/(?:www\\.)?example\\.com)$/'],
  [/^https:\/\/app[0-9]?\.example\.com/, '/^(?:https:\\/\\/app[0-9]?\\.example\\.com)$/'],
  [/^https:\/\/app[0-9]\.example\.com/, '/^(?:https:\\/\\/app[0-9]\\.example\\.com)$/'],
  [/^https:\/\/app[12]\.example\.com/, '/^(?:https:\\/\\/app[12]\\.example\\.com)$/'],
  [/^https:\/\/(?:a|b)\.example\.com/, '/^(?:https:\\/\\/(?:a|b)\\.example\\.com)$/'],
  // With anchors.
  [/https:\/\/[a-z]+\.example\.com/, '/^(?:https:\\/\\/[a-z]+\\.example\\.com)$/'],
  [/https:\/\/.+\.example\.com/, '/^(?:https:\\/\\/.+\\.example\\.com)$/'],
  [/https:\/\/[^.]+\.example\.com$/, '/^(?:https:\\/\\/[^.]+\\.example\\.com)$/'],
  [/^https:\/\/[a-z]+\.example\.com/i, '/^(?:https:\\/\\/[a-z]+\\.example\\.com)$/i'],
  [/^https:\/\/[a-z]+\.example\.com/gi, '/^(?:https:\\/\\/[a-z]+\\.example\\.com)$/i'],
  [/^https:\/\/[a-z]+\.example\.com/y, '/^(?:https:\\/\\/[a-z]+\\.example\\.com)$/'],
  [
    /(?:https:\/\/[ab]\.example\.com$|https:\/\/c\.example\.com)$/,
    '/^(?:(?:https:\\/\\/[ab]\\.example\\.com$|https:\\/\\/c\\.example\\.com))$/',
  ],
  // Anchors would not make these safe, or would make them match nothing that is meant.
  [/.*/, undefined],
  [/https:\/\/.*-?example\.com|https:\/\/a\.example/, undefined],
  [/https:\/\/[a-z]+example\.com/, undefined],
  [/https:\/\/(?:a|b)\.example\.com\$/, undefined],
  [/^https:\/\/a\.example|b\.example$/, undefined],
  [/[a-z]+\.example\.com$/, undefined],
])('3.7: instead of %s, %s is suggested', (expression, suggestion) => {
  expect(suggestForExpression(expression, isPublicSuffix)).toBe(suggestion);
});
