import { commonOf } from '../../../../../lib/tooling/cli/check/common-grant.js';
import { NO_CORS, open } from './rules.js';

const A = 'https://a.example';
const B = 'https://b.example';

describe('the grant that policies have in common, as check compares it', () => {
  it('3.3: has the origins that all allow, and what all of them grant', () => {
    const one = open([A, B], { credentials: true, timing: true });
    expect(commonOf([one, open(A, { credentials: true, privateNetwork: true })])).toEqual(
      open(A, { credentials: true }),
    );
  });

  it('3.3: replaces headers of the app if one of them does', () => {
    expect(commonOf([open(A, { override: true }), open(A)])).toEqual(open(A, { override: true }));
  });

  it('3.3: has the narrowest resource policy', () => {
    const [site, origin] = [open(A, { resourcePolicy: 'same-site' }), open(A, { resourcePolicy: 'same-origin' })];
    expect(commonOf([site, origin])).toEqual(origin);
    expect(commonOf([site, open(A)])).toEqual(site);
    expect(commonOf([open(A), open(A, { resourcePolicy: 'cross-origin' })])).toEqual(open(A));
  });

  it('3.3: is closed if one of them is closed, and enforced as the strictest', () => {
    expect(commonOf([open(A, { enforce: true }), NO_CORS])).toEqual({ ...NO_CORS, enforce: true });
    expect(commonOf([open(A, { enforce: true }), open(A, { enforce: 'fetch-metadata' })])).toEqual(
      open(A, { enforce: 'fetch-metadata' }),
    );
    expect(commonOf([open(A), null])).toEqual(NO_CORS);
  });
});
