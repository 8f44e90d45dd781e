import type { RouteReport } from '../module/boot/effective-report.js';
import type { CorsInspector } from '../module/inspector.js';
import type { ExplainReason } from '../module/explaining/explanation.js';
import { examplePath } from './example-path.js';

/**
 * What a route is to an origin: usable `with-cookies` or `without-cookies`, `refused`; `no-policy`: the library leaves
 * it alone; `unknown`: no example of its address leads there, or there was no time to ask.
 */
export type CellState = 'with-cookies' | 'without-cookies' | 'refused' | 'no-policy' | 'unknown';

export interface Cell {
  readonly state: CellState;
  readonly reason?: ExplainReason;
}

const UNKNOWN: Cell = { state: 'unknown' };
/** How long one origin may take, in milliseconds: providers are asked for real. */
const BUDGET_MS = 4_000;

/**
 * What each route is to an origin, in the order of the routes. Asks as a page would with the route's first method,
 * first with cookies, then without.
 *
 * @param base origin of the app, as the page is opened
 * @throws TypeError (a rejection) where the origin is none
 */
export async function matrixColumn(
  inspector: CorsInspector,
  routes: readonly RouteReport[],
  origin: string,
  base: string,
): Promise<readonly Cell[]> {
  await inspector.explain({ url: `${base}/`, origin });
  const deadline = performance.now() + BUDGET_MS;
  const cells: Cell[] = [];
  for (const route of routes) {
    const late = performance.now() > deadline;
    // A method that no page can send has no answer.
    cells.push(late ? UNKNOWN : await cellOf(inspector, route, origin, base).catch(() => UNKNOWN));
  }
  return cells;
}

async function cellOf(inspector: CorsInspector, route: RouteReport, origin: string, base: string): Promise<Cell> {
  if (route.policy === null) {
    return { state: 'no-policy' };
  }
  const [first = 'GET'] = route.methods;
  const question = { method: first === '*' ? 'GET' : first, url: base + examplePath(route.path), origin };
  const withCookies = await inspector.explain({ ...question, credentials: true });
  if (withCookies.route?.handler !== route.handler) {
    return UNKNOWN;
  }
  if (withCookies.verdict === 'allowed') {
    return { state: 'with-cookies', reason: withCookies.reason };
  }
  const { verdict, reason } = await inspector.explain(question);
  return { state: verdict === 'allowed' ? 'without-cookies' : 'refused', reason };
}
