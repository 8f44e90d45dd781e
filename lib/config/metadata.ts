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

/**
 * Adds the metadata of a decorator to its class or method; two decorators on one target are found at startup.
 *
 * @param key the name of a method of the target: a further decorator may put another function in its place
 */
export function addMetadata(target: object, written: CorsMetadata, key?: string | symbol): void {
  const own = (Reflect.getOwnMetadata(METADATA, target, key!) as readonly CorsMetadata[] | undefined) ?? [];
  Reflect.defineMetadata(METADATA, [...own, written], target, key!);
}

/** Adds it to a class and its prototype: a further decorator may put a proxy or another function in place of the class. */
export function addClassMetadata(type: object, written: CorsMetadata): void {
  addMetadata(type, written);
  const prototype = prototypeOf(type);
  if (prototype !== undefined) {
    addMetadata(prototype, written);
  }
}

/** Reads the CORS decorators of a class; of its base classes, where it has none. */
export function metadataOf(type: object): readonly CorsMetadata[] {
  const prototype = prototypeOf(type);
  const written = prototype && (Reflect.getMetadata(METADATA, prototype) as readonly CorsMetadata[] | undefined);
  return written ?? metadataOn(type);
}

/**
 * Reads the CORS decorators of a method: those that a class has for it, up to the class that defines it, or else those of its
 * function, which may be copied.
 */
export function metadataOfMethod(prototype: object, name: string): readonly CorsMetadata[] {
  for (let type = prototype; ; type = Object.getPrototypeOf(type) as object) {
    const written = Reflect.getOwnMetadata(METADATA, type, name) as readonly CorsMetadata[] | undefined;
    if (written !== undefined) {
      return written;
    }
    if (Object.hasOwn(type, name)) {
      return metadataOn((prototype as Record<string, object>)[name]!);
    }
  }
}

function metadataOn(target: object): readonly CorsMetadata[] {
  return (Reflect.getMetadata(METADATA, target) as readonly CorsMetadata[] | undefined) ?? [];
}

/** A provider of a factory is a function without one. */
function prototypeOf(type: object): object | undefined {
  return (type as { readonly prototype?: object | null }).prototype ?? undefined;
}
