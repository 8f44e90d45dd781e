import { readMessage } from './announcements.js';

/** Follows the version, and tells of each change: of the one allowlist that a message names, or of all. */
export class SeenVersion {
  readonly #tell: (allowlist?: string) => void;
  /** `null`: there is no version; `undefined`: none was read yet. */
  #version: number | null | undefined;
  /** Counts what was heard, to tell whether a message came while the version was asked for. */
  #heard = 0;

  constructor(tell: (allowlist?: string) => void) {
    this.#tell = tell;
  }

  /** A message came. */
  hear(text: string): void {
    const message = readMessage(text);
    if (message === undefined) {
      // Somebody else uses the channel; better one look too many.
      this.#tell();
      return;
    }
    this.#heard++;
    const { version, allowlist } = message;
    const last = this.#version;
    this.#version = version;
    // A version that was read already is told all the same: its message is what names the allowlist. Where there was no
    // version, nobody knows whether this message is the first.
    const follows = typeof last === 'number' && (version === last || version === last + 1);
    this.#tell(follows ? allowlist : undefined);
  }

  /** Reads the version, and tells of all allowlists where it is not the one that was seen last. */
  async look(read: () => Promise<string | null>): Promise<void> {
    const heard = this.#heard;
    const text = await read();
    const version = text === null ? null : Number(text);
    const overtaken = heard !== this.#heard && version !== null && version <= (this.#version ?? 0);
    if (!overtaken && version !== this.#version) {
      this.#version = version;
      this.#tell();
    }
  }
}
