import { readMessage } from './announcements.js';

/** Follows the version, and reports each change: of the allowlist of a message, or of all. */
export class SeenVersion {
  readonly #tell: (allowlist?: string, reason?: 'perhaps') => void;
  /** `null`: there is no version; `undefined`: none was read yet. */
  #version: number | null | undefined;
  /** Counts messages, to find out whether one came while the version was read. */
  #heard = 0;

  constructor(tell: (allowlist?: string, reason?: 'perhaps') => void) {
    this.#tell = tell;
  }

  /** A message came. */
  hear(text: string): void {
    const message = readMessage(text);
    if (message === undefined) {
      // Other code uses the channel; a needless reload does no harm.
      this.#tell();
      return;
    }
    this.#heard++;
    const { version, allowlist } = message;
    const last = this.#version;
    this.#version = version;
    // A version that was read already is reported too: only its message has the name of the allowlist. If there was no
    // version, it is unknown whether this message is the first.
    const follows = typeof last === 'number' && (version === last || version === last + 1);
    this.#tell(follows ? allowlist : undefined);
  }

  /** Reads the version, and reports all allowlists if it is not the last one seen. */
  async look(read: () => Promise<string | null>): Promise<void> {
    const heard = this.#heard;
    const text = await read();
    const version = text === null ? null : Number(text);
    const overtaken = heard !== this.#heard && version !== null && version <= (this.#version ?? 0);
    if (!overtaken && version !== this.#version) {
      this.#version = version;
      this.#tell(undefined, 'perhaps');
    }
  }
}
