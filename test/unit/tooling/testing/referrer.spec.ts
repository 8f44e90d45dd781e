import {
  hidesOrigin,
  redirectedPolicy,
  REFERRER_POLICIES,
  refererOf,
} from '../../../../lib/tooling/testing/referrer.js';

const PAGE = new URL('https://app.example/orders?page=2#top');
const WHOLE = 'https://app.example/orders?page=2';
const ORIGIN = 'https://app.example/';

it.each([
  ['', WHOLE, ORIGIN, undefined],
  ['no-referrer', undefined, undefined, undefined],
  ['no-referrer-when-downgrade', WHOLE, WHOLE, undefined],
  ['same-origin', WHOLE, undefined, undefined],
  ['origin', ORIGIN, ORIGIN, ORIGIN],
  ['strict-origin', ORIGIN, ORIGIN, undefined],
  ['origin-when-cross-origin', WHOLE, ORIGIN, ORIGIN],
  ['strict-origin-when-cross-origin', WHOLE, ORIGIN, undefined],
  ['unsafe-url', WHOLE, WHOLE, WHOLE],
] as const)(
  'the policy %j sends this Referer to its own origin, to others, and to others without TLS',
  (policy, ...expected) => {
    const targets = ['https://app.example/', 'https://api.example/', 'http://api.example/'];

    expect(targets.map((target) => refererOf(PAGE, policy, new URL(target)))).toEqual(expected);
  },
);

it('cuts a long URL down to its origin', () => {
  const long = new URL(`https://app.example/${'x'.repeat(4096)}`);

  expect(refererOf(long, 'unsafe-url', long)).toBe(ORIGIN);
});

it('hides the origin from requests without CORS by these policies', () => {
  const hidden = (url: string) =>
    REFERRER_POLICIES.filter((policy) => hidesOrigin(policy, 'https://app.example', new URL(url)));

  expect(hidden('https://app.example/')).toEqual(['no-referrer']);
  expect(hidden('https://api.example/')).toEqual(['no-referrer', 'same-origin']);
  expect(hidden('http://api.example/')).toEqual([
    '',
    'no-referrer',
    'no-referrer-when-downgrade',
    'same-origin',
    'strict-origin',
    'strict-origin-when-cross-origin',
  ]);
});

it.each([
  ['no-referrer', 'no-referrer'],
  ['no-referrer, later, origin', 'origin'],
  ['later', 'same-origin'],
  [undefined, 'same-origin'],
])('a redirect with Referrer-Policy: %s leads to %s', (value, expected) => {
  const headers = value === undefined ? [] : [['Referrer-Policy', value] as const];

  expect(redirectedPolicy('same-origin', { status: 302, headers })).toBe(expected);
});
