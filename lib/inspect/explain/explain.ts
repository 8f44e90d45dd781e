import { explainRequest } from './explain-request.js';
import { explainSocket, type ExplainedSockets } from './explain-socket.js';
import type { Examined, ExplainRequest, Explanation } from './explanation.js';
import { type Question, readQuestion } from './question.js';
import type { PolicyRevision } from './revision.js';
import { undecided } from './undecided.js';

/** The parts of the running library that an explanation needs. */
export interface ExplainedRuntime extends ExplainedSockets {
  /** True if providers of origins are not created, and cannot be called. */
  readonly preview: boolean;
  /** The names of the named policies. */
  readonly policyNames: readonly string[];
  /**
   * Makes these parts as they would be with a change.
   *
   * @returns `undefined` where the change would stop startup
   */
  revised(revision: PolicyRevision): ExplainedRuntime | undefined;
}

/**
 * Explains what would happen to a request, with the engine that decides about real ones. Providers are really called.
 * Nothing is published, counted or logged.
 *
 * @throws TypeError (a rejection) where the question makes no sense
 */
export async function explain(running: ExplainedRuntime, asked: ExplainRequest): Promise<Explanation> {
  const question = readQuestion(asked);
  const { explanation: refused } = await examine(running, question, false);
  if (!running.preview) {
    return refused;
  }
  const { explanation: assumed } = await examine(running, question, true);
  return assumed.verdict === refused.verdict ? assumed : undecided(refused, assumed);
}

/**
 * Explains a request that has been read.
 *
 * @param assumed the answer of providers that a preview does not create
 */
export function examine(running: ExplainedRuntime, question: Question, assumed: boolean): Promise<Examined> {
  return (question.webSocket ? explainSocket : explainRequest)(running, question, assumed);
}
