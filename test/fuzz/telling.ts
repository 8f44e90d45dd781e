import type { Answer } from './client.js';
import { type Effective, ORIGIN } from './plan.js';

/** The text of `expectedActual()` and `tellActual()` for a request that the server refuses. */
export const ENFORCED = '403 undefined nothing';

/** Tells if a policy allows `ORIGIN`. */
export function grants(policy: Effective): boolean {
  return policy?.kind === 'policy' && policy.admits;
}

/** The expected response under a policy: the handler, and the header with the name of the policy. */
export function expectedActual({ status, handler }: Answer, policy: Effective): string {
  if (policy?.enforces && !grants(policy)) {
    return ENFORCED;
  }
  const told =
    policy?.kind === 'policy' && policy.admits
      ? `exposes ${policy.header}${policy.credentials ? ' with credentials' : ''}`
      : 'nothing';
  return `${status} ${handler} ${told}`;
}

/** Tells if an answer grants at most what a policy grants. With several entries, only their common part is granted. */
export function isWithin({ cors }: Answer, policy: Effective): boolean {
  const credentials = policy?.kind === 'policy' && policy.credentials ? 'true' : undefined;
  return (
    Object.keys(cors).length === 0 ||
    (grants(policy) &&
      cors['access-control-allow-origin'] === ORIGIN &&
      [undefined, credentials].includes(cors['access-control-allow-credentials']))
  );
}

export function tellActual({ status, handler, cors }: Answer): string {
  const {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposed,
    'access-control-allow-credentials': credentials,
    ...others
  } = cors;
  const cookies = credentials === 'true' ? ' with credentials' : '';
  const known = Object.keys(others).length === 0 && (credentials === undefined || cookies !== '');
  if (Object.keys(cors).length === 0) {
    return `${status} ${handler} nothing`;
  }
  const told =
    known && origin === ORIGIN && exposed !== undefined ? `exposes ${exposed}${cookies}` : JSON.stringify(cors);
  return `${status} ${handler} ${told}`;
}

/** The expected answer to a preflight under a policy that grants it. */
export function expectedPreflight(policy: Effective): string {
  return policy?.kind === 'policy' && policy.admits
    ? `grant ${policy.maxAge}${policy.credentials ? ' with credentials' : ''}`
    : 'nothing';
}

export function tellPreflight({ cors }: Answer): string {
  const maxAge = cors['access-control-max-age'];
  const credentials = cors['access-control-allow-credentials'];
  // A request that is passed on may reach an OPTIONS handler of the app, whose response has its own headers.
  if (maxAge === undefined && cors['access-control-allow-methods'] === undefined) {
    return 'nothing';
  }
  return maxAge !== undefined && cors['access-control-allow-origin'] === ORIGIN && (credentials ?? 'true') === 'true'
    ? `grant ${maxAge}${credentials === undefined ? '' : ' with credentials'}`
    : JSON.stringify(cors);
}

/** The names in `Access-Control-Allow-Methods`. */
export function methodsIn({ cors }: Answer): ReadonlySet<string> {
  return new Set((cors['access-control-allow-methods'] ?? '').split(', ').filter((name) => name !== ''));
}
