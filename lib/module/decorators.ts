import { callSiteOf } from './configuration/call-site.js';
import { addMark, type Mark } from './configuration/marks.js';
import type { CorsPolicyOptions } from './options.js';

/**
 * Puts a controller or a handler under a policy.
 *
 * - `@CorsPolicy('partner')` replaces whatever policy stands further out.
 * - `@CorsPolicy({ maxAge: 60 })` refines it: each field given replaces that field; lists are never united.
 * - `@CorsPolicy('partner', { maxAge: 60 })` replaces, then refines.
 *
 * Nothing is checked here: every mistake, an unknown name among them, is told at boot in one `CorsConfigurationError`.
 */
export function CorsPolicy(name: string, overrides?: CorsPolicyOptions): ClassDecorator & MethodDecorator;
export function CorsPolicy(options: CorsPolicyOptions): ClassDecorator & MethodDecorator;
export function CorsPolicy(
  policy: string | CorsPolicyOptions,
  overrides?: CorsPolicyOptions,
): ClassDecorator & MethodDecorator {
  const at = callSiteOf(CorsPolicy);
  return mark(
    typeof policy === 'object' && policy !== null
      ? { kind: 'policy', name: undefined, options: policy, at }
      : { kind: 'policy', name: String(policy), options: overrides, at },
  );
}

/** Closes a controller or a handler to other origins, whatever policy stands further out. */
export function NoCors(): ClassDecorator & MethodDecorator {
  return mark({ kind: 'no-cors', at: callSiteOf(NoCors) });
}

function mark(what: Mark): ClassDecorator & MethodDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    addMark((descriptor?.value as object | undefined) ?? target, what);
  };
}
