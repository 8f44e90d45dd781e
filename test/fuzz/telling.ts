import type { Answer } from './client.js';
import { type Effective, ORIGIN } from './plan.js';

/** What `tellActual` says of a request that the server itself refuses. */
export const ENFORCED = '403 undefined nothing';

/** Whether a policy lets `ORIGIN` through. */
export function grants(policy: Effective): boolean {
  return policy?.kind === 'policy' && policy.admits;
}

/** What a response is to say under a policy: who answered, and the header that names the policy. */
export function expectedActual({ status, handler }: Answer, policy: Effective): string {
  const told =
    policy?.kind === 'policy' && policy.admits
      ? `exposes ${policy.header}${policy.credentials ? ' with credentials' : ''}`
      : 'nothing';
  return `${status} ${handler} ${told}`;
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

/** What a preflight is to say under a policy that grants it. */
export function expectedPreflight(policy: Effective): string {
  return policy?.kind === 'policy' && policy.admits
    ? `grant ${policy.maxAge}${policy.credentials ? ' with credentials' : ''}`
    : 'nothing';
}

export function tellPreflight({ cors }: Answer): string {
  const maxAge = cors['access-control-max-age'];
  const credentials = cors['access-control-allow-credentials'];
  // What passes on to the app may lead to a handler of OPTIONS, whose response has its own headers.
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
