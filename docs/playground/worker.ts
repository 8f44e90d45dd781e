import { judge } from './model/judge.js';
import { withPublicSuffixes } from './model/public-suffixes.js';
import type { FromWorker, ToWorker } from './messages.js';

/** The part of a worker's global scope that is used. */
interface WorkerScope {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  postMessage(message: FromWorker): void;
}

const scope = globalThis as unknown as WorkerScope;

// A pattern that takes long to try stops this worker only. The page ends it after a time limit, which does not count what
// is loaded.
scope.onmessage = ({ data: { id, state } }) => {
  const judged = withPublicSuffixes(
    () => {
      scope.postMessage({ id, kind: 'judging' });
      return judge(state);
    },
    () => scope.postMessage({ id, kind: 'loading' }),
  );
  judged.then(
    (answer) => scope.postMessage({ id, kind: 'answer', answer }),
    (error: unknown) => scope.postMessage({ id, kind: 'failure', message: String(error) }),
  );
};
