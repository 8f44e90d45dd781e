import type { CorsMetadata } from '../../config/metadata.js';
import type { CorsRouteRule } from '../../config/options.js';
import type { MergedPolicy } from '../../core/policy/merge.js';
import type { FieldName, ReadFields } from '../../core/policy/options.js';

/** A change of the configuration that is judged, and never applied. */
export interface PolicyRevision {
  /** Fields that a place writes in addition, or in place of its own. */
  readonly fields?: readonly WrittenFields[];
  /** A decorator in place of those of a handler or a gateway. */
  readonly decorated?: { readonly name: string; readonly metadata: CorsMetadata };
  /** An entry of `routes` behind the others. */
  readonly entry?: CorsRouteRule;
}

export interface WrittenFields {
  /** As in `provenance`: `policies.partner`, `OrdersController`. */
  readonly place: string;
  readonly fields: ReadFields;
}

/**
 * Finds the fields of a change that reach a policy. A policy is made of the fields of several places, and a field of an
 * inner place overrides that of an outer one, so a field reaches it where no place further inside writes it.
 *
 * @returns `undefined` where none does
 */
export function reachingFields(
  { place, fields }: WrittenFields,
  { places, provenance }: Pick<MergedPolicy, 'places' | 'provenance'>,
): ReadFields | undefined {
  const at = places.indexOf(place);
  const reaching = Object.entries(fields).filter(([field]) => {
    const writtenAt = provenance[field as FieldName];
    return at >= 0 && (writtenAt === undefined || places.indexOf(writtenAt) <= at);
  });
  return reaching.length === 0 ? undefined : Object.fromEntries(reaching);
}
