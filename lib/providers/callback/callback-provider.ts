import type { MaybePromise, BoundProvider } from '../../core/policy/origin-provider.js';
import type { CorsContext } from '../../core/request.js';
import { quote } from '../../core/issues/text.js';
import { Answers } from '../calls/answers.js';
import { AllowlistError } from '../log.js';
import type { ResolvedAllowlistOptions } from '../options.js';
import type { OriginAllowlist } from '../ports.js';
import { ProviderCalls } from '../calls/provider-calls.js';
import type { AllowlistSetup } from '../status.js';
import type { Allowlist, AllowlistStatus } from '../status.js';

/** Longest `cacheKey` whose answers are cached, in characters: together with `maxEntries` it bounds the memory. */
const MAX_CACHE_KEY_LENGTH = 1_024;

/** An `OriginAllowlist` whose answers are cached per origin, or per origin and `cacheKey`, if possible. */
export class CallbackProvider implements Allowlist, BoundProvider {
  readonly label: string;
  /** True if no answer is cached, because it may depend on a context without a `cacheKey`. */
  readonly asksEachTime: boolean;
  readonly usesContext: boolean;
  readonly atOnce = false;
  readonly #provider: OriginAllowlist;
  readonly #name: string;
  readonly #options: ResolvedAllowlistOptions;
  readonly #calls: ProviderCalls;
  #answers: Answers;

  constructor(setup: AllowlistSetup<OriginAllowlist>) {
    const { name, label, provider, options } = setup;
    const hasCacheKey = typeof provider.cacheKey === 'function';
    this.label = label;
    this.#name = name;
    // Functions with rest arguments, also wrappers of decorators, have length 0: it is unknown what they read.
    this.asksEachTime = !hasCacheKey && provider.isAllowed.length !== 1;
    this.usesContext = hasCacheKey || this.asksEachTime;
    this.#provider = provider;
    this.#options = options;
    this.#calls = new ProviderCalls(setup);
    this.#answers = new Answers(this.#calls, options);
  }

  get trouble(): string | undefined {
    const { lastError } = this.#calls;
    return lastError && `${this.label}: ${lastError}`;
  }

  /** The same for every policy: the provider's answer is the app's own decision. */
  under(): BoundProvider {
    return this;
  }

  ask(origin: string, context: CorsContext): MaybePromise<boolean> {
    if (!this.usesContext) {
      return this.#answers.atHand(origin) ?? this.#answers.ask(origin, this.#put(origin));
    }
    if (this.asksEachTime) {
      return this.#calls.ask(this.#putWith(origin, context));
    }
    let key: string;
    try {
      key = this.#cacheKey(context);
    } catch (error) {
      // Without a key the answer cannot be distinguished from that for another tenant.
      return this.#calls.fail(error);
    }
    // A request may make a key long, so a long key is not an error of the provider: it is answered, but not cached.
    if (key.length > MAX_CACHE_KEY_LENGTH) {
      return this.#calls.ask(this.#putWith(origin, context));
    }
    // A well-formed origin has no space, so no two pairs share a key.
    const pair = `${origin} ${key}`;
    return this.#answers.atHand(pair) ?? this.#answers.ask(pair, this.#putWith(origin, context));
  }

  /** Forgets the answers. Answers under way reach their callers, but are not kept, and no further caller joins them. */
  refresh(): Promise<void> {
    this.#answers = new Answers(this.#calls, this.#options);
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
      kind: 'allowlist',
      loaded: true,
      stale: false,
      entries: this.#answers.count,
      rejected: [],
      ...(lastError !== undefined && { lastError }),
    };
  }

  /** Passes the origin only: an answer that is cached for everyone must not depend on one request's context. */
  #put(origin: string): () => unknown {
    const isAllowed = this.#provider.isAllowed as (origin: string) => unknown;
    return () => isAllowed.call(this.#provider, origin);
  }

  #putWith(origin: string, context: CorsContext): () => unknown {
    return () => this.#provider.isAllowed(origin, context);
  }

  #cacheKey(context: CorsContext): string {
    const key: unknown = this.#provider.cacheKey!(context);
    if (typeof key === 'string') {
      return key;
    }
    // An async cacheKey may reject later, when nothing handles the rejection.
    if (key instanceof Promise) {
      key.catch(() => undefined);
    }
    throw new AllowlistError(`cacheKey() returned ${quote(key)}, not a string`);
  }
}
