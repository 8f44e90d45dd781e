import type { DecisionListener } from '../pipeline/events/observer.js';
import type { ExplainedFix, ExplainRequest } from '../inspect/explain/explanation.js';
import { fixesFor } from '../inspect/explain/fixes.js';
import { type Admission, findEntries, type FoundEntries, whoAdmits } from '../inspect/origins.js';
import type { CorsBoot } from './bootstrap.js';

/** The token of what the development page needs of an app, in every copy and form of the package. */
export const CORS_PAGE_PORT = Symbol.for('nestjs-cors-policy:page');

/** Answers the development page, in the process of the app only: unlike a channel it passes on the request itself. */
export interface CorsPagePort {
  /**
   * Calls a listener for each final decision from now on.
   *
   * @returns ends that
   */
  listen(listener: DecisionListener): () => void;
  /**
   * Finds corrections for a request that is blocked.
   *
   * @throws TypeError (a rejection) with the reason if the question is not valid
   */
  fixes(question: ExplainRequest): Promise<readonly ExplainedFix[]>;
  /** Finds the entries of policies and lists that contain a text. */
  findEntries(text: string): Promise<FoundEntries>;
  /** Asks every policy and provider about an origin. */
  whoAdmits(origin: string): Promise<readonly Admission[]>;
}

export function pagePort(boot: CorsBoot): CorsPagePort {
  return {
    listen(listener) {
      boot.listeners.add(listener);
      return () => boot.listeners.delete(listener);
    },
    fixes: (question) => fixesFor(boot.expectRunning(), question),
    findEntries: (text) => findEntries(boot.expectRunning().policies(), text),
    whoAdmits: (origin) => whoAdmits(boot.expectRunning().policies(), origin),
  };
}
