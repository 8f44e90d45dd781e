/** Equal in both forms of the package (`Symbol.for`), unlike a class, of which each form has its own. */
export const CORS_OPTIONS = Symbol.for('nestjs-cors-policy:options');
export const CORS_FEATURE = Symbol.for('nestjs-cors-policy:feature');
