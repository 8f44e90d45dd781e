/** A request to explain or to send: what the form of the panel has. It goes to the app as an `ExplainRequest`. */
export interface Question {
  readonly method?: string;
  /** A path of this app, or a whole address. */
  readonly url: string;
  readonly origin?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials?: boolean;
  readonly webSocket?: boolean;
  readonly namespace?: string;
}
