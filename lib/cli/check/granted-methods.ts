import type { ChangeKind } from './change.js';
import type { Grant, Granted } from './grant.js';

/**
 * The grant of a route for its own method; `undefined` where it grants nobody anything: closed, without a policy, without
 * an origin, or with `methods` that lack the route's own.
 *
 * @param method `'*'` for a route that answers every method
 */
export function effectiveGrant(method: string, granted: Granted): Grant | undefined {
  if (granted === null || granted === '@NoCors()' || granted.origin.length === 0) {
    return undefined;
  }
  const { methods } = granted;
  const answered = method === 'GET' ? ['GET', 'HEAD'] : [method];
  return method === '*' || methods === undefined || answered.some((each) => admits(methods, each))
    ? granted
    : undefined;
}

/** Which methods of the route may be used now and could not before, and the other way round. */
export function comparesMethods(method: string, was: Grant, is: Grant): readonly (readonly [ChangeKind, string])[] {
  const known =
    method === '*' ? [...(was.methods ?? []), ...(is.methods ?? [])] : method === 'GET' ? ['GET', 'HEAD'] : [];
  const all = [...new Set(known.includes('GET') ? [...known, 'HEAD'] : known)].sort();
  const added = all.filter((each) => admits(is.methods, each) && !admits(was.methods, each));
  const removed = all.filter((each) => admits(was.methods, each) && !admits(is.methods, each));
  if (method === '*' && (was.methods === undefined) !== (is.methods === undefined)) {
    return is.methods === undefined
      ? [['wider', 'may now be used by any method']]
      : [['narrower', `may now be used by no method but ${is.methods.join(', ')}`]];
  }
  return [
    ...(added.length === 0 ? [] : [['wider', `may now be used by ${added.join(', ')}`] as const]),
    ...(removed.length === 0 ? [] : [['narrower', `may no longer be used by ${removed.join(', ')}`] as const]),
  ];
}

/** `GET` stands for `HEAD` too. */
function admits(methods: readonly string[] | undefined, method: string): boolean {
  return methods === undefined || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
}
