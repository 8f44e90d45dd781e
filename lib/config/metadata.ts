import type { CallSite } from './call-site.js';
import type { CorsPolicyOptions, NoCorsOptions } from './options.js';

/** The same text in both forms of the package, so that a decorator of one is read by the other. */
const METADATA = 'nestjs-cors-policy:marks';

/** The metadata that one CORS decorator wrote for a class or a method. */
export type CorsMetadata = (
  | { readonly kind: 'policy'; readonly name: string | undefined; readonly options: CorsPolicyOptions | undefined }
  | { readonly kind: 'no-cors'; readonly options: NoCorsOptions | undefined }
) & {
  /** The source location of the decorator. */
  readonly at: CallSite;
};

/** Adds the metadata of a decorator to its class or method; two decorators on one target are found at startup. */
export function addMetadata(target: object, written: CorsMetadata): void {
  const own = (Reflect.getOwnMetadata(METADATA, target) as readonly CorsMetadata[] | undefined) ?? [];
  Reflect.defineMetadata(METADATA, [...own, written], target);
}

/** Reads the CORS decorators of a method, or of a class (of its base classes, where it has none). */
export function metadataOf(target: object): readonly CorsMetadata[] {
  return (Reflect.getMetadata(METADATA, target) as readonly CorsMetadata[] | undefined) ?? [];
}
