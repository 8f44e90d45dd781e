import { parseRequestHeaders } from '../../lib/core/http/request-headers.js';
import { parseOrigin } from '../../lib/core/origin/origin.js';
import { addVary } from '../../lib/platform/vary.js';
import { PathIndex } from '../../lib/routing/path-index.js';

describe('the cost of what a client sends is linear in its length', () => {
  /** Median time of `work` over several runs, each long enough to be measured. */
  function cost(work: () => unknown): number {
    const runs = Array.from({ length: 9 }, () => {
      const start = performance.now();
      for (let again = 0; again < 60; again++) {
        work();
      }
      return performance.now() - start;
    });
    return runs.sort((a, b) => a - b)[4]!;
  }

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
  ])('%s', (_title, workOf) => {
    const [small, large] = [workOf(4096), workOf(8 * 4096)];
    cost(small);
    // Eight times the length takes 8 times as long if linear, 64 times if quadratic. Up to 100 ms is always accepted.
    expect(cost(large)).toBeLessThan(Math.max(32 * cost(small), 100));
  });
});
