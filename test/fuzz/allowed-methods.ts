import { METHODS } from './methods.js';
import { type Effective, type FuzzApp, type FuzzRequest, type NamedPolicy, servedHandlers } from './plan.js';
import { isFrameworkError } from './request-forms.js';
import type { Served, Serving } from './serving.js';
import { grants } from './telling.js';

/** What a route that answers every method is told by. */
const USUAL = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Holds `Access-Control-Allow-Methods` against who serves each method (DESIGN 3.3): it names those whose own policy
 * admits the origin under the same credentials mode, and no other.
 */
export class AllowedMethods {
  /** The methods that each handler and raw route was declared with, by the name that it answers with. */
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
    if (served.some(({ plain }) => plain.some((answer) => isFrameworkError(answer, request)))) {
      return undefined;
    }
    const admitted = methods.filter((method, at) => this.isAdmitted(method, served[at]!, granted, request));
    const missing = admitted.filter(
      (method) => !named.has(method) && this.isNamed(method, served[methods.indexOf(method)]!, request),
    );
    const extra = [...named].filter((method) => !admitted.includes(method));
    return missing.length === 0 && extra.length === 0
      ? undefined
      : {
          expected: `${[...[...named].filter((method) => !extra.includes(method)), ...missing].join(', ')}`,
          seen: [...named].join(', '),
        };
  }

  private isAdmitted(method: string, served: Served, granted: NamedPolicy, request: FuzzRequest): boolean {
    const { candidates, entry, outside } = served;
    const unserved: readonly Effective[] = entry !== undefined ? [entry] : method === request.method ? [outside] : [];
    return (candidates.length > 0 ? candidates : unserved).some(
      (policy) => grants(policy) && policy?.kind === 'policy' && policy.credentials === granted.credentials,
    );
  }

  /** Of a route that answers all methods only the usual ones are named, beside the one that is asked for. */
  private isNamed(method: string, { plain }: Served, request: FuzzRequest): boolean {
    return (
      method === request.method ||
      USUAL.includes(method) ||
      plain.some(({ handler }) => handler !== undefined && this.declared.get(handler) === method)
    );
  }
}
