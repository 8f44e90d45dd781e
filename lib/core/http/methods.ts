/** Methods that no page may send: `fetch()` throws for them (https://fetch.spec.whatwg.org/#forbidden-method). */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/**
 * CORS-safelisted methods (https://fetch.spec.whatwg.org/#cors-safelisted-method): no `Access-Control-Allow-Methods`
 * can refuse them.
 */
const SAFELISTED_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/** Methods that a preflight lists for a route that answers every method, besides the one that was asked for. */
export const USUAL_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The usual method that a misspelled one was meant for: `DELET`, `PATHC`. Other methods may be used as they are. */
export function nearMethod(method: string): string | undefined {
  const upper = method.toUpperCase();
  if (USUAL_METHODS.includes(upper)) {
    return undefined;
  }
  const isSame = (usual: string): boolean => [...usual].sort().join('') === [...upper].sort().join('');
  return USUAL_METHODS.find(
    (usual) => isSame(usual) || isOneApart(usual, upper) || isOneApart(upper, usual) || differsByOne(usual, upper),
  );
}

/** Reports whether one character less makes the first text the second. */
function isOneApart(longer: string, shorter: string): boolean {
  return [...longer].some((_, index) => longer.slice(0, index) + longer.slice(index + 1) === shorter);
}

/** Reports whether two texts of four or more characters differ in one of them. */
function differsByOne(a: string, b: string): boolean {
  return a.length > 3 && a.length === b.length && [...a].filter((char, index) => char !== b[index]).length === 1;
}

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
