import type { MaybePromise, BoundProvider } from '../../core/policy/origin-provider.js';
import { covers } from '../../core/origin/covers.js';
import { parseOrigin } from '../../core/origin/origin.js';
import { type OriginChecks, sameChecks } from '../../core/origin/origin-checks.js';
import { checkOriginPattern, parseOriginPattern } from '../../core/origin/parse-pattern.js';
import { Answers } from '../calls/answers.js';
import { reasonOf } from '../list-entry.js';
import { type FoundEntry, LookupBatch } from './lookup-batch.js';
import { LookupWatch } from './lookup-watch.js';
import { LookupReport } from '../provider-report.js';
import type { ResolvedAllowlistOptions } from '../options.js';
import type { OriginLookup } from '../ports.js';
import { ProviderCalls } from '../calls/provider-calls.js';
import type { Allowlist, AllowlistSetup, AllowlistStatus } from '../status.js';

/** An `OriginLookup`, its answers kept per origin and per policy's checks. */
export class LookupProvider implements Allowlist {
  readonly holdsEntries = true;
  readonly label: string;
  readonly #name: string;
  readonly #options: ResolvedAllowlistOptions;
  readonly #calls: ProviderCalls;
  readonly #batch: LookupBatch;
  readonly #report: LookupReport;
  readonly #watch: LookupWatch;
  readonly #views: LookupView[] = [];

  constructor(setup: AllowlistSetup<OriginLookup>) {
    const { name, label, provider, options, log } = setup;
    this.label = label;
    this.#name = name;
    this.#options = options;
    this.#calls = new ProviderCalls(setup);
    this.#batch = new LookupBatch(provider, options);
    this.#report = new LookupReport(label, log);
    this.#watch = new LookupWatch(setup, this.#report, () => this.#forget());
  }

  under(checks: OriginChecks): BoundProvider {
    const known = this.#views.find((view) => sameChecks(view.checks, checks));
    const view =
      known ??
      new LookupView(
        checks,
        this.#batch,
        this.#report,
        () => this.#newAnswers(),
        () => this.#trouble(),
      );
    if (known === undefined) {
      this.#views.push(view);
    }
    return view;
  }

  /** Begins to look for changes, where the provider has a way to tell them. Never rejects. */
  start(): Promise<void> {
    return this.#watch.start();
  }

  /** Ends that, and gives up the calls under way. Never rejects. */
  async stop(): Promise<void> {
    this.#batch.stop();
    await this.#watch.stop();
  }

  /** Forgets the answers. Those under way reach who waits for them, but are not kept. */
  refresh(): Promise<void> {
    this.#forget();
    return Promise.resolve();
  }

  get checks(): readonly OriginChecks[] {
    return this.#views.map((view) => view.checks);
  }

  status(): AllowlistStatus {
    const lastError = this.#calls.lastError ?? this.#report.lastError;
    return {
      name: this.#name,
      kind: 'allowlist',
      loaded: !this.#calls.onlyFail || this.#views.some((view) => view.allowsSome),
      stale: false,
      entries: this.#views.reduce((count, view) => count + view.count, 0),
      rejected: this.#report.rejected,
      ...(lastError !== undefined && { lastError }),
    };
  }

  #trouble(): string | undefined {
    const { lastError } = this.#calls;
    return lastError && `${this.label}: ${lastError}`;
  }

  #newAnswers(): Answers {
    return new Answers(this.#calls, this.#options);
  }

  #forget(): void {
    this.#report.forget();
    this.#views.forEach((view) => view.forget());
  }
}

/** A looked-up list as the policies with one and the same checks see it. */
class LookupView implements BoundProvider {
  readonly usesContext = false;
  readonly atOnce = false;
  readonly checks: OriginChecks;
  readonly #batch: LookupBatch;
  readonly #report: LookupReport;
  readonly #newAnswers: () => Answers;
  readonly #trouble: () => string | undefined;
  #answers: Answers;

  constructor(
    checks: OriginChecks,
    batch: LookupBatch,
    report: LookupReport,
    newAnswers: () => Answers,
    trouble: () => string | undefined,
  ) {
    this.checks = checks;
    this.#batch = batch;
    this.#report = report;
    this.#newAnswers = newAnswers;
    this.#trouble = trouble;
    this.#answers = newAnswers();
  }

  get count(): number {
    return this.#answers.count;
  }

  get allowsSome(): boolean {
    return this.#answers.allowSome;
  }

  get trouble(): string | undefined {
    return this.#trouble();
  }

  ask(origin: string): MaybePromise<boolean> {
    return this.#answers.atHand(origin) ?? this.#answers.ask(origin, this.#put(origin));
  }

  forget(): void {
    this.#answers = this.#newAnswers();
  }

  #put(origin: string): () => MaybePromise<boolean> {
    return () => this.#lookUp(origin);
  }

  #lookUp(origin: string): MaybePromise<boolean> {
    // What looks like a pattern would else be covered by it.
    if (parseOrigin(origin) === undefined) {
      return false;
    }
    // No early end: every wrong entry has to be shown.
    return this.#batch.find(origin, (found) => found.filter((each) => this.#allows(each, origin)).length > 0);
  }

  /** The database may ignore case or white space, so bytes are compared. */
  #allows({ value, entry }: FoundEntry, origin: string): boolean {
    if ('reason' in entry) {
      this.#report.reject(value, entry.reason);
      return false;
    }
    const asked = parseOriginPattern(origin);
    if ('code' in asked || !covers(entry.pattern, asked)) {
      return false;
    }
    const problems = checkOriginPattern(entry.pattern, this.checks);
    problems.forEach((problem) => this.#report.reject(entry.pattern.text, reasonOf(problem)));
    return problems.length === 0;
  }
}
