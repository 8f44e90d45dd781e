import { quote } from '../../core/issues/text.js';
import { OpenCalls } from '../calls/open-calls.js';
import { AllowlistError, errorText } from '../log.js';
import type { ResolvedAllowlistOptions } from '../options.js';
import type { ChangeListener, OriginSource } from '../ports.js';
import { lessByChance, untilAborted, withTimeout } from '../time.js';

/** Longest time of the end of a watch, in milliseconds: an app closes within a second, even if its servers hang. */
const LONGEST_END_MS = 900;

/** The version of a provider's list; `undefined` if it is unknown. */
export type ListVersion = string | number | bigint | undefined;

type ChangingProvider = Pick<OriginSource, 'version' | 'watch'>;

/** The ways in which a provider reports changes: its `watch` and its `version`, both optional. */
export class ChangeWatch {
  readonly #provider: ChangingProvider;
  readonly #options: ResolvedAllowlistOptions;
  readonly #failed: (what: string, error: unknown) => void;
  /** True if the provider has a `version`. */
  readonly isVersioned: boolean;
  /** True if the watch has reported a change: until then it may be one that never does. */
  #isProven = false;
  /** True if the watch has failed: then it is not relied on again. */
  #hasFailed = false;
  #isOver = false;
  readonly #versions = new OpenCalls();
  #begun: Promise<unknown> | undefined;

  /** @param failed gets the error of `watch` or of its end */
  constructor(
    provider: ChangingProvider,
    options: ResolvedAllowlistOptions,
    failed: (what: string, error: unknown) => void,
  ) {
    this.#provider = provider;
    this.#options = options;
    this.#failed = failed;
    this.isVersioned = typeof provider.version === 'function';
  }

  /**
   * Begins to watch, if the provider can be watched, once. A `watch` that returns a promise of what ends it, against its
   * type, is taken at its word. Never throws.
   */
  begin(changed: ChangeListener): void {
    this.#begun ??= this.#begin(changed).catch((error: unknown) => this.#watchFailed('watch()', error));
  }

  async #begin(changed: ChangeListener): Promise<unknown> {
    return this.#provider.watch?.((reason) => {
      if (!this.#isOver) {
        this.#isProven ||= reason === undefined;
        changed(reason);
      }
    });
  }

  /** Ends the watch, within `timeoutMs` and 900 ms. Never rejects, and may be called twice. */
  async end(): Promise<void> {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    try {
      await withTimeout(this.#end(), Math.min(this.#options.timeoutMs, LONGEST_END_MS), 'it did not end');
    } catch (error) {
      this.#watchFailed('ending the watch', error);
    }
  }

  async #end(): Promise<void> {
    const end = await this.#begun;
    if (typeof end === 'function') {
      await (end as () => unknown)();
    }
  }

  #watchFailed(what: string, error: unknown): void {
    this.#hasFailed = true;
    this.#failed(what, error);
  }

  /** The time until the provider is asked again: `pollMs` if only its `version` shows changes. */
  pauseMs(): number {
    const { refreshMs, pollMs } = this.#options;
    const isReliable = this.#isProven && !this.#hasFailed;
    return this.isVersioned && !isReliable ? lessByChance(pollMs) : refreshMs;
  }

  /**
   * Reads the version.
   *
   * @param signal is aborted after `loadTimeoutMs`
   * @returns `undefined`, and no promise of it, where the provider has none
   * @throws AllowlistError (a rejection) where `version()` rejects, does not end in time, or returns something else
   */
  version(signal: AbortSignal): Promise<ListVersion> | undefined {
    return this.isVersioned ? this.#askVersion(signal) : undefined;
  }

  async #askVersion(signal: AbortSignal): Promise<ListVersion> {
    const ask = async (): Promise<unknown> => this.#provider.version!(signal);
    let version: unknown;
    try {
      version = await untilAborted(this.#versions.run(ask), signal);
    } catch (error) {
      const { loadTimeoutMs } = this.#options;
      const text = signal.aborted ? `did not end within ${loadTimeoutMs} ms` : `failed: ${errorText(error)}`;
      throw new AllowlistError(`version() ${text}`, { cause: error });
    }
    if (isVersion(version)) {
      return version;
    }
    if (version === null) {
      return undefined;
    }
    throw new AllowlistError(`version() must return a string, a number, a bigint or undefined, not ${quote(version)}`);
  }
}

function isVersion(value: unknown): value is ListVersion {
  return ['string', 'number', 'bigint', 'undefined'].includes(typeof value);
}
