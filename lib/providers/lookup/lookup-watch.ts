import type { OriginLookup } from '../ports.js';
import type { LookupReport } from '../provider-report.js';
import { ChangeWatch, type ListVersion } from '../refresh/change-watch.js';
import { RefreshLoop } from '../refresh/refresh-loop.js';
import type { AllowlistSetup } from '../status.js';

/** Looks for changes of a looked-up list, by its `version` and its `watch`, and has the answers forgotten. */
export class LookupWatch {
  readonly #report: LookupReport;
  readonly #forget: () => void;
  readonly #watch: ChangeWatch;
  readonly #loop: RefreshLoop;
  #version: ListVersion;
  #isStopped = false;

  /** @param forget is called whenever the list has changed, or may have */
  constructor({ provider, options }: AllowlistSetup<OriginLookup>, report: LookupReport, forget: () => void) {
    this.#report = report;
    this.#forget = forget;
    this.#watch = new ChangeWatch(provider, options, (what, error) => report.watchFailed(what, error));
    const { refreshMs, loadTimeoutMs } = options;
    const times = { refreshMs, loadTimeoutMs, pauseMs: () => this.#watch.pauseMs() };
    this.#loop = new RefreshLoop((signal) => this.#check(signal), times);
  }

  start(): Promise<void> {
    const { isVersioned } = this.#watch;
    if (!this.#isStopped) {
      this.#watch.begin(() => (isVersioned ? this.#loop.changed() : this.#forget()));
      if (isVersioned) {
        this.#loop.start();
      }
    }
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.#watch.end(), this.#loop.stop()]);
  }

  async #check(signal: AbortSignal): Promise<void> {
    try {
      const version = await this.#watch.version(signal);
      if (version === undefined || version !== this.#version) {
        this.#version = version;
        this.#forget();
      }
      this.#report.checked();
    } catch (error) {
      if (!this.#isStopped) {
        this.#report.checkFailed(error);
      }
      throw error;
    }
  }
}
