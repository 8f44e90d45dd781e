/**
 * The names of the app's policies, for the compiler. Empty here: any string is then a name. An app that declares its names
 * gets completion, and an error for a name that it does not have.
 *
 * @example
 * declare module 'nestjs-cors-policy' {
 *   interface CorsPolicyNames {
 *     storefront: true;
 *     public: true;
 *   }
 * }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- apps add the members
export interface CorsPolicyNames {}

/** A name of a policy: any string, or the members of `CorsPolicyNames` if the app declares them. */
export type CorsPolicyName = keyof CorsPolicyNames extends never ? string : Extract<keyof CorsPolicyNames, string>;
