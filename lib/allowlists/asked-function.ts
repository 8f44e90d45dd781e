import type { MaybePromise, OriginQuestion } from '../core/origins/admission.js';
import type { CorsContext } from '../core/requests/request.js';
import { Questions } from './questions.js';
import type { AllowlistSetup } from './setup.js';
import type { Allowlist, AllowlistStatus } from './status.js';

/** A function as a policy's `origin`. Only `true` allows; a throw, a rejection and a timeout deny. */
export type OriginFunction = (origin: string, context: CorsContext) => boolean | Promise<boolean>;

/** An origin function, asked each time: nothing tells what its answer depends on. */
export class AskedFunction implements Allowlist, OriginQuestion {
  readonly token: unknown;
  readonly label: string;
  /** Whatever its number of parameters says: a default value or rest arguments hide the context. */
  readonly usesContext = true;
  readonly atOnce = false;
  readonly #provider: OriginFunction;
  readonly #questions: Questions;

  constructor(setup: AllowlistSetup<OriginFunction>) {
    this.token = setup.token;
    this.label = setup.label;
    this.#provider = setup.provider;
    this.#questions = new Questions(setup);
  }

  get trouble(): string | undefined {
    const { lastError } = this.#questions;
    return lastError && `${this.label}: ${lastError}`;
  }

  /** The same for every policy: the function's answer is the app's own decision. */
  under(): OriginQuestion {
    return this;
  }

  ask(origin: string, context: CorsContext): MaybePromise<boolean> {
    const call = this.#provider;
    return this.#questions.ask(() => call(origin, context));
  }

  /** Nothing is kept, so there is nothing to bring up to date. */
  refresh(): Promise<void> {
    return Promise.resolve();
  }

  status(): AllowlistStatus {
    const { lastError } = this.#questions;
    return {
      token: this.token,
      kind: 'function',
      loaded: true,
      stale: false,
      entries: 0,
      rejected: [],
      ...(lastError !== undefined && { lastError }),
    };
  }
}
