import type { FieldLayer, FieldName, ReadFields } from './policy-fields.js';
import { POLICY_FIELDS } from './read-fields.js';

/** The fields that hold at one place, and for each where it was written. */
export interface MergedPolicy {
  readonly kind: 'merged';
  /** The name of the policy that stands outermost, or the place that brought the origin. */
  readonly name: string;
  /** The innermost place that had a say. */
  readonly place: string;
  /** Every place that had a say, from the outside in. */
  readonly places: readonly string[];
  readonly fields: ReadFields;
  readonly provenance: Readonly<Partial<Record<FieldName, string>>>;
  readonly broken: ReadonlySet<string>;
}

/**
 * Refines what stands outside with the fields of one more place (DESIGN 3.2): each field given replaces that field,
 * lists are never united.
 */
export function refine(
  outer: MergedPolicy | undefined,
  layer: FieldLayer,
  name = outer?.name ?? layer.place,
): MergedPolicy {
  const provenance: Partial<Record<FieldName, string>> = { ...outer?.provenance };
  const broken = new Set(outer?.broken);
  for (const field of [...Object.keys(layer.fields), ...layer.broken] as FieldName[]) {
    provenance[field] = layer.place;
    broken.delete(field);
  }
  for (const field of layer.broken) {
    broken.add(field);
  }
  return Object.freeze({
    kind: 'merged',
    name,
    place: layer.place,
    places: Object.freeze([...(outer?.places ?? []), layer.place]),
    fields: Object.freeze({ ...outer?.fields, ...layer.fields }),
    provenance: Object.freeze(provenance),
    broken,
  });
}

/**
 * Stands in for a policy that is not there: its mistake has been told, and what refines it is not blamed for that.
 */
export function missingPolicy(place: string): MergedPolicy {
  return refine(undefined, { place, fields: {}, broken: new Set(POLICY_FIELDS) });
}

/** A policy whose lack of an origin has been told, so that what refines it is not blamed for that. */
export function withoutOrigin(merged: MergedPolicy): MergedPolicy {
  return Object.freeze({ ...merged, broken: new Set([...merged.broken, 'origin']) });
}
