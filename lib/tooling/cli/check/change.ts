/**
 * The effect of a change on the grant.
 * - `wider`: a page may now do something that no page could do before
 * - `maybe-wider`: who may is decided where it cannot be compared: a provider, a function, an expression
 * - `narrower`: something that was granted is not any more
 * - `other`: what is granted stays
 */
export type ChangeKind = 'wider' | 'maybe-wider' | 'narrower' | 'other';

/** One difference between two states of an app. */
export interface Change {
  /** `PUT /orders/:id`, or `defaultPolicy`. */
  readonly route: string;
  readonly kind: ChangeKind;
  /** The new state, to be read after the route: `is now open to https://a.example`. */
  readonly says: string;
}

/** Reports whether a change lets a check fail. */
export function isWider({ kind }: Pick<Change, 'kind'>): boolean {
  return kind === 'wider' || kind === 'maybe-wider';
}
