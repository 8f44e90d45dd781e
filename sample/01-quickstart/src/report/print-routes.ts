import type { RouteReport } from 'nestjs-cors-policy';
import { table } from './terminal.js';

/** The routes with their effective policies, and notes about them. */
export function printRoutes(routes: readonly RouteReport[]): string {
  return table(['METHOD', 'PATH', 'HANDLER', 'POLICY', 'ORIGINS', 'COOKIES', 'NOTES'], routes.map(rowOf));
}

function rowOf({ methods, path, handler, policy, provenance }: RouteReport): (string | readonly string[])[] {
  const route = [methods.join(','), path, handler];
  if (policy === null) {
    return [...route, 'none', 'none'];
  }
  if (policy.noCors) {
    return [...route, policy.name, 'none'];
  }
  const refused = methods.filter((method) => policy.methods && !policy.methods.includes(method));
  const notes = [
    ...(policy.enforce ? ['enforced'] : []),
    ...refused.map((method) => `without ${method}`),
    ...(policy.maxAge === undefined
      ? []
      : [`maxAge ${policy.maxAge} s${provenance['maxAge'] === handler ? ', own' : ''}`]),
  ];
  return [...route, policy.name, policy.origin, policy.credentials ? 'yes' : 'no', notes];
}
