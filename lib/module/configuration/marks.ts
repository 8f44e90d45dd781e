import type { CallSite } from './call-site.js';
import type { CorsPolicyOptions } from '../options.js';

/** The same text in both forms of the package, so that a decorator of one is read by the other. */
const MARKS = 'nestjs-cors-policy:marks';

/** What one CORS decorator said about a class or a method. */
export type Mark = (
  | { readonly kind: 'policy'; readonly name: string | undefined; readonly options: CorsPolicyOptions | undefined }
  | { readonly kind: 'no-cors' }
) & {
  /** Where the decorator is written. */
  readonly at: CallSite;
};

/** Adds what a decorator says to its class or method; two on one target are found at boot. */
export function addMark(target: object, mark: Mark): void {
  const own = (Reflect.getOwnMetadata(MARKS, target) as readonly Mark[] | undefined) ?? [];
  Reflect.defineMetadata(MARKS, [...own, mark], target);
}

/** What the CORS decorators of a class (its base classes', where it has none) or of a method say. */
export function marksOf(target: object): readonly Mark[] {
  return (Reflect.getMetadata(MARKS, target) as readonly Mark[] | undefined) ?? [];
}
