import { patternsCovering } from '../../core/origin/covering-patterns.js';
import { later, now } from '../time.js';
import { iterableOf } from '../list-entry.js';
import { type ListEntry, readListEntry } from '../list-entry.js';
import { AllowlistError } from '../log.js';
import { LookupQueue } from './lookup-queue.js';
import type { ResolvedAllowlistOptions } from '../options.js';
import type { OriginLookup } from '../ports.js';
import { RecentKeys } from '../calls/recent-keys.js';
import { untilAborted } from '../time.js';

/** Patterns of one call. Databases accept a thousand parameters or more. */
const MOST_PATTERNS = 500;
/** Calls under way at a time. */
const MOST_CALLS = 2;
/**
 * The time after which one call that never ends is written off, where such calls hold every place; doubled for each, until
 * a call ends.
 */
const WRITE_OFF_MS = 5_000;
/**
 * Patterns that a question may name in its first turn: all that ordinary origins have, such as `https://a.b.example`
 * (6) and `https://app-git-main-team.example.com`. What is left is named in a second turn, when no first turn waits.
 */
const TURN = 24;
const LATER_TURN = MOST_PATTERNS;
/** The levels that questions wait at, the first to go first: see {@link LookupBatch}. */
const KNOWN = 0;
const ORDINARY = 1;
const LONG = 2;
const LATER = 3;

/** A value that a call found, and what it says. */
export interface FoundEntry {
  readonly value: unknown;
  readonly entry: ListEntry;
}

/** Decides whether the found entries allow the origin. */
export type JudgeFound = (found: readonly FoundEntry[]) => boolean;

/** The questions of a call, and the patterns that they name. */
interface Taken {
  readonly questions: readonly LookupQuestion[];
  readonly patterns: readonly string[];
}

interface WaitingCall {
  readonly judge: JudgeFound;
  readonly resolve: (allowed: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** The question about one origin, until all its patterns were looked up or its time is up. */
class LookupQuestion {
  readonly origin: string;
  readonly until: number;
  readonly askers: WaitingCall[] = [];
  #patterns: readonly string[] | undefined;
  #named = 0;
  #turn = TURN;

  constructor(origin: string, until: number) {
    this.origin = origin;
    this.until = until;
  }

  get remaining(): number {
    return this.#all().length - this.#named;
  }

  get isFirstTurn(): boolean {
    return this.#named === 0;
  }

  /** Patterns that the next turn names. */
  get nextTurn(): number {
    return Math.min(this.#turn, this.remaining);
  }

  takeTurn(): readonly string[] {
    const named = this.#all().slice(this.#named, this.#named + this.#turn);
    this.#named += named.length;
    this.#turn = LATER_TURN;
    return named;
  }

  /** Worked out only when it is looked up: in a flood most questions never are. */
  #all(): readonly string[] {
    return (this.#patterns ??= likeliestFirst(patternsCovering(this.origin)));
  }
}

/**
 * Looks up origins, many in one call. The cost is bounded in patterns: {@link MOST_PATTERNS} a call, {@link MOST_CALLS}
 * calls at a time. A call holds its place until it has ended, aborted or not.
 *
 * Recently allowed origins go first, then ordinary ones, then those of many labels, and last further turns. Of equal
 * ones the newest goes first: in an overload the oldest would be answered when its caller has given up. A question is
 * dropped when its time is up.
 */
export class LookupBatch {
  readonly #lookup: OriginLookup;
  readonly #timeoutMs: number;
  /** Calls that have not ended. */
  readonly #calls = new Set<{ readonly abort: AbortController; readonly startedAt: number }>();
  /** Questions without an answer, the oldest first. */
  readonly #questions = new Set<LookupQuestion>();
  /** Questions that wait for a first call, by origin: who asks the same joins them. */
  readonly #fresh = new Map<string, LookupQuestion>();
  /** Questions that wait for a call. */
  readonly #queue = new LookupQueue<LookupQuestion>(LATER + 1);
  readonly #allowed: RecentKeys;
  #writeOffMs = WRITE_OFF_MS;
  #isDue = false;
  #isStopped = false;

  constructor(
    lookup: OriginLookup,
    { timeoutMs, maxEntries }: Pick<ResolvedAllowlistOptions, 'timeoutMs' | 'maxEntries'>,
  ) {
    this.#lookup = lookup;
    this.#timeoutMs = timeoutMs;
    this.#allowed = new RecentKeys(maxEntries);
  }

  /** Questions that are not answered yet. */
  get size(): number {
    return this.#questions.size;
  }

  /**
   * Reports whether the list allows an origin. Rejects where a call fails, and where the time is up.
   * @param judge is asked after each call with all that the call found, also for other origins
   */
  find(origin: string, judge: JudgeFound): Promise<boolean> {
    if (this.#isStopped) {
      return Promise.reject(stopped());
    }
    this.#dropLate();
    const question = this.#questionOf(origin);
    const answer = new Promise<boolean>((resolve, reject) => question.askers.push({ judge, resolve, reject }));
    this.#schedule();
    return answer;
  }

  /** Rejects every question, and aborts the calls. */
  stop(): void {
    this.#isStopped = true;
    this.#questions.forEach((question) => this.#fail(question, stopped()));
    this.#calls.forEach(({ abort }) => abort.abort(stopped()));
  }

  #questionOf(origin: string): LookupQuestion {
    const known = this.#fresh.get(origin);
    if (known !== undefined) {
      return known;
    }
    const question = new LookupQuestion(origin, now() + this.#timeoutMs);
    this.#questions.add(question);
    this.#fresh.set(origin, question);
    this.#queue.add(question, this.#allowed.has(origin) ? KNOWN : isOrdinary(origin) ? ORDINARY : LONG);
    return question;
  }

  #schedule(): void {
    if (!this.#isDue && this.#queue.size > 0 && this.#hasPlace()) {
      this.#isDue = true;
      // The other questions of this turn of the event loop join in.
      setImmediate(() => this.#send());
    }
  }

  #send(): void {
    this.#isDue = false;
    this.#dropLate();
    while (!this.#isStopped && this.#queue.size > 0 && this.#hasPlace()) {
      void this.#call(this.#take());
    }
  }

  #hasPlace(): boolean {
    if (this.#calls.size < MOST_CALLS) {
      return true;
    }
    const [oldest] = this.#calls;
    const isLost = oldest !== undefined && now() - oldest.startedAt > this.#timeoutMs + this.#writeOffMs;
    this.#writeOffMs *= isLost ? 2 : 1;
    return isLost && this.#calls.delete(oldest);
  }

  /** Takes questions whose turns fit into one call. First turns and later ones do not share a call: these are long. */
  #take(): Taken {
    const questions: LookupQuestion[] = [];
    // Patterns that several questions name, such as `https://*.example`, count once.
    const patterns = new Set<string>();
    let isFirst: boolean | undefined;
    for (let next = this.#queue.peek(); next !== undefined; next = this.#queue.peek()) {
      isFirst ??= next.isFirstTurn;
      // A question has fewer patterns than a call, so the first one always fits.
      if (next.nextTurn > MOST_PATTERNS - patterns.size || next.isFirstTurn !== isFirst) {
        break;
      }
      this.#leaveQueue(next);
      next.takeTurn().forEach((pattern) => patterns.add(pattern));
      questions.push(next);
    }
    return { questions, patterns: [...patterns] };
  }

  async #call({ questions, patterns }: Taken): Promise<void> {
    const abort = new AbortController();
    const call = { abort, startedAt: now() };
    const tooLate = () => abort.abort(new AllowlistError(`lookUp() did not end within ${this.#timeoutMs} ms`));
    const timer = later(tooLate, this.#timeoutMs);
    this.#calls.add(call);
    const look = async (): Promise<unknown> => this.#lookup.lookUp(patterns, abort.signal);
    const work = look();
    const ended = () => {
      clearTimeout(timer);
      this.#calls.delete(call);
      this.#writeOffMs = WRITE_OFF_MS;
      this.#schedule();
    };
    // An abort is the end for those who wait, and not for the provider.
    work.then(ended, ended);
    try {
      const values = [...iterableOf(await untilAborted(work, abort.signal), 'lookUp()')];
      const found = values.map((value) => ({ value, entry: readListEntry(value) }));
      questions.forEach((question) => this.#judge(question, found));
    } catch (error) {
      questions.forEach((question) => this.#fail(question, error));
    }
    this.#schedule();
  }

  #judge(question: LookupQuestion, found: readonly FoundEntry[]): void {
    const { origin, askers } = question;
    const isLast = question.remaining === 0;
    for (const asker of [...askers]) {
      const isAllowed = asker.judge(found);
      if (isAllowed || isLast) {
        asker.resolve(isAllowed);
        askers.splice(askers.indexOf(asker), 1);
      }
      if (isAllowed) {
        this.#allowed.add(origin);
      }
    }
    if (askers.length === 0) {
      this.#forget(question);
    } else {
      this.#queue.add(question, LATER);
    }
  }

  #fail(question: LookupQuestion, error: unknown): void {
    this.#forget(question);
    question.askers.splice(0).forEach(({ reject }) => reject(error));
  }

  #forget(question: LookupQuestion): void {
    this.#leaveQueue(question);
    this.#questions.delete(question);
  }

  #leaveQueue(question: LookupQuestion): void {
    this.#queue.delete(question);
    // The list may change while a call is under way: who asks from now on gets a call that begins later.
    if (this.#fresh.get(question.origin) === question) {
      this.#fresh.delete(question.origin);
    }
  }

  /** Those who asked have had their answer by now. */
  #dropLate(): void {
    const time = now();
    for (const question of this.#questions) {
      if (question.until > time) {
        return;
      }
      this.#fail(question, new AllowlistError(`not looked up within ${this.#timeoutMs} ms`));
    }
  }
}

/**
 * Reports whether a first turn is about enough: two patterns a label, and two for each way to cut the first at hyphens.
 */
function isOrdinary(origin: string): boolean {
  let dots = 0;
  let hyphens = 0;
  for (let i = 0; i < origin.length; i++) {
    const c = origin.charCodeAt(i);
    dots += c === 0x2e ? 1 : 0;
    hyphens += c === 0x2d && dots === 0 ? 1 : 0;
  }
  return 2 * dots + hyphens * (hyphens + 3) <= TURN - 2;
}

/**
 * The two of the origin's own host, then subdomain wildcards from the shortest host to the longest, as lists have few of
 * many labels, then wildcards inside a label.
 */
function likeliestFirst(patterns: readonly string[]): readonly string[] {
  const wildcards = patterns.slice(2);
  const above = wildcards.filter((pattern) => pattern.includes('://*.'));
  const inside = wildcards.filter((pattern) => !pattern.includes('://*.'));
  return [...patterns.slice(0, 2), ...above.reverse(), ...inside];
}

function stopped(): AllowlistError {
  return new AllowlistError('the allowlist is stopped');
}
