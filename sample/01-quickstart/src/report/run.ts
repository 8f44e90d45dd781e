import type { Addresses } from '../addresses.js';
import type { Exchange } from './browser.js';
import { Browser } from './browser.js';
import type { HttpRequest } from './http.js';
import { send } from './http.js';
import type { Caller, Expectation, Scenario } from './scenario.js';
import { callers } from './scenario.js';
import { scenarios, storefront } from './scenarios.js';

/** One scenario for one origin. */
export interface Step {
  readonly caller: Caller;
  readonly origin: string;
  readonly scenario: Scenario;
  readonly expected: Expectation;
  /** The step of the operator before the request, with a tool that is not a browser. */
  readonly operator?: HttpRequest & { readonly says: string };
}

export interface Result extends Step {
  readonly exchange: Exchange;
  /** The difference from the expected result; missing: no difference. */
  readonly difference?: string;
}

/** The operator adds the stranger as a tenant. The request comes from a tool, so it has no `Origin`. */
export function admission({ api, pages }: Addresses): HttpRequest {
  return {
    method: 'POST',
    url: `${api}/admin/tenants`,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ id: 'newcomer', origin: pages.stranger }),
  };
}

/** The operator removes this tenant. */
export function dismissal({ api }: Addresses): HttpRequest {
  return { method: 'DELETE', url: `${api}/admin/tenants/newcomer` };
}

/** The runs in order: every scenario for each origin, then one for the stranger as a new tenant, and one after that. */
function plan(addresses: Addresses): Step[] {
  const steps = (Object.keys(callers) as Caller[]).flatMap((caller) =>
    scenarios.map((scenario) => stepOf(addresses, caller, scenario)),
  );
  const visit = stepOf(addresses, 'stranger', storefront);
  return [
    ...steps,
    {
      ...visit,
      expected: { sees: 200 },
      operator: { ...admission(addresses), says: 'The operator admits the stranger as a tenant' },
    },
    { ...visit, operator: { ...dismissal(addresses), says: 'The operator removes the new tenant' } },
  ];
}

function stepOf({ pages }: Addresses, caller: Caller, scenario: Scenario): Step {
  return { caller, origin: pages[caller], scenario, expected: scenario.expect[caller] };
}

/** Sends all requests and compares the results with the expected ones. */
export async function run(addresses: Addresses): Promise<Result[]> {
  const browser = new Browser(addresses.api);
  const results: Result[] = [];
  for (const step of plan(addresses)) {
    if (step.operator) {
      const { status, body } = await send(step.operator);
      if (status >= 400) {
        throw new Error(`${step.operator.method} ${step.operator.url} ended in ${status}: ${body}`);
      }
    }
    const exchange = await browser.fetch(step.origin, step.scenario.request);
    const difference = differenceOf(step, exchange);
    results.push({ ...step, exchange, ...(difference !== undefined && { difference }) });
  }
  return results;
}

function differenceOf({ expected }: Step, { seen, response }: Exchange): string | undefined {
  const wanted = 'sees' in expected ? expected.sees : expected.blocked;
  const got = seen.blocked ? seen.reason : seen.status;
  if (got !== wanted) {
    return `expected ${wanted}, got ${got}`;
  }
  if ('blocked' in expected && expected.answer !== undefined && response?.status !== expected.answer) {
    return `expected the server to answer ${expected.answer}, got ${response?.status ?? 'no request'}`;
  }
  return undefined;
}
