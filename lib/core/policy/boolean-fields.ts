/**
 * The fields of a policy that are true or false. Each is `false` unless it is written. A field that is added here is read,
 * refined, compiled, reported, and compared by `cors-policy check`.
 */
export interface PolicyBooleanFields {
  /** Allows cookies and HTTP authentication. Default: `false`. */
  readonly credentials: boolean;
  /** Answers Private Network Access preflights (a withdrawn draft; opt-in only). Default: `false`. */
  readonly privateNetwork: boolean;
  /**
   * Replaces CORS headers that the app itself sets: a handler, middleware, or a server that a handler passes requests
   * on to. All `Access-Control-*` headers of the app are then removed from the responses of the policy's routes, even
   * if the policy refuses the request. Default: `false`: if the app sets `Access-Control-Allow-Origin`, its headers are
   * sent and the policy's are not.
   *
   * @see https://fetch.spec.whatwg.org/#cors-check
   */
  readonly override: boolean;
  /**
   * Sends `Timing-Allow-Origin` with allowed responses, with the value of `Access-Control-Allow-Origin`: scripts of
   * that origin may then read detailed resource timing. Not sent where the app sets it itself, unless `override` is on.
   * Default: `false`.
   *
   * @see https://w3c.github.io/resource-timing/#sec-timing-allow-origin
   */
  readonly timing: boolean;
}

export type BooleanField = keyof PolicyBooleanFields;

/** True for a field that grants something to pages, false for one that only changes what is sent. */
const GRANTS: Readonly<Record<BooleanField, boolean>> = {
  credentials: true,
  privateNetwork: true,
  override: false,
  timing: true,
};

export const BOOLEAN_FIELDS = Object.keys(GRANTS) as readonly BooleanField[];

/** Reports whether a field grants something to pages. */
export function isGrant(field: BooleanField): boolean {
  return GRANTS[field];
}

/** Makes an object of all boolean fields. */
export function booleanFields<Value>(valueOf: (field: BooleanField) => Value): Readonly<Record<BooleanField, Value>> {
  return Object.fromEntries(BOOLEAN_FIELDS.map((field) => [field, valueOf(field)])) as Record<BooleanField, Value>;
}

/** The fields of several policies as one (rule 3.3): a grant needs all of them, any other effect one of them. */
export function commonBooleanFields(policies: readonly Partial<PolicyBooleanFields>[]): PolicyBooleanFields {
  return booleanFields((field) =>
    isGrant(field) ? policies.every((each) => each[field] === true) : policies.some((each) => each[field] === true),
  );
}

/** The fields of a policy that are on. */
export type FieldsThatAreOn = { readonly [Field in BooleanField]?: true };

export function fieldsThatAreOn(policy: Partial<PolicyBooleanFields>): FieldsThatAreOn {
  return Object.fromEntries(BOOLEAN_FIELDS.flatMap((field) => (policy[field] === true ? [[field, true]] : [])));
}
