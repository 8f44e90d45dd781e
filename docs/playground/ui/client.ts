import type { FromWorker, ToWorker } from '../messages.js';
import type { Answer } from '../model/judge.js';
import type { PlaygroundState } from '../model/state.js';

/** The result of a question. */
export type Result =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** It took too long. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };

/** The part of a `Worker` that is used. */
export interface WorkerLike {
  onmessage: ((event: { readonly data: FromWorker }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  postMessage(message: ToWorker): void;
  terminate(): void;
}

/** Longest time of one answer, in milliseconds. */
export const TIME_LIMIT = 3_000;

/** Asks a worker, one question at a time. Of the questions that come meanwhile only the last one is asked. */
export class JudgeClient {
  #worker: WorkerLike | undefined;
  #asked: ToWorker | undefined;
  #next: PlaygroundState | undefined;
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param start creates a worker
   * @param onResult gets the result of each question that was asked
   */
  constructor(
    private readonly start: () => WorkerLike,
    private readonly onResult: (result: Result, state: PlaygroundState) => void,
    private readonly limit = TIME_LIMIT,
  ) {}

  ask(state: PlaygroundState): void {
    if (this.#asked !== undefined) {
      this.#next = state;
      return;
    }
    this.#asked = { id: this.#count++, state };
    this.#worker ??= this.#started();
    this.#worker.postMessage(this.#asked);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#drop();
    this.#asked = undefined;
    this.#next = undefined;
  }

  /** Ends the worker. What it has said already is not heard any more. */
  #drop(): void {
    if (this.#worker !== undefined) {
      this.#worker.onmessage = null;
      this.#worker.onerror = null;
      this.#worker.terminate();
      this.#worker = undefined;
    }
  }

  #started(): WorkerLike {
    const worker = this.start();
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = () => this.#end({ kind: 'failed', message: 'The playground could not be loaded.' });
    return worker;
  }

  #hear(message: FromWorker): void {
    if (message.id !== this.#asked?.id) {
      return;
    }
    clearTimeout(this.#timer);
    switch (message.kind) {
      case 'loading':
        return;
      case 'judging':
        this.#timer = setTimeout(() => this.#end({ kind: 'stopped' }), this.limit);
        return;
      case 'answer':
        this.#finish({ kind: 'answer', answer: message.answer });
        return;
      case 'failure':
        this.#finish({ kind: 'failed', message: message.message });
    }
  }

  /** Ends the worker, whatever it does. The next question gets another one. */
  #end(result: Result): void {
    clearTimeout(this.#timer);
    this.#drop();
    this.#finish(result);
  }

  #finish(result: Result): void {
    const [asked, next] = [this.#asked, this.#next];
    this.#asked = undefined;
    this.#next = undefined;
    if (asked !== undefined) {
      this.onResult(result, asked.state);
    }
    if (next !== undefined) {
      this.ask(next);
    }
  }
}
