import type { MaybePromise, OriginQuestion } from '../core/origins/admission.js';
import type { CorsContext } from '../core/requests/request.js';
import { quote } from '../core/problems/quote.js';
import { Answers } from './answers.js';
import { AllowlistError } from './log.js';
import type { ResolvedAllowlistOptions } from './options.js';
import type { OriginAllowlist } from './ports.js';
import { Questions } from './questions.js';
import type { AllowlistSetup } from './setup.js';
import type { Allowlist, AllowlistStatus } from './status.js';

/** Longest `cacheKey` that answers are kept by, in characters: together with `maxEntries` it bounds the memory. */
const MAX_CACHE_KEY_LENGTH = 1_024;

/** An `OriginAllowlist`, its answers kept per origin, or per origin and `cacheKey`, where that can be told. */
export class AskedAllowlist implements Allowlist, OriginQuestion {
  readonly token: unknown;
  readonly label: string;
  /** Whether no answer is kept, as it may depend on a context that no `cacheKey` names. */
  readonly asksEachTime: boolean;
  readonly usesContext: boolean;
  readonly atOnce = false;
  readonly #provider: OriginAllowlist;
  readonly #options: ResolvedAllowlistOptions;
  readonly #questions: Questions;
  #answers: Answers;

  constructor(setup: AllowlistSetup<OriginAllowlist>) {
    const { token, label, provider, options } = setup;
    const hasCacheKey = typeof provider.cacheKey === 'function';
    this.token = token;
    this.label = label;
    // Rest arguments, and whatever a decorator wraps with them, have length 0: what they look at cannot be told.
    this.asksEachTime = !hasCacheKey && provider.isAllowed.length !== 1;
    this.usesContext = hasCacheKey || this.asksEachTime;
    this.#provider = provider;
    this.#options = options;
    this.#questions = new Questions(setup);
    this.#answers = new Answers(this.#questions, options);
  }

  get trouble(): string | undefined {
    const { lastError } = this.#questions;
    return lastError && `${this.label}: ${lastError}`;
  }

  /** The same for every policy: the provider's answer is the app's own decision. */
  under(): OriginQuestion {
    return this;
  }

  ask(origin: string, context: CorsContext): MaybePromise<boolean> {
    if (!this.usesContext) {
      return this.#answers.atHand(origin) ?? this.#answers.ask(origin, this.#put(origin));
    }
    if (this.asksEachTime) {
      return this.#questions.ask(this.#putWith(origin, context));
    }
    let key: string;
    try {
      key = this.#cacheKey(context);
    } catch (error) {
      // Without a key the answer cannot be told from that for another tenant.
      return this.#questions.fail(error);
    }
    // A request may make a key long, so long ones are no fault of the provider: they are answered, but not kept.
    if (key.length > MAX_CACHE_KEY_LENGTH) {
      return this.#questions.ask(this.#putWith(origin, context));
    }
    // A well-formed origin has no space, so no two pairs share a key.
    const pair = `${origin} ${key}`;
    return this.#answers.atHand(pair) ?? this.#answers.ask(pair, this.#putWith(origin, context));
  }

  /** Forgets the answers. Those under way reach who waits for them, but are not kept, and nobody else joins them. */
  refresh(): Promise<void> {
    this.#answers = new Answers(this.#questions, this.#options);
    return Promise.resolve();
  }

  status(): AllowlistStatus {
    const { lastError } = this.#questions;
    return {
      token: this.token,
      kind: 'allowlist',
      loaded: true,
      stale: false,
      entries: this.#answers.count,
      rejected: [],
      ...(lastError !== undefined && { lastError }),
    };
  }

  /** Hands over the origin alone: an answer that is kept for everyone must not have seen one request's context. */
  #put(origin: string): () => unknown {
    const isAllowed = this.#provider.isAllowed as (origin: string) => unknown;
    return () => isAllowed.call(this.#provider, origin);
  }

  #putWith(origin: string, context: CorsContext): () => unknown {
    return () => this.#provider.isAllowed(origin, context);
  }

  #cacheKey(context: CorsContext): string {
    const key: unknown = this.#provider.cacheKey?.(context);
    if (typeof key === 'string') {
      return key;
    }
    // An async cacheKey may reject later, with nobody there to hear it.
    if (key instanceof Promise) {
      key.catch(() => undefined);
    }
    throw new AllowlistError(`cacheKey() returned ${quote(key)}, not a string`);
  }
}
