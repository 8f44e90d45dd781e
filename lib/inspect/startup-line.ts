import type { PolicyReport } from './policy-report.js';

/** A route or a gateway, and the policy that reaches it. */
export interface CountedRoute {
  readonly policy: PolicyReport | null;
  readonly unmanaged?: boolean | undefined;
}

/**
 * Counts the routes of an app in one line: `CORS: 12 routes, 3 policies, 4 closed, 2 without a policy`.
 *
 * A route is closed if no origin may use it. An unmanaged entry of `routes` answers CORS itself, so it is counted
 * separately.
 *
 * @param routes handlers and entries of `routes`
 */
export function startupLine(routes: readonly CountedRoute[], gateways: readonly CountedRoute[]): string {
  const all = [...routes, ...gateways];
  const names = all.flatMap(({ policy }) => (policy === null || policy.noCors ? [] : [policy.name]));
  const parts = [
    count(routes.length, 'route'),
    ...(gateways.length === 0 ? [] : [count(gateways.length, 'gateway')]),
    count(new Set(names).size, 'policy', 'policies'),
    `${all.filter(({ policy }) => policy?.origin.length === 0).length} closed`,
    `${all.filter(({ policy, unmanaged }) => policy === null && unmanaged !== true).length} without a policy`,
  ];
  const unmanaged = all.filter((each) => each.unmanaged === true).length;
  return `CORS: ${[...parts, ...(unmanaged === 0 ? [] : [`${unmanaged} unmanaged`])].join(', ')}`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
