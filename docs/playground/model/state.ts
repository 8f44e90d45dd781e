/** Everything that a reader has chosen. */
export interface PlaygroundState {
  /** The options of the module and the controllers, as TypeScript. */
  readonly code: string;
  readonly request: RequestForm;
}

/** A request as the form has it. */
export interface RequestForm {
  readonly method: string;
  readonly url: string;
  /** Empty: a caller that is not a page. */
  readonly origin: string;
  /** A line for each: `X-Api-Key: 1`. */
  readonly headers: string;
  readonly credentials: boolean;
}
