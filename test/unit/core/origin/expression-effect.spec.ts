import { effectOf, type ExpressionEffect } from '../../../../lib/core/origin/expression-effect.js';
import { isPublicSuffix } from '../../../../lib/config/public-suffix.js';

test.each<[expression: RegExp, effect: ExpressionEffect]>([
  [/^.*$/, { any: 'https://stranger.invalid' }],
  [/^[^]*$/, { any: 'https://stranger.invalid' }],
  [/^https?:\/\/.*$/, { any: 'https://stranger.invalid' }],
  [/^https:\/\/[a-z.]+$/, { any: 'https://stranger.invalid' }],
  [/^https:\/\/[a-z]+\.[a-z]{3}$/, { any: 'https://stranger.com' }],
  [/^http:\/\/.*$/, { any: 'http://stranger.invalid' }],
  [/^https:\/\/.*example\.com$/, { lookalike: 'https://evilexample.com' }],
  [/^https:\/\/[a-z-]*example\.com$/, { lookalike: 'https://evilexample.com' }],
  [/^https:\/\/(?:.*)example\.co\.uk$/, { lookalike: 'https://evilexample.co.uk' }],
  [/^https:\/\/[a-z]+example\.com$/, { lookalike: 'https://oexample.com' }],
  [new RegExp('^https://[[a-z][0-9]]+example\\.com$', 'v'), { lookalike: 'https://oexample.com' }],
  [/^https:\/\/example\.com.*$/, { lookalike: 'https://example.com.stranger.invalid' }],
  [/^https:\/\/example\.[a-z]+$/, { lookalike: 'https://example.o' }],
  [/^https:\/\/app.example.com$/, { lookalike: 'https://appxexample.com' }],
  [/^https:\/\/(?:app|www).example\.com$/, { lookalike: 'https://appxexample.com' }],
  [/^https:\/\/app\.example.com$/, { lookalike: 'https://app.examplexcom' }],
  [/^https:\/\/[a-z]+\.github\.io$/, { neighbour: 'https://o.github.io' }],
  [/^https:\/\/my-app-git-[a-z0-9-]+\.vercel\.app$/, { neighbour: 'https://my-app-git-o.vercel.app' }],
  [/^https:\/\/[a-z0-9-]+-acme\.vercel\.app$/, { neighbour: 'https://o-acme.vercel.app' }],
  [/^https:\/\/[a-z]+\.com$/, { neighbour: 'https://o.com' }],
  [/^https:\/\/(?:[a-z]+\.)+com$/, { neighbour: 'https://o.com' }],
  [/^http:\/\/app\.example\.com$/, { insecure: 'http://app.example.com' }],
  [/^https?:\/\/app\.example\.com$/, { insecure: 'http://app.example.com' }],
  [/^https?:\/\/(?:localhost|app\.example\.com)(?::\d+)?$/, { insecure: 'http://app.example.com' }],
  [/^http:\/\/192\.168\.\d+\.\d+:5173$/, { insecure: 'http://192.168.8.8:5173' }],
  [/^https:\/\/[a-z]+\.[a-z]{4,}$/, { any: 'https://stranger.invalid' }],
  [/^https:\/\/www\.[a-z]+\.[a-z]{4,}$/, { any: 'https://www.stranger.invalid' }],
  [/^https:\/\/[a-z]+\.[a-z]+\.[a-z]+\.[a-z]{4,}$/, { any: 'https://a.b.stranger.invalid' }],
  [/^https:\/\/[a-z]+-\d\.[a-z]{4,}$/, { any: 'https://stranger-1.invalid' }],
  [/^https:\/\/[a-z]+\.[a-z]{4,}:8443$/, { any: 'https://stranger.invalid:8443' }],
  [/^https:\/\/.*\bexample\.com$/, { lookalike: 'https://evil-example.com' }],
  [
    /^(?:https:\/\/a\.example|https:\/\/b\.example|https:\/\/c\.example|https:\/\/d\.example|https:\/\/e\.example|https:\/\/f\.example|https:\/\/.*example\.com)$/,
    { lookalike: 'https://evilexample.com' },
  ],
  [/^https:\/\/app.example.com:8443$/, { lookalike: 'https://appxexample.com:8443' }],
  [/^https:\/\/.*example\.com:8443$/, { lookalike: 'https://evilexample.com:8443' }],
  [/^https:\/\/example\.com(?:\..*)?$/, { lookalike: 'https://example.com.stranger.invalid' }],
  [/^https:.*example\.com$/, { lookalike: 'https://other9example.com' }],
  [/^http:\/\/10.0.0.1$/, { insecure: 'http://10.0.0.1' }],
  [/^http:\/\/[a-z]+\.example\.com$/, { insecure: 'http://s.example.com' }],
  [/^https?:\/\/[a-z]+\.github\.io$/, { neighbour: 'http://o.github.io', insecure: 'http://s.github.io' }],
  [/^.*\.example\.com$/, { insecure: 'http://stranger.example.com' }],
  [/^.*example\.com$/, { lookalike: 'https://other9example.com', insecure: 'http://strangerexample.com' }],
  [/^https:\/\/example\.com.*:8443$/, { lookalike: 'https://example.com.stranger.invalid:8443' }],
  [/^https:\/\/example\.com[a-z]*(?:\.[a-z]+)?$/, { lookalike: 'https://example.comstranger.invalid' }],
  [/^https:\/\/10\.0\.0\.1.*$/, { lookalike: 'https://10.0.0.1o' }],
  [/^https:\/\/[a-z]+x\.com$/, { neighbour: 'https://ox.com' }],
  [/^https:\/\/a.b.c.d.e.f.g.h.example.com$/, { lookalike: 'https://a.b.c.d.e.f.g.hxexample.com' }],
  [/^https:\/\/a.b.c.d.e.f.g.h.i.example.com$/, { lookalike: 'https://a.b.c.d.e.f.g.h.ixexample.com' }],
  [/^https:\/\/a\.example.com\.$/, { lookalike: 'https://a.examplexcom.' }],
  // An option is weak only beside some options of another choice.
  [/^https:\/\/(?:app|[a-z]+)\.(?:github\.io|acme\.example)$/, { neighbour: 'https://o.github.io' }],
  [/^https:\/\/(?:[a-z]+|app)\.(?:acme\.example|github\.io|b\.example)$/, { neighbour: 'https://o.github.io' }],
  [/^(?:https|http):\/\/(?:localhost|app\.example\.com)$/, { insecure: 'http://app.example.com' }],
  [/^https:\/\/(?:app|[a-z]+)\.github\.io$/, { neighbour: 'https://o.github.io' }],
  [/^https:\/\/(?:app|\w+)example\.com$/, { lookalike: 'https://evilappexample.com' }],
  [
    /^https:\/\/(?:a|a)\.(?:b|b)\.(?:app|[a-z]+)\.(?:github\.io|acme\.example)$/,
    { neighbour: 'https://a.b.o.github.io' },
  ],
  [/^https:\/+[a-z]+\.github\.io$/, { neighbour: 'https://ow.github.io' }],
  [/^https:\/\/example\.com$|^\w+:\/\/\w{5,}example\.com$/, { lookalike: 'https://strangerexample.com' }],
  [/^http:\/\/https:\d+$/, { insecure: 'http://https:8' }],
])('3.7: %s has the effect %j', (expression, effect) => {
  expect(effectOf(expression, isPublicSuffix)).toStrictEqual(effect);
  // The origin in a message matches the expression.
  expect(Object.values(effect).filter((origin: string) => !expression.test(origin))).toEqual([]);
});

test('3.7: a weak pair of options is found where there are too many combinations to look at all of them', () => {
  const options = ['[a-z]+', ...Array.from({ length: 9 }, (_, index) => `app${index}`)];
  const domains = [...Array.from({ length: 9 }, (_, index) => `a${index}\\.example`), 'github\\.io'];
  const expression = new RegExp(`^https://(?:a|b)\\.(?:${options.join('|')})\\.(?:${domains.join('|')})$`);
  expect(effectOf(expression, isPublicSuffix)).toMatchObject({ neighbour: expect.stringMatching(/\.github\.io$/) });
});

test.each([
  /^https:\/\/app\.example\.com$/,
  /^https:\/\/(?:.+\.)?example\.com$/,
  /^https:\/\/([a-z0-9-]+\.)*example\.com(:\d+)?$/,
  /^https:\/\/[a-z]+\.example\.com$/,
  /^http:\/\/\[::1\].*$/,
  /^https:\/\/(?!other)[a-z0-9]+\.example\.com$/,
  /^https:\/\/[a-z]+app\.acme\.example$/,
  /^wss:\/\/app\.example\.com$/,
  /^https?:\/\/app\.example\.com:80$/,
  /^https:\/\/[a-z]+.app\.example\.com$/,
  /^https:\/\/a..b\.example\.com$/,
  /^https:\/\/app[0-9]+\.example\.com$/,
  /^https:\/\/example[12]\.com$/,
  /^https:\/\/example\.(?:com|org|net)$/,
  /^https:\/\/(?:app|shop)-one\.github\.io$/,
  /^http:\/\/localhost:\d+$/,
  /^http:\/\/127\.0\.0\.1:\d{4,5}$/,
  /^http:\/\/[a-z]+\.localhost(?::\d+)?$/,
  /^capacitor:\/\/localhost$/,
  /^chrome-extension:\/\/[a-p]{32}$/,
  /^https:\/\/[a-z]+\.example$/,
  /^(?!https:\/\/evil\.)https:\/\/[a-z]+\.example\.com$/i,
])('3.7: %s is correct', (expression) => {
  expect(effectOf(expression, isPublicSuffix)).toStrictEqual({});
});
