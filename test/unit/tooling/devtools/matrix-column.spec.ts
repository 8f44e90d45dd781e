import type { RouteReport } from '../../../../lib/inspect/policy-report.js';
import type { CorsInspector } from '../../../../lib/nest/cors-inspector.service.js';
import { matrixColumn } from '../../../../lib/tooling/devtools/matrix.js';

const ROUTES = Array.from({ length: 60 }, (_, i) => ({
  kind: 'handler',
  handler: `OrdersController.get${i}`,
  methods: ['GET'],
  path: `/orders/${i}`,
  policy: {},
})) as unknown as readonly RouteReport[];

/** Explains at once, and takes a millisecond for it. */
const INSPECTOR = {
  explain({ url }: { url: string }): Promise<object> {
    const end = performance.now() + 1;
    while (performance.now() < end) {
      // The app serves nothing else.
    }
    return Promise.resolve({ verdict: 'allowed', reason: 'allowed', route: { handler: handlerOf(url) } });
  },
} as unknown as CorsInspector;

const handlerOf = (url: string): string => `OrdersController.get${url.split('/').at(-1)}`;

it('6.5: a column of the matrix pauses for other requests', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const cells = await matrixColumn(INSPECTOR, ROUTES, 'https://app.example', 'http://localhost');
  clearInterval(timer);

  expect(cells).toHaveLength(60);
  expect(new Set(cells.map(({ state }) => state))).toEqual(new Set(['with-cookies']));
  expect(turns).toBeGreaterThanOrEqual(3);
});
