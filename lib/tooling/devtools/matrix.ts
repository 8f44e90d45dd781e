import type { RouteReport } from '../../inspect/policy-report.js';
import type { CorsInspector } from '../../nest/cors-inspector.service.js';
import type { Explanation, ExplainRequest } from '../../inspect/explain/explanation.js';
import type { MatrixAnswer, MatrixCell } from './protocol.js';
import { examplePath, exampleSocket } from './examples.js';

const NO_EXAMPLE: MatrixCell = { state: 'unknown', why: 'no example of its address is known; ask about one below' };
const NO_METHOD: MatrixCell = { state: 'unknown', why: 'no page can send its method' };
const NO_TIME: MatrixCell = { state: 'unknown', why: 'there was no time to ask; ask about it below' };
/** Longest time for one origin, in milliseconds: providers are asked for real. */
const BUDGET_MS = 4_000;
/** Longest time without a pause for other requests, in milliseconds. */
const SLICE_MS = 10;

/**
 * Finds the state of each route for an origin, in the order of the routes. Explains a request of a page with the
 * route's first method, first with cookies, then without. Pauses for other requests.
 *
 * @param base origin of the app, as the page is opened
 */
export async function matrixColumn(
  inspector: CorsInspector,
  routes: readonly RouteReport[],
  origin: string,
  base: string,
): Promise<MatrixAnswer> {
  const deadline = performance.now() + BUDGET_MS;
  const cells: MatrixCell[] = [];
  let pauseAt = performance.now() + SLICE_MS;
  for (const route of routes) {
    if (performance.now() > pauseAt) {
      await new Promise((resolve) => setImmediate(resolve));
      pauseAt = performance.now() + SLICE_MS;
    }
    const late = performance.now() > deadline;
    // What no page can ask has no answer: a method, or a namespace that is a function.
    const unasked = route.kind === 'gateway' ? NO_EXAMPLE : NO_METHOD;
    cells.push(late ? NO_TIME : await cellOf(inspector, route, origin, base).catch(() => unasked));
  }
  return cells;
}

async function cellOf(inspector: CorsInspector, route: RouteReport, origin: string, base: string): Promise<MatrixCell> {
  if (route.policy === null) {
    return { state: 'no-policy' };
  }
  const question = { ...questionAbout(route, base), origin };
  const withCookies = await inspector.explain({ ...question, credentials: true });
  if (!leadsTo(route, withCookies)) {
    return NO_EXAMPLE;
  }
  if (withCookies.verdict === 'allowed') {
    return { state: 'with-cookies', reason: withCookies.reason };
  }
  const { verdict, reason } = await inspector.explain(question);
  return { state: verdict === 'allowed' ? 'without-cookies' : 'refused', reason };
}

function questionAbout(route: RouteReport, base: string): ExplainRequest {
  if (route.kind === 'gateway') {
    return exampleSocket(route, base);
  }
  const [first = 'GET'] = route.methods;
  return { method: first === '*' ? 'GET' : first, url: base + examplePath(route.path) };
}

/** A route of the platform is told by the entry that covers it, where one does. */
function leadsTo({ kind, handler, policy }: RouteReport, { route, policy: found }: Explanation): boolean {
  switch (kind) {
    case 'platform':
      return route !== null && found?.name === policy?.name;
    case 'gateway':
      // Gateways of one namespace are one route.
      return route?.handler.split(' and ').includes(handler) === true;
    default:
      return route?.handler === handler;
  }
}
