import { lessByChance } from './chance.js';
import { errorText } from './log.js';
import type { LookupReport } from './lookup-report.js';
import type { OriginLookup } from './ports.js';
import { RefreshLoop } from './refresh-loop.js';
import type { AllowlistSetup } from './setup.js';
import { readVersion, type Version } from './source-version.js';
import { beginWatch } from './watch.js';
import { withTimeout } from './with-timeout.js';

/** Looks for changes of a looked-up list, by its `version` and its `watch`, and has the answers forgotten. */
export class LookupWatch {
  readonly #setup: AllowlistSetup<OriginLookup>;
  readonly #report: LookupReport;
  readonly #forget: () => void;
  readonly #loop: RefreshLoop;
  #version: Version;
  #isWatched: boolean;
  #end: (() => Promise<void>) | undefined;
  #isStopped = false;

  /** @param forget is called whenever the list has changed, or may have */
  constructor(setup: AllowlistSetup<OriginLookup>, report: LookupReport, forget: () => void) {
    this.#setup = setup;
    this.#report = report;
    this.#forget = forget;
    this.#isWatched = typeof setup.provider.watch === 'function';
    const { refreshMs, pollMs, loadTimeoutMs } = setup.options;
    this.#loop = new RefreshLoop((signal) => this.#check(signal), {
      refreshMs,
      loadTimeoutMs,
      pauseMs: () => (this.#isWatched ? refreshMs : lessByChance(pollMs)),
    });
  }

  start(): Promise<void> {
    const { provider } = this.#setup;
    const isVersioned = typeof provider.version === 'function';
    if (this.#isStopped || this.#end !== undefined || (!isVersioned && !this.#isWatched)) {
      return Promise.resolve();
    }
    const changed = isVersioned ? () => this.#loop.changed() : this.#forget;
    this.#end = beginWatch(provider, changed, (what, error) => {
      this.#isWatched = false;
      this.#report.watchFailed(what, error);
    });
    if (isVersioned) {
      this.#loop.start();
    }
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const loop = this.#loop.stop();
    await withTimeout(this.#end?.() ?? Promise.resolve(), this.#setup.options.timeoutMs, 'it did not end').catch(
      (error: unknown) => this.#report.watchFailed('ending the watch', error),
    );
    await loop;
  }

  async #check(signal: AbortSignal): Promise<void> {
    try {
      const version = await readVersion(this.#setup.provider, signal, this.#setup.options.loadTimeoutMs);
      if (version === undefined || version !== this.#version) {
        this.#version = version;
        this.#forget();
      }
      this.#report.checked();
    } catch (error) {
      if (!this.#isStopped) {
        this.#report.checkFailed(error);
      }
      throw new Error(errorText(error), { cause: error });
    }
  }
}
