import type { Answer } from './model/judge.js';
import type { PlaygroundState } from './model/state.js';

/** A question of the page to the worker. */
export interface ToWorker {
  readonly id: number;
  readonly state: PlaygroundState;
}

/** What the worker says about a question. */
export type FromWorker = { readonly id: number } & (
  | { readonly kind: 'loading' | 'judging' }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly message: string }
);
