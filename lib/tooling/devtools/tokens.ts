/** Equal in both forms of the package, as the module's own tokens are. */
export const DEVTOOLS_SETTINGS = Symbol.for('nestjs-cors-policy:devtools');
export const DEVTOOLS_CONTROLLER = Symbol.for('nestjs-cors-policy:devtools-controller');

/** The class of the handlers, as reports name it. */
export const CONTROLLER = 'CorsDevtoolsController';

/** The part of the page that the module and the controller need. It has no types of Node, which users may not have. */
export interface DevtoolsPort {
  /** @throws Error in production, unless it is allowed there */
  checkProduction(): void;
  /**
   * Answers a request for the page, its files or its data. Never throws.
   *
   * @param request Node's own, not the platform's
   * @param response Node's own
   */
  serve(request: object, response: object): Promise<void>;
}
