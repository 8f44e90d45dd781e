/** A request, as far as a pasted text says it. */
export interface Pasted {
  readonly method?: string;
  /** Absolute, or a path where the text has only that. */
  readonly url: string;
  readonly origin?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials?: boolean;
  readonly webSocket?: boolean;
  /** Sentences about parts that were left out or are not known. */
  readonly notes: readonly string[];
}

/**
 * Reads a pasted text: the message of a browser, a curl command or a URL.
 *
 * @throws Error that says what is wrong, for the user
 */
export declare function readPasted(pasted: string): Pasted;
