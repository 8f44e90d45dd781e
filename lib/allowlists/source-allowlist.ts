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
import { lessByChance } from './chance.js';
import { readVersion, type Version } from './source-version.js';
import { sameChecks, SourceView } from './source-view.js';
import type { Allowlist, AllowlistStatus } from './status.js';
import { beginWatch } from './watch.js';
import { untilAborted, withTimeout } from './with-timeout.js';

/** A list that is in use. */
interface LoadedList {
  readonly snapshot: Snapshot;
  /** What its source called it, before it was loaded. */
  readonly version: Version;
  /** When it was last known to be what the source holds, on the room's clock. */
  readonly readAt: number;
  /** Until when the version's word is enough. */
  readonly reloadAt: number;
  /** How many views it was compiled for. */
  readonly views: number;
  readonly loadedAt: Date;
}

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
  #list: LoadedList | undefined;
  #isWatched: boolean;

  constructor({ token, label, provider, options, log }: AllowlistSetup<OriginSource>) {
    this.token = token;
    this.label = label;
    this.#source = provider;
    this.#options = options;
    this.#report = new SourceReport(label, log);
    this.#isWatched = typeof provider.watch === 'function';
    const { refreshMs, loadTimeoutMs } = options;
    const times = { refreshMs, loadTimeoutMs, pauseMs: () => this.#pauseMs() };
    this.#loop = new RefreshLoop((signal, isForced) => this.#load(signal, isForced), times);
  }

  /** The list as policies with these checks may use it. A view that comes after a load denies until the next, soon. */
  under(checks: OriginChecks): OriginQuestion {
    const known = this.#views.find((view) => sameChecks(view.checks, checks));
    if (known !== undefined) {
      return known;
    }
    const view = new SourceView(
      checks,
      () => this.#isStale(),
      () => this.#trouble(),
    );
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

  get checks(): readonly OriginChecks[] {
    return this.#views.map((view) => view.checks);
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
    this.#endWatch = beginWatch(this.#source, changed, (what, error) => {
      this.#isWatched = false;
      this.#report.watchFailed(what, error);
    });
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

  async #load(signal: AbortSignal, isForced: boolean): Promise<void> {
    try {
      const { entries, rejected } = await this.#read(signal, isForced);
      this.#report.succeeded(entries, rejected);
      this.#ready.resolve();
    } catch (error) {
      if (this.#stopped === undefined) {
        this.#failed(error);
      }
      throw new AllowlistError(`${this.label}: loading failed: ${errorText(error)}`, { cause: error });
    }
  }

  async #read(signal: AbortSignal, isForced: boolean): Promise<Snapshot> {
    const readAt = now();
    // Before the load: a change between the two is then loaded twice, and never missed.
    const asked = readVersion(this.#source, signal, this.#options.loadTimeoutMs);
    const version = asked === undefined ? undefined : await asked;
    const list = this.#list;
    if (!isForced && list !== undefined && this.#stillHolds(list, version)) {
      this.#list = { ...list, readAt };
      return list.snapshot;
    }
    return this.#readList(signal, readAt, version);
  }

  /** Whether the list at hand is the one that a load would bring. */
  #stillHolds({ version, reloadAt, views }: LoadedList, latest: Version): boolean {
    return latest !== undefined && latest === version && now() < reloadAt && views === this.#views.length;
  }

  async #readList(signal: AbortSignal, readAt: number, version: Version): Promise<Snapshot> {
    const views = [...this.#views];
    const load = async (): Promise<unknown> => this.#source.load(signal);
    const list = await untilAborted(load(), signal);
    const checks = views.map((view) => view.checks);
    const snapshot = await buildSnapshot(list, checks, this.#options.maxEntries, signal);
    signal.throwIfAborted();
    // From here on without an await, so that no request sees half of it.
    snapshot.matchers.forEach((matcher, index) => views[index]?.swap(matcher));
    const reloadAt = readAt + lessByChance(this.#options.reloadMs);
    this.#list = { snapshot, version, readAt, reloadAt, views: views.length, loadedAt: new Date() };
    return snapshot;
  }

  /** A version is cheap enough to be asked for often, where nobody says when it changes. */
  #pauseMs(): number {
    const { refreshMs, pollMs } = this.#options;
    const isPolled = typeof this.#source.version === 'function' && !this.#isWatched;
    return isPolled ? lessByChance(pollMs) : refreshMs;
  }

  #failed(error: unknown): void {
    this.#report.failed(error, this.#list?.snapshot.entries);
    if (this.#isStale()) {
      this.#report.stale(this.#options.maxStaleMs ?? 0);
    }
  }

  #trouble(): string | undefined {
    if (this.#list === undefined) {
      const { lastError = 'the first load is under way' } = this.#report;
      return `${this.label} has no list yet: ${lastError}`;
    }
    return this.#isStale() ? `${this.label}: its list is older than maxStaleMs` : undefined;
  }

  #isStale(): boolean {
    const { maxStaleMs } = this.#options;
    return maxStaleMs !== undefined && this.#list !== undefined && now() - this.#list.readAt > maxStaleMs;
  }
}
