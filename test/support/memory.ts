import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Collects the garbage of the whole process. */
export const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of the heap in use after garbage collection. */
export async function heldBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    // Objects that this turn of the event loop refers to can be collected in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}
