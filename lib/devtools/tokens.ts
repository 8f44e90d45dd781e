/** Equal in both forms of the package, as the module's own tokens are. */
export const DEVTOOLS_SETTINGS = Symbol.for('nestjs-cors-policy:devtools');
export const DEVTOOLS_CONTROLLER = Symbol.for('nestjs-cors-policy:devtools-controller');

/** The class of the handlers, as reports name it. */
export const CONTROLLER = 'CorsDevtoolsController';
