import type { Enforcement, FieldLayer, FieldName, ReadFields } from './options.js';
import { POLICY_FIELDS } from './read.js';

/** The fields that apply at one place, and the place of each. */
export interface MergedPolicy {
  readonly kind: 'merged';
  /** The name of the outermost policy, or the place that gave the origin. */
  readonly name: string;
  /** The innermost place that contributed. */
  readonly place: string;
  /** Every place that contributed, from the outside in. */
  readonly places: readonly string[];
  readonly fields: ReadFields;
  readonly provenance: Readonly<Partial<Record<FieldName, string>>>;
  readonly broken: ReadonlySet<string>;
}

/**
 * Refines the outer policy with the fields of one more place (rule 3.2). Each given field replaces that field, and
 * lists are replaced, not merged.
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
 * Keeps the enforcement of the replaced policy if the new one sets none: closing or replacing a policy never turns
 * enforcement off (rule 3.6).
 *
 * @param place where the enforcement is written
 */
export function inheritEnforcement(merged: MergedPolicy, enforce: Enforcement, place: string): MergedPolicy {
  return Object.freeze({
    ...merged,
    fields: Object.freeze({ ...merged.fields, enforce }),
    provenance: Object.freeze({ ...merged.provenance, enforce: place }),
  });
}

/** Takes the place of a missing policy. Its error is already reported, so the places that refine it report none. */
export function missingPolicy(place: string): MergedPolicy {
  return refine(undefined, { place, fields: {}, broken: new Set(POLICY_FIELDS) });
}

/** A policy whose missing origin is already reported, so that the places that refine it report none. */
export function withoutOrigin(merged: MergedPolicy): MergedPolicy {
  return Object.freeze({ ...merged, broken: new Set([...merged.broken, 'origin']) });
}
