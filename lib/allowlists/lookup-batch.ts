import { patternsCovering } from '../core/origins/covering-patterns.js';
import { later } from './clock.js';
import { iterableOf } from './iterable.js';
import { AllowlistError } from './log.js';
import type { OriginLookup } from './ports.js';
import { untilAborted } from './with-timeout.js';

/** Patterns that one call names. One origin has 254 at most, and databases take a thousand parameters or more. */
const MOST_PATTERNS = 500;
/** Calls under way at a time: one that hangs does not hold up the others, and they gather while two are out. */
const MOST_CALLS = 2;

/** What a call found: the values as they came, and the origins whose patterns were asked for. */
type Found = readonly unknown[];

interface Question {
  readonly patterns: readonly string[];
  readonly promise: Promise<Found>;
  readonly resolve: (found: Found) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers the origins that are asked about in one turn of the event loop, or while calls are under way, into one call
 * that names the patterns of them all. An origin that waits already is not asked for twice.
 */
export class LookupBatch {
  readonly #lookup: OriginLookup;
  readonly #timeoutMs: number;
  readonly #calls = new Set<AbortController>();
  /** Not sent yet: whatever they come to is read after now. */
  readonly #waiting = new Map<string, Question>();
  #isDue = false;

  constructor(lookup: OriginLookup, timeoutMs: number) {
    this.#lookup = lookup;
    this.#timeoutMs = timeoutMs;
  }

  /** What the list holds of the patterns that cover an origin; other values may be among it. Rejects where a call fails. */
  find(origin: string): Promise<Found> {
    const known = this.#waiting.get(origin);
    if (known !== undefined) {
      return known.promise;
    }
    const question = ask(origin);
    this.#waiting.set(origin, question);
    if (!this.#isDue && this.#calls.size < MOST_CALLS) {
      this.#isDue = true;
      setImmediate(() => this.#send());
    }
    return question.promise;
  }

  stop(): void {
    this.#calls.forEach((call) => call.abort(new AllowlistError('the allowlist is stopped')));
  }

  #send(): void {
    this.#isDue = false;
    while (this.#waiting.size > 0 && this.#calls.size < MOST_CALLS) {
      void this.#call(this.#take());
    }
  }

  /** Takes from those who wait, the first first, as many as one call may name the patterns of. */
  #take(): readonly Question[] {
    const taken: Question[] = [];
    let room = MOST_PATTERNS;
    for (const [origin, question] of this.#waiting) {
      room -= question.patterns.length;
      if (room < 0) {
        break;
      }
      this.#waiting.delete(origin);
      taken.push(question);
    }
    return taken;
  }

  async #call(questions: readonly Question[]): Promise<void> {
    const call = new AbortController();
    const tooLate = () => call.abort(new AllowlistError(`lookUp() did not end within ${this.#timeoutMs} ms`));
    const timer = later(tooLate, this.#timeoutMs);
    this.#calls.add(call);
    try {
      const patterns = [...new Set(questions.flatMap((question) => question.patterns))];
      const look = async (): Promise<unknown> => this.#lookup.lookUp(patterns, call.signal);
      const found = [...iterableOf(await untilAborted(look(), call.signal), 'lookUp()')];
      questions.forEach((question) => question.resolve(found));
    } catch (error) {
      questions.forEach((question) => question.reject(error));
    } finally {
      clearTimeout(timer);
      this.#calls.delete(call);
      this.#send();
    }
  }
}

function ask(origin: string): Question {
  let resolve!: Question['resolve'];
  let reject!: Question['reject'];
  const promise = new Promise<Found>((onFound, onFailed) => {
    resolve = onFound;
    reject = onFailed;
  });
  return { patterns: patternsCovering(origin), promise, resolve, reject };
}
