/**
 * Makes a queue of tasks, of which one runs at a time. A task that is not wanted any more when its turn comes is left
 * out.
 *
 * @returns adds a task, which must not reject
 */
export function inTurn(): (isWanted: () => boolean, task: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve();
  return (isWanted, task) => (last = last.then(() => (isWanted() ? task() : undefined)));
}
