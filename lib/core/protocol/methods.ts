/** Methods that no page may send: `fetch()` throws for them (Fetch, 2.2.1, forbidden method). */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** CORS-safelisted methods (Fetch, 2.2.1): no `Access-Control-Allow-Methods` can refuse them. */
const SAFELISTED_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/** What a preflight names for a route that answers every method, besides the method that was asked for. */
export const USUAL_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function isForbiddenMethod(method: string): boolean {
  return FORBIDDEN_METHODS.has(method.toUpperCase());
}

export function isSafelistedMethod(method: string): boolean {
  return SAFELISTED_METHODS.has(method);
}

/** The usual methods first, in their usual order; then the others by name. */
export function compareMethods(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function rank(method: string): number {
  const index = USUAL_METHODS.indexOf(method);
  return index === -1 ? USUAL_METHODS.length : index;
}
