import type { ChangeListener } from '../ports.js';
import type { FeedLink } from './feed-link.js';

/** The listeners for changes, each of one allowlist or of all. One link serves all, from the first to the last. */
export class FeedWatchers {
  readonly #watchers = new Set<{ readonly changed: ChangeListener; readonly allowlist: string | undefined }>();
  readonly #newLink: () => Pick<FeedLink, 'start' | 'stop'>;
  #link: Pick<FeedLink, 'start' | 'stop'> | undefined;

  constructor(newLink: () => Pick<FeedLink, 'start' | 'stop'>) {
    this.#newLink = newLink;
  }

  /** @returns ends this watch, and with the last one the link; may be called twice */
  watch(changed: ChangeListener, allowlist: string | undefined): () => Promise<void> {
    const watcher = { changed, allowlist };
    this.#watchers.add(watcher);
    if (this.#link === undefined) {
      this.#link = this.#newLink();
      this.#link.start();
    }
    return async () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) {
        const link = this.#link;
        this.#link = undefined;
        await link?.stop();
      }
    };
  }

  /**
   * Calls the watchers of this allowlist, and those of all. Without a name: every watcher. With `'perhaps'` the list
   * may have changed, without a message that it did.
   */
  tell(allowlist?: string, reason?: 'perhaps'): void {
    for (const watcher of [...this.#watchers]) {
      if (allowlist === undefined || watcher.allowlist === undefined || watcher.allowlist === allowlist) {
        try {
          watcher.changed(reason);
        } catch {
          // It is one of several, and the others must hear of the change.
        }
      }
    }
  }
}
