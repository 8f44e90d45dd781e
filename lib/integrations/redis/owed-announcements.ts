/** More allowlists than these are announced as all of them. */
const MOST_NAMES = 100;

/** Failed announcements, to be repeated. */
export class OwedAnnouncements {
  #names = new Set<string | undefined>();

  /** Remembers one; without a name it is about all allowlists. */
  add(allowlist: string | undefined): void {
    if (this.#names.has(undefined)) {
      return;
    }
    if (allowlist === undefined || this.#names.size >= MOST_NAMES) {
      this.#names.clear();
      this.#names.add(undefined);
    } else {
      this.#names.add(allowlist);
    }
  }

  /** Repeats them one by one; rejects if one fails, and keeps the rest. */
  async pay(announce: (allowlist: string | undefined) => Promise<void>): Promise<void> {
    for (const name of [...this.#names]) {
      await announce(name);
      this.#names.delete(name);
    }
  }
}
