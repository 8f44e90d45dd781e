import { UseFilters } from '@nestjs/common';
import { RootCheck } from './root-check.js';
import { callSiteOf } from '../config/call-site.js';
import { addClassMetadata, addMetadata, type CorsMetadata } from '../config/metadata.js';
import type { CorsPolicyOptions, NoCorsOptions } from '../config/options.js';
import type { CorsPolicyName } from '../config/policy-names.js';

/**
 * Puts a controller or a handler under a policy.
 *
 * - `@CorsPolicy('partner')` replaces the outer policy.
 * - `@CorsPolicy({ maxAge: 60 })` refines it: each given field replaces that field; lists are replaced, not merged.
 * - `@CorsPolicy('partner', { maxAge: 60 })` replaces, then refines.
 *
 * Nothing is checked here: every error, also an unknown name, is reported at startup in one `CorsConfigurationError`.
 *
 * @example
 * ```ts
 * @CorsPolicy('storefront')
 * @Controller('orders')
 * export class OrdersController {}
 * ```
 */
export function CorsPolicy(name: CorsPolicyName, overrides?: CorsPolicyOptions): ClassDecorator & MethodDecorator;
export function CorsPolicy(options: CorsPolicyOptions): ClassDecorator & MethodDecorator;
export function CorsPolicy(
  policy: string | CorsPolicyOptions,
  overrides?: CorsPolicyOptions,
): ClassDecorator & MethodDecorator {
  const at = callSiteOf(CorsPolicy);
  return decoratorOf(
    typeof policy === 'object' && policy !== null
      ? { kind: 'policy', name: undefined, options: policy, at }
      : { kind: 'policy', name: String(policy), options: overrides, at },
  );
}

/**
 * Closes a controller or a handler to other origins: its responses get no CORS headers, whatever the outer policy.
 *
 * The enforcement of the replaced policy is kept, unless `enforce` changes it: it decides whether the server also
 * refuses such requests.
 *
 * @example
 * ```ts
 * @NoCors({ enforce: true })   // other origins get 403, and the handler does not run
 * ```
 */
export function NoCors(options?: NoCorsOptions): ClassDecorator & MethodDecorator {
  return decoratorOf({ kind: 'no-cors', options, at: callSiteOf(NoCors) });
}

function decoratorOf(metadata: CorsMetadata): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const handler = descriptor?.value as object | undefined;
    // Called by hand, it may get a function that the class inherits, and that other classes have too.
    if (handler !== undefined && Object.hasOwn(target, key!)) {
      addMetadata(handler, metadata);
    }
    // A standard decorator gets an object in place of the name.
    if (typeof key === 'string' || typeof key === 'symbol') {
      addMetadata(target, metadata, key);
    } else {
      addClassMetadata(target, metadata);
    }
    // On the class and on a method: a further decorator may put something else in place of one of them.
    const type = typeof target === 'function' ? target : target.constructor;
    bringCheck(type);
    bringCheck(handler ?? firstMethodOf(type));
  };
}

/** The classes and methods that bring the check. Nest reads all filters of a class for each of its routes. */
const checked = new WeakSet<object>();

function bringCheck(target: unknown): void {
  if (typeof target === 'function' && !checked.has(target)) {
    checked.add(target);
    (UseFilters(RootCheck) as ClassDecorator)(target);
  }
}

function firstMethodOf({ prototype }: { readonly prototype?: unknown }): unknown {
  const { constructor: _own, ...methods } = Object.getOwnPropertyDescriptors(prototype ?? {});
  return Object.values(methods).find(({ value }) => typeof value === 'function')?.value;
}
