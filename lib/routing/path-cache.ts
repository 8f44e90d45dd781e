import type { Whereabouts } from './route.js';

/** Paths of one generation; two of them are kept. */
const MOST = 1_024;
/** Longer ones are looked up each time, so that the memory is bounded for any request. */
const MAX_LENGTH = 256;

/**
 * A cache of recently requested paths. The pages of an app ask for the same ones again and again, and a path that comes
 * for the first time costs little more than without it: nothing is sorted or evicted one by one, the older generation
 * is dropped as a whole.
 */
export class PathCache<Value extends object> {
  private young = new Map<string, Value>();
  private old = new Map<string, Value>();

  /**
   * @param find where a path leads on a host
   * @param hostMatters whether the result depends on the host: then nothing is cached
   */
  constructor(
    private readonly find: (where: Whereabouts) => Value,
    private readonly hostMatters: boolean,
  ) {}

  at(where: Whereabouts): Value {
    if (this.hostMatters) {
      return this.find(where);
    }
    const { path } = where;
    const known = this.young.get(path);
    if (known !== undefined) {
      return known;
    }
    const value = this.old.get(path) ?? this.find(where);
    this.keep(path, value);
    return value;
  }

  private keep(path: string, value: Value): void {
    if (path.length > MAX_LENGTH) {
      return;
    }
    if (this.young.size >= MOST) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(detached(path), value);
  }
}

/** A part of a longer address keeps the whole of it in memory, as long as it has no text of its own. */
function detached(path: string): string {
  return ` ${path}`.slice(1);
}
