import { parseRequestHeaders } from '../../lib/core/http/request-headers.js';
import { parseOrigin } from '../../lib/core/origin/origin.js';
import { addVary } from '../../lib/platform/vary.js';
import { PathIndex } from '../../lib/routing/path-index.js';
import { leastTimes } from '../support/least-times.js';

describe('the cost of what a client sends is linear in its length', () => {
  const index = new PathIndex(['/a/:b/c', '/:a/b/:c', '/a/b/c', '/:x/:y/:z/:w', '/*path', '/a{/:b}']);
  test.each<[string, (size: number) => () => unknown]>([
    ['Access-Control-Request-Headers: one name', (size) => () => parseRequestHeaders('x'.repeat(size / 8))],
    ['Access-Control-Request-Headers: commas', (size) => () => parseRequestHeaders(','.repeat(size))],
    ['Access-Control-Request-Headers: blanks', (size) => () => parseRequestHeaders(' '.repeat(size / 8))],
    ['an origin of labels', (size) => () => parseOrigin(`https://${'a.'.repeat(size / 2)}b`)],
    ['an origin of colons', (size) => () => parseOrigin(`https://${':'.repeat(size)}`)],
    ['an origin of hyphens', (size) => () => parseOrigin(`https://${'-'.repeat(size)}`)],
    ['an IPv6 address', (size) => () => parseOrigin(`https://[${'1:'.repeat(size / 2)}]`)],
    ['a path of segments', (size) => () => index.candidates('/a'.repeat(size / 2))],
    ['a path of slashes', (size) => () => index.candidates('/'.repeat(size))],
    ['Vary of commas', (size) => () => addVary(','.repeat(size), ['Origin'])],
    ['Vary of names', (size) => () => addVary('ab, '.repeat(size / 4), ['Origin'])],
  ])('%s', async (_title, workOf) => {
    // Each call is short, so some of them run without a pause on a busy machine.
    const [small, large] = await leastTimes(50, workOf(4096), workOf(8 * 4096));
    // Eight times the length takes 8 times as long if linear, 64 times if quadratic. Up to 2 ms is always accepted.
    expect(large).toBeLessThan(Math.max(32 * small!, 2));
  });
});
