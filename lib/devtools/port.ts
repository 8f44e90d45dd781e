/** What the module and the controller need of the page: kept apart from Node's types, which users may not have. */
export interface DevtoolsPort {
  /** @throws Error in production, unless it is allowed there */
  admit(): void;
  /**
   * Answers a request for the page, its files or its data. Never throws.
   *
   * @param request Node's own, not the platform's
   * @param response Node's own
   */
  serve(request: object, response: object): Promise<void>;
}
