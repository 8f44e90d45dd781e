import type { MaybePromise, BoundProvider } from '../../core/policy/origin-provider.js';
import type { CorsContext } from '../../core/request.js';
import { ProviderCalls } from '../calls/provider-calls.js';
import type { AllowlistSetup } from '../status.js';
import type { Allowlist, AllowlistStatus } from '../status.js';
import { withTimeout } from '../time.js';

/**
 * A function as a policy's `origin`. Only `true` allows; a throw, a rejection and a timeout deny.
 *
 * Under a policy with credentials it is also called while the app starts, about three origins that do not exist: a
 * function that allows them all is a warning of the boot audit.
 *
 * @example
 * { origin: (origin, { hostname }) => origin === `https://app.${hostname}` }
 */
export type OriginFunction = (origin: string, context: CorsContext) => boolean | Promise<boolean>;

/** An origin function, called each time: it is unknown what its answer depends on. */
export class FunctionProvider implements Allowlist, BoundProvider {
  /** The name in reports of a policy: several functions may have one name. */
  readonly label: string;
  /** Not read from its number of parameters: a default value or rest arguments hide the context. */
  readonly usesContext = true;
  readonly atOnce = false;
  readonly #name: string;
  readonly #provider: OriginFunction;
  readonly #calls: ProviderCalls;

  constructor(setup: AllowlistSetup<OriginFunction>) {
    this.label = functionLabel(setup.provider);
    this.#name = setup.name;
    this.#provider = setup.provider;
    this.#calls = new ProviderCalls(setup);
  }

  get trouble(): string | undefined {
    const { lastError } = this.#calls;
    return lastError && `${this.#name}: ${lastError}`;
  }

  /** The function as it is written, by which a change of it is seen. */
  get text(): string {
    return String(this.#provider);
  }

  /** The same for every policy: the function's answer is the app's own decision. */
  under(): BoundProvider {
    return this;
  }

  ask(origin: string, context: CorsContext): MaybePromise<boolean> {
    const call = this.#provider;
    return this.#calls.ask(() => call(origin, context));
  }

  /** Calls the function without a request: its answer is neither counted nor reported. */
  async probe(origin: string, context: CorsContext, timeoutMs: number): Promise<boolean> {
    const call = this.#provider;
    try {
      const answer = (async (): Promise<unknown> => call(origin, context))();
      return (await withTimeout(answer, timeoutMs, `${this.#name} has not answered`)) === true;
    } catch {
      return false;
    }
  }

  /** Nothing is cached, so there is nothing to refresh. */
  refresh(): Promise<void> {
    return Promise.resolve();
  }

  /** Lets the process end before its calls are answered. */
  stop(): Promise<void> {
    this.#calls.stop();
    return Promise.resolve();
  }

  status(): AllowlistStatus {
    const { lastError } = this.#calls;
    return {
      name: this.#name,
      kind: 'function',
      loaded: true,
      stale: false,
      entries: 0,
      rejected: [],
      ...(lastError !== undefined && { lastError }),
    };
  }
}

/** The name of an origin function: `isPartner()`, or `origin()` where it is written in the policy itself. */
export function functionLabel({ name }: OriginFunction): string {
  return name === '' ? 'an origin function' : `${name}()`;
}
