/** Who waits to hear of changes, each of one allowlist or of all. */
export class FeedWatchers {
  readonly #watchers = new Set<{ readonly changed: () => void; readonly allowlist: string | undefined }>();

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.#watchers.size === 0;
  }

  /** @returns what takes it away again */
  add(changed: () => void, allowlist: string | undefined): () => void {
    const watcher = { changed, allowlist };
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** Tells those who watch this allowlist, and those who watch all. Without a name: everyone. */
  tell(allowlist?: string): void {
    for (const watcher of [...this.#watchers]) {
      if (allowlist === undefined || watcher.allowlist === undefined || watcher.allowlist === allowlist) {
        try {
          watcher.changed();
        } catch {
          // It is one of several, and the others must hear of the change.
        }
      }
    }
  }
}
