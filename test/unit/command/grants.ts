import type { Grant, Granted, Grants } from '../../../lib/cli/check/grant.js';
import type { Change } from '../../../lib/cli/check/change.js';
import { compareGrants } from '../../../lib/cli/check/compare-grants.js';

/** An app with one route. */
export function app(granted: Granted, route = 'PUT /orders/:id'): Grants {
  return { defaultPolicy: null, routes: { [route]: granted } };
}

export const open = (origin: string | readonly string[], fields: Partial<Grant> = {}): Grant => ({
  origin: [origin].flat(),
  ...fields,
});

/** The changes of one route, as `kind: what is said`. */
export function changesOf(before: Granted, after: Granted, route?: string): string[] {
  return said(compareGrants(app(before, route), app(after, route)));
}

export function said(changes: readonly Change[]): string[] {
  return changes.map(({ kind, says }) => `${kind}: ${says}`);
}
