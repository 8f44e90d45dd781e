import type { OriginSource } from './ports.js';

/**
 * Begins to watch a source, if it can be watched, and returns what ends that: it never rejects and may be called
 * twice. A `watch` that returns a promise of what ends it, against its type, is taken at its word.
 *
 * @param failed is told what `watch` or the end of it threw
 */
export function beginWatch(
  source: Pick<OriginSource, 'watch'>,
  changed: () => void,
  failed: (what: 'watch()' | 'ending the watch', error: unknown) => void,
): () => Promise<void> {
  let isOver = false;
  const begin = async (): Promise<unknown> => source.watch?.(() => (isOver ? undefined : changed()));
  const begun = begin().catch((error: unknown) => failed('watch()', error));
  return async () => {
    if (isOver) {
      return;
    }
    isOver = true;
    try {
      const end = await begun;
      if (typeof end === 'function') {
        await (end as () => unknown)();
      }
    } catch (error) {
      failed('ending the watch', error);
    }
  };
}
