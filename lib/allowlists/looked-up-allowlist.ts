import type { MaybePromise, OriginQuestion } from '../core/origins/admission.js';
import { patternsCovering } from '../core/origins/covering-patterns.js';
import type { OriginChecks } from '../core/origins/origin-checks.js';
import { checkOriginPattern } from '../core/origins/origin-pattern.js';
import { Answers } from './answers.js';
import { readListEntry, reasonOf } from './list-entry.js';
import { LookupBatch } from './lookup-batch.js';
import { LookupReport } from './lookup-report.js';
import { LookupWatch } from './lookup-watch.js';
import type { ResolvedAllowlistOptions } from './options.js';
import type { OriginLookup } from './ports.js';
import { Questions } from './questions.js';
import type { AllowlistSetup } from './setup.js';
import { sameChecks } from './source-view.js';
import type { Allowlist, AllowlistStatus } from './status.js';

/** An `OriginLookup`, its answers kept per origin and per policy's checks. */
export class LookedUpAllowlist implements Allowlist {
  readonly token: unknown;
  readonly label: string;
  readonly #options: ResolvedAllowlistOptions;
  readonly #questions: Questions;
  readonly #batch: LookupBatch;
  readonly #report: LookupReport;
  readonly #watch: LookupWatch;
  readonly #views: LookupView[] = [];

  constructor(setup: AllowlistSetup<OriginLookup>) {
    const { token, label, provider, options, log } = setup;
    this.token = token;
    this.label = label;
    this.#options = options;
    this.#questions = new Questions(setup);
    this.#batch = new LookupBatch(provider, options.timeoutMs);
    this.#report = new LookupReport(label, log);
    this.#watch = new LookupWatch(setup, this.#report, () => this.#forget());
  }

  under(checks: OriginChecks): OriginQuestion {
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
    const lastError = this.#questions.lastError ?? this.#report.lastError;
    return {
      token: this.token,
      kind: 'allowlist',
      loaded: true,
      stale: false,
      entries: this.#views.reduce((count, view) => count + view.count, 0),
      rejected: this.#report.rejected,
      ...(lastError !== undefined && { lastError }),
    };
  }

  #trouble(): string | undefined {
    const { lastError } = this.#questions;
    return lastError && `${this.label}: ${lastError}`;
  }

  #newAnswers(): Answers {
    return new Answers(this.#questions, this.#options);
  }

  #forget(): void {
    this.#report.forget();
    this.#views.forEach((view) => view.forget());
  }
}

/** A looked-up list as the policies with one and the same checks see it. */
class LookupView implements OriginQuestion {
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

  get trouble(): string | undefined {
    return this.#trouble();
  }

  ask(origin: string): MaybePromise<boolean> {
    return this.#answers.atHand(origin) ?? this.#answers.ask(origin, this.#put(origin));
  }

  forget(): void {
    this.#answers = this.#newAnswers();
  }

  #put(origin: string): () => Promise<boolean> {
    return () => this.#lookUp(origin);
  }

  async #lookUp(origin: string): Promise<boolean> {
    const found = await this.#batch.find(origin);
    const covering = new Set(patternsCovering(origin));
    // No early end: every entry that is wrong is to be shown.
    return found.filter((value) => this.#admits(value, covering)).length > 0;
  }

  /** The list may have been asked by a database that folds case or white space: it is taken at its bytes. */
  #admits(value: unknown, covering: ReadonlySet<string>): boolean {
    const entry = readListEntry(value);
    if ('reason' in entry) {
      this.#report.setAside(value, entry.reason);
      return false;
    }
    if (!covering.has(entry.pattern.text)) {
      return false;
    }
    const problems = checkOriginPattern(entry.pattern, this.checks);
    problems.forEach((problem) => this.#report.setAside(entry.pattern.text, reasonOf(problem)));
    return problems.length === 0;
  }
}
