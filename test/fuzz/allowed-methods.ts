import { METHODS } from './methods.js';
import { type Effective, type FuzzApp, type FuzzRequest, type NamedPolicy, servedHandlers } from './plan.js';
import { isFrameworkError } from './request-forms.js';
import type { Served, Serving } from './serving.js';
import { grants } from './telling.js';

/** The methods that a preflight names for a route that answers every method. */
const USUAL = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Compares `Access-Control-Allow-Methods` with the handler of each method (rule 3.3). The header must name exactly the
 * methods whose own policy allows the origin with the same credentials mode.
 */
export class AllowedMethods {
  /** The declared methods of each handler and raw route, by its name in the answer. */
  private readonly declared: ReadonlyMap<string, string>;

  constructor(
    plan: FuzzApp,
    private readonly serving: Serving,
  ) {
    this.declared = new Map([
      ...servedHandlers(plan).map(({ name, handler }) => [name, handler.method] as const),
      ...plan.raw.map(({ method }, at) => [`R${at}`, method] as const),
    ]);
  }

  /**
   * @param granted the policy that grants the preflight
   * @param named the methods that the preflight named
   * @returns what is wrong with them; `undefined`: nothing
   */
  async check(
    request: FuzzRequest,
    granted: NamedPolicy,
    named: ReadonlySet<string>,
  ): Promise<{ expected: string; seen: string } | undefined> {
    const methods = [...new Set([...METHODS, ...named, request.method])];
    const served = await Promise.all(methods.map((method) => this.serving.of({ ...request, method })));
    const isBroken = served.some(({ plain }) => plain.some((answer) => isFrameworkError(answer, request)));
    if (isBroken || this.serving.isLoose(request)) {
      return undefined;
    }
    const allowed = methods.filter((method, at) => this.isAllowed(method, served[at]!, granted, request));
    const missing = allowed.filter(
      (method) => !named.has(method) && this.isNamed(method, served[methods.indexOf(method)]!, request),
    );
    const extra = [...named].filter((method) => !allowed.includes(method));
    return missing.length === 0 && extra.length === 0
      ? undefined
      : {
          expected: `${[...[...named].filter((method) => !extra.includes(method)), ...missing].join(', ')}`,
          seen: [...named].join(', '),
        };
  }

  private isAllowed(method: string, served: Served, granted: NamedPolicy, request: FuzzRequest): boolean {
    const { candidates, entry, outside } = served;
    const unserved: readonly Effective[] =
      entry !== undefined ? [entry.policy] : method === request.method ? [outside] : [];
    return (candidates.length > 0 ? candidates : unserved).some(
      (policy) => grants(policy) && policy?.kind === 'policy' && policy.credentials === granted.credentials,
    );
  }

  /** For a route that answers all methods, the header names only the usual ones and the requested one. */
  private isNamed(method: string, { plain }: Served, request: FuzzRequest): boolean {
    return (
      method === request.method ||
      USUAL.includes(method) ||
      plain.some(({ handler }) => handler !== undefined && this.declared.get(handler) === method)
    );
  }
}
