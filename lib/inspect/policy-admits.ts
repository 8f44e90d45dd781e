import { allows } from '../core/decide/allow-origin.js';
import type { Policy } from '../core/policy/policy.js';
import { nearest, quote } from '../core/issues/text.js';
import type { CorsContext, CorsRequest } from '../core/request.js';

/**
 * The context that an origin function or an allowlist gets from `CorsInspector.admits()`.
 *
 * @example
 * await inspector.admits('tenant', request.headers.origin, { url: request.url, hostname: 'tea.example' });
 */
export type AdmitsContext = Partial<Omit<CorsContext, 'origin'>>;

/**
 * Reports whether a named policy allows an origin (rule 3.1).
 *
 * @throws Error where no policy has that name
 */
export function policyAdmits(
  policies: ReadonlyMap<string, Policy>,
  name: string,
  origin: unknown,
  { method = 'GET', url = '/', hostname = '', params = {}, route, preflight = false, request }: AdmitsContext,
): boolean | Promise<boolean> {
  const policy = policies.get(name);
  if (policy === undefined) {
    throw unknownPolicy(name, [...policies.keys()]);
  }
  const asked: CorsRequest = {
    method,
    url,
    target: url,
    path: url,
    hostname,
    origin: typeof origin === 'string' ? origin : undefined,
    header: () => undefined,
    headerNames: () => [],
    ownOrigin: () => undefined,
    native: request,
  };
  return allows(policy.origin, asked, method, { route, paramsOf: () => params }, preflight);
}

function unknownPolicy(name: unknown, known: readonly string[]): Error {
  const meant = typeof name === 'string' ? nearest(name, known) : undefined;
  const hint = meant === undefined ? '' : ` Did you mean ${quote(meant)}?`;
  return new Error(
    `CorsInspector.admits(): no policy is registered as ${quote(name)}; the registered policies are ${known.join(', ') || 'none'}.${hint}`,
  );
}
