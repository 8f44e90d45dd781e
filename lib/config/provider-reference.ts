import type { InjectionToken } from '@nestjs/common';
import { className, quote } from '../core/issues/text.js';

/** A provider in a policy, and one of its lists. */
export interface ProviderReference {
  readonly token: InjectionToken;
  readonly allowlist?: string | undefined;
}

/** A provider reference, taken apart; `undefined` for a plain function. */
export function referenceIn(origin: unknown): ProviderReference | undefined {
  if (typeof origin === 'symbol') {
    return { token: origin };
  }
  if (typeof origin === 'function') {
    return isClass(origin) ? { token: origin } : undefined;
  }
  if (typeof origin !== 'object' || origin === null || !('provider' in origin)) {
    return undefined;
  }
  const { provider, allowlist } = origin as { provider: InjectionToken; allowlist?: string };
  return { token: provider, allowlist };
}

/**
 * A class is a token, a function is called. They differ in syntax, or in methods if a compiler turned the class into a
 * function.
 */
function isClass(candidate: object): boolean {
  const { prototype } = candidate as { readonly prototype?: unknown };
  return (
    /^class\b/.test(Function.prototype.toString.call(candidate)) ||
    (typeof prototype === 'object' &&
      prototype !== null &&
      ['isAllowed', 'load', 'lookUp'].some((method) => method in prototype))
  );
}

/** The token as text; a string in quotes. */
export function nameOf(token: InjectionToken): string {
  return typeof token === 'function' ? className(token) : quote(String(token));
}

/** A provider as reports show it: `Tenants`, `Tenants("partners")`, `"TENANTS"`. */
export function labelOf(reference: ProviderReference): string {
  return reference.allowlist === undefined ? nameOf(reference.token) : textOf(reference);
}

/** A provider as the state of lists shows it: its token without quotes. */
export function textOf({ token, allowlist }: ProviderReference): string {
  const text = typeof token === 'function' ? className(token) : String(token);
  return allowlist === undefined ? text : `${typeof token === 'symbol' ? quote(text) : text}(${quote(allowlist)})`;
}

/** Values by provider. The token identifies it, and never a name: two classes, or two symbols, may share one. */
export class ByReference<Value> {
  private readonly lists = new Map<InjectionToken, Map<string | undefined, Value>>();

  get all(): readonly Value[] {
    return [...this.lists.values()].flatMap((values) => [...values.values()]);
  }

  get({ token, allowlist }: ProviderReference): Value | undefined {
    return this.lists.get(token)?.get(allowlist);
  }

  set({ token, allowlist }: ProviderReference, value: Value): void {
    const values = this.lists.get(token) ?? new Map<string | undefined, Value>();
    this.lists.set(token, values.set(allowlist, value));
  }
}
