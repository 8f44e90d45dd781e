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

/** The same before it is completed. */
export interface PastedPart extends Omit<Pasted, 'headers' | 'notes'> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
  /** `name:password` of the address. */
  readonly user?: string;
}
