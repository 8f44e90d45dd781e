import type { BoundProvider } from '../../core/policy/origin-provider.js';
import { type OriginChecks, sameChecks } from '../../core/origin/origin-checks.js';
import type { OriginMatcher } from '../../core/origin/matcher.js';
import { deferred, lessByChance, now, untilAborted, withTimeout } from '../time.js';
import { OpenCalls } from '../calls/open-calls.js';
import { AllowlistError, errorText } from '../log.js';
import type { ResolvedAllowlistOptions } from '../options.js';
import type { OriginSource } from '../ports.js';
import { RefreshLoop } from '../refresh/refresh-loop.js';
import { buildSnapshot, type ListSnapshot } from './snapshot.js';
import { SourceReport } from '../provider-report.js';
import { ChangeWatch, type ListVersion } from '../refresh/change-watch.js';
import type { Allowlist, AllowlistSetup, AllowlistStatus } from '../status.js';

/** A list that is in use. */
interface LoadedList {
  readonly snapshot: ListSnapshot;
  /** The version that its source gave before it was loaded. */
  readonly version: ListVersion;
  /** When it was last known to be equal to the source's list, on the clock of this folder. */
  readonly readAt: number;
  /** The time until which an equal version is enough. */
  readonly reloadAt: number;
  /** Number of views that it was compiled for. */
  readonly views: number;
  readonly loadedAt: Date;
}

/**
 * The list of an `OriginSource`, kept in memory and refreshed. It answers at once, and denies until the first good load
 * and if the list is older than `maxStaleMs`.
 */
export class SourceProvider implements Allowlist {
  readonly holdsEntries = true;
  readonly label: string;
  readonly #source: OriginSource;
  readonly #name: string;
  readonly #options: ResolvedAllowlistOptions;
  readonly #report: SourceReport;
  readonly #watch: ChangeWatch;
  readonly #loop: RefreshLoop;
  readonly #views: SourceView[] = [];
  readonly #loads = new OpenCalls();
  readonly #ready = deferred();
  #started: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  #list: LoadedList | undefined;

  constructor({ name, label, provider, options, log }: AllowlistSetup<OriginSource>) {
    this.label = label;
    this.#name = name;
    this.#source = provider;
    this.#options = options;
    this.#report = new SourceReport(label, log);
    this.#watch = new ChangeWatch(provider, options, (what, error) => this.#report.watchFailed(what, error));
    const { refreshMs, loadTimeoutMs } = options;
    const times = { refreshMs, loadTimeoutMs, pauseMs: () => this.#watch.pauseMs() };
    this.#loop = new RefreshLoop((signal, isForced) => this.#load(signal, isForced), times);
  }

  /** The list as policies with these checks may use it. A view that comes after a load denies until the next, soon. */
  under(checks: OriginChecks): BoundProvider {
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

  /** Those that the least strict policy accepts. */
  *entries(): Iterable<string> {
    const matchers = this.#list?.snapshot.matchers ?? [];
    const [widest] = matchers.toSorted((one, other) => other.size - one.size);
    yield* widest?.texts() ?? [];
  }

  get checks(): readonly OriginChecks[] {
    return this.#views.map((view) => view.checks);
  }

  status(): AllowlistStatus {
    const { lastError } = this.#report;
    return {
      name: this.#name,
      kind: 'source',
      loaded: this.#list !== undefined,
      stale: this.#isStale(),
      entries: this.#list?.snapshot.entries ?? 0,
      rejected: this.#list?.snapshot.rejected.kept ?? [],
      ...(this.#list && { loadedAt: this.#list.loadedAt.toISOString() }),
      ...(lastError !== undefined && { lastError }),
    };
  }

  async #start(): Promise<void> {
    // Before the load: otherwise a change during the load would be seen a whole `refreshMs` later.
    this.#watch.begin(() => this.#loop.changed());
    this.#loop.start();
    const { timeoutMs } = this.#options;
    await withTimeout(this.#ready.promise, timeoutMs, 'no list').catch(() => this.#report.late(timeoutMs));
  }

  async #stop(): Promise<void> {
    this.#ready.resolve();
    await Promise.all([this.#loop.stop(), this.#watch.end()]);
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

  async #read(signal: AbortSignal, isForced: boolean): Promise<ListSnapshot> {
    const readAt = now();
    // Before the load: a change between the two is then loaded twice, and never missed.
    const asked = this.#watch.version(signal);
    const version = asked === undefined ? undefined : await asked;
    const list = this.#list;
    if (!isForced && list !== undefined && this.#stillHolds(list, version)) {
      this.#list = { ...list, readAt };
      return list.snapshot;
    }
    return this.#readList(signal, readAt, version);
  }

  /** Reports whether a load would bring the same list. */
  #stillHolds({ version, reloadAt, views }: LoadedList, latest: ListVersion): boolean {
    return latest !== undefined && latest === version && now() < reloadAt && views === this.#views.length;
  }

  async #readList(signal: AbortSignal, readAt: number, version: ListVersion): Promise<ListSnapshot> {
    const views = [...this.#views];
    const load = async (): Promise<unknown> => this.#source.load(signal, { maxEntries: this.#options.maxEntries });
    const list = await untilAborted(this.#loads.run(load), signal);
    const checks = views.map((view) => view.checks);
    const snapshot = await buildSnapshot(list, checks, this.#options.maxEntries, signal);
    signal.throwIfAborted();
    // From here on without an await, so that no request sees half of it.
    snapshot.matchers.forEach((matcher, index) => views[index]!.swap(matcher));
    const reloadAt = readAt + lessByChance(this.#options.reloadMs);
    this.#list = { snapshot, version, readAt, reloadAt, views: views.length, loadedAt: new Date() };
    return snapshot;
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

/** A source's list as the policies with one and the same checks see it. Denies until it has a list. */
export class SourceView implements BoundProvider {
  readonly usesContext = false;
  readonly atOnce = true;
  readonly checks: OriginChecks;
  readonly #isStale: () => boolean;
  readonly #trouble: () => string | undefined;
  #matcher: OriginMatcher | undefined;

  constructor(checks: OriginChecks, isStale: () => boolean, trouble: () => string | undefined) {
    this.checks = checks;
    this.#isStale = isStale;
    this.#trouble = trouble;
  }

  get trouble(): string | undefined {
    return this.#trouble();
  }

  ask(origin: string): boolean {
    return this.#matcher !== undefined && this.#matcher.has(origin) && !this.#isStale();
  }

  /** Replaces the list. */
  swap(matcher: OriginMatcher): void {
    this.#matcher = matcher;
  }
}
