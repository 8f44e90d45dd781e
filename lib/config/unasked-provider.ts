import type { OriginProvider } from '../core/policy/origin-provider.js';

/** Requests that were never sent. For them, a provider that cannot be called is assumed to allow the origin. */
const assumed = new WeakSet<object>();

/** Lets the providers that a preview does not create allow the origin of a request that was never sent. */
export function assumeAllowed(request: object): void {
  assumed.add(request);
}

/**
 * Takes the place of a provider that a preview does not create. It allows no origin, unless a request assumes
 * otherwise.
 */
export function unaskedProvider(label: string): OriginProvider {
  const ask = (_origin: string, { request }: { readonly request: unknown }): boolean => assumed.has(request as object);
  return { label, under: () => ({ usesContext: true, atOnce: true, ask }) };
}
