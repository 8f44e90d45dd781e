/** More allowlists than these are announced as all of them. */
const MOST_NAMES = 100;

/** Announcements that could not be made, to be made up for. */
export class OwedAnnouncements {
  #names = new Set<string | undefined>();

  /** Remembers one; without a name it speaks of all allowlists. */
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

  /** Makes them one by one; rejects where one fails, and the others stay owed. */
  async pay(announce: (allowlist: string | undefined) => Promise<void>): Promise<void> {
    for (const name of [...this.#names]) {
      await announce(name);
      this.#names.delete(name);
    }
  }
}
