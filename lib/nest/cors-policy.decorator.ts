import { UseFilters } from '@nestjs/common';
import { RootCheck } from './root-check.js';
import { callSiteOf } from '../config/call-site.js';
import { addMetadata, type CorsMetadata } from '../config/metadata.js';
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
  const check = UseFilters(RootCheck);
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const handler = descriptor?.value as object | undefined;
    addMetadata(handler ?? target, metadata);
    if (descriptor === undefined) {
      (check as ClassDecorator)(target as NewableFunction);
    } else if (typeof handler === 'function') {
      check(target, key!, descriptor);
    }
  };
}
