import type { OriginQuestion } from '../core/origins/admission.js';
import type { OriginChecks } from '../core/origins/origin-checks.js';
import { now } from './clock.js';
import { deferred } from './deferred.js';
import { AllowlistError, errorText } from './log.js';
import type { ResolvedAllowlistOptions } from './options.js';
import type { OriginSource } from './ports.js';
import { RefreshLoop } from './refresh-loop.js';
import type { AllowlistSetup } from './setup.js';
import { buildSnapshot, type Snapshot } from './snapshot.js';
import { SourceReport } from './source-report.js';
import { sameChecks, SourceView } from './source-view.js';
import type { Allowlist, AllowlistStatus } from './status.js';
import { beginWatch } from './watch.js';
import { untilAborted, withTimeout } from './with-timeout.js';

/**
 * The list of an `OriginSource`, kept in memory and refreshed. Every answer is at hand; until the first good load,
 * and where the list is older than `maxStaleMs`, it is no.
 */
export class SourceAllowlist implements Allowlist {
  readonly token: unknown;
  readonly label: string;
  readonly #source: OriginSource;
  readonly #options: ResolvedAllowlistOptions;
  readonly #report: SourceReport;
  readonly #loop: RefreshLoop;
  readonly #views: SourceView[] = [];
  readonly #ready = deferred();
  #started: Promise<void> | undefined;
  #endWatch: (() => Promise<void>) | undefined;
  #stopped: Promise<void> | undefined;
  #list: { readonly snapshot: Snapshot; readonly readAt: number; readonly loadedAt: Date } | undefined;

  constructor({ token, label, provider, options, log }: AllowlistSetup<OriginSource>) {
    this.token = token;
    this.label = label;
    this.#source = provider;
    this.#options = options;
    this.#report = new SourceReport(label, log);
    this.#loop = new RefreshLoop((signal) => this.#load(signal), options);
  }

  /** The list as policies with these checks may use it. A view that comes after a load denies until the next, soon. */
  under(checks: OriginChecks): OriginQuestion {
    const known = this.#views.find((view) => sameChecks(view.checks, checks));
    if (known !== undefined) {
      return known;
    }
    const view = new SourceView(checks, () => this.#isStale());
    this.#views.push(view);
    if (this.#started !== undefined || this.#list !== undefined) {
      this.#loop.changed();
    }
    return view;
  }

  /**
   * Watches and loads. Resolves once a list is loaded, and after `timeoutMs` in any case: the load, and after a
   * failure the next one, then goes on in the background. Never rejects.
   */
  start(): Promise<void> {
    return (this.#started ??= this.#stopped ?? this.#start());
  }

  /** Resolves with the first load that starts after this call; rejects where it fails, and the last good list stays. */
  refresh(): Promise<void> {
    return this.#loop.refresh();
  }

  /** Aborts a running load, ends the watch, loads no more. The last good list goes on answering. Never rejects. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  status(): AllowlistStatus {
    const { lastError } = this.#report;
    return {
      token: this.token,
      kind: 'source',
      loaded: this.#list !== undefined,
      stale: this.#isStale(),
      entries: this.#list?.snapshot.entries ?? 0,
      rejected: this.#list?.snapshot.rejected.kept ?? [],
      ...(this.#list && { loadedAt: this.#list.loadedAt }),
      ...(lastError !== undefined && { lastError }),
    };
  }

  async #start(): Promise<void> {
    // Before the load: what changes while that reads would else be seen a whole `refreshMs` later.
    const changed = () => this.#loop.changed();
    this.#endWatch = beginWatch(this.#source, changed, (what, error) => this.#report.watchFailed(what, error));
    this.#loop.start();
    const { timeoutMs } = this.#options;
    await withTimeout(this.#ready.promise, timeoutMs, 'no list').catch(() => this.#report.late(timeoutMs));
  }

  async #stop(): Promise<void> {
    this.#ready.resolve();
    const loop = this.#loop.stop();
    const watch = this.#endWatch?.() ?? Promise.resolve();
    await withTimeout(watch, this.#options.timeoutMs, 'it did not end').catch((error: unknown) =>
      this.#report.watchFailed('ending the watch', error),
    );
    await loop;
  }

  async #load(signal: AbortSignal): Promise<void> {
    try {
      const list = await this.#read(signal);
      this.#report.succeeded(list.entries, list.rejected);
      this.#ready.resolve();
    } catch (error) {
      if (this.#stopped === undefined) {
        this.#failed(error);
      }
      throw new AllowlistError(`${this.label}: loading failed: ${errorText(error)}`, { cause: error });
    }
  }

  async #read(signal: AbortSignal): Promise<Snapshot> {
    const readAt = now();
    const views = [...this.#views];
    const load = async (): Promise<unknown> => this.#source.load(signal);
    const list = await untilAborted(load(), signal);
    const checks = views.map((view) => view.checks);
    const snapshot = await buildSnapshot(list, checks, this.#options.maxEntries, signal);
    signal.throwIfAborted();
    // From here on without an await, so that no request sees half of it.
    snapshot.matchers.forEach((matcher, index) => views[index]?.swap(matcher));
    this.#list = { snapshot, readAt, loadedAt: new Date() };
    return snapshot;
  }

  #failed(error: unknown): void {
    this.#report.failed(error, this.#list?.snapshot.entries);
    if (this.#isStale()) {
      this.#report.stale(this.#options.maxStaleMs ?? 0);
    }
  }

  #isStale(): boolean {
    const { maxStaleMs } = this.#options;
    return maxStaleMs !== undefined && this.#list !== undefined && now() - this.#list.readAt > maxStaleMs;
  }
}
