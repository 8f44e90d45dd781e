import type { MergedPolicy } from '../../core/policy/merge.js';
import type { OriginTerm, ReadFields } from '../../core/policy/options.js';
import { readOriginText } from '../../core/policy/read-origin.js';
import { unsafeHeaderNames } from '../../core/browser/safelist.js';
import { listCode, literal, originCode } from './code.js';
import type { Examined } from './explanation.js';

/** A change of one place that may let a blocked request through, if nothing else blocks it. */
export interface Step {
  readonly title: string;
  readonly place: string;
  readonly fields: ReadFields;
  /** The fields as code, by name. */
  readonly code: Readonly<Record<string, string>>;
}

/**
 * Finds the fields of a policy that would allow what its reason blocks.
 *
 * @returns `undefined` where no field would
 */
export function stepFor({ explanation, blamed }: Examined): Step | undefined {
  if (blamed?.kind !== 'merged') {
    return undefined;
  }
  const { request, reason } = explanation;
  const { origin = '' } = request;
  switch (reason) {
    case 'origin-not-allowed':
      return originStep(blamed, origin);
    case 'origin-null': {
      const added = originStep(blamed, origin);
      const dangerously = { ...blamed.fields.dangerously, allowNullOrigin: true };
      return (
        added && {
          ...added,
          title: `Allow every page without an origin of its own in ${added.place}: any site can make one`,
          fields: { ...added.fields, dangerously },
          code: { ...added.code, dangerously: flagsCode(dangerously) },
        }
      );
    }
    case 'method-not-allowed':
      return methodStep(blamed, request.method);
    case 'header-not-allowed':
      return headerStep(blamed, unsafeHeaderNames(Object.entries(request.headers)));
    case 'credentials-not-allowed':
      return credentialsStep(blamed, origin);
    default:
      return undefined;
  }
}

function originStep({ fields, provenance }: MergedPolicy, origin: string): Step | undefined {
  const { origin: place } = provenance;
  const term = place === undefined ? undefined : termOf(origin, place);
  if (place === undefined || term === undefined) {
    return undefined;
  }
  const terms = fields.origin ?? [];
  return {
    title: `Add the origin to ${place}`,
    place,
    fields: { origin: [...terms, term] },
    code: { origin: listCode(originCode(terms, place), literal(origin)) },
  };
}

/** The term of one origin; `undefined` where it is not an origin. */
function termOf(origin: string, place: string): OriginTerm | undefined {
  let isWrong = false;
  const [term, ...others] = readOriginText(origin, place, () => (isWrong = true));
  return isWrong || others.length > 0 || term?.kind === 'any' ? undefined : term;
}

function methodStep({ fields: { methods }, provenance }: MergedPolicy, method: string): Step | undefined {
  const { methods: place } = provenance;
  if (methods === undefined || place === undefined || methods.includes(method)) {
    return undefined;
  }
  return {
    title: `Add the method ${method} to ${place}`,
    place,
    fields: { methods: [...methods, method] },
    code: { methods: listCode(methods.map(literal), literal(method)) },
  };
}

function headerStep(
  { fields: { allowedHeaders }, provenance }: MergedPolicy,
  names: readonly string[],
): Step | undefined {
  const { allowedHeaders: place } = provenance;
  if (!Array.isArray(allowedHeaders) || place === undefined) {
    return undefined;
  }
  const listed = allowedHeaders as readonly string[];
  const known = new Set(listed.map((name) => name.toLowerCase()));
  const lacking = names.filter((name) => !known.has(name)).map(usualSpelling);
  return lacking.length === 0
    ? undefined
    : {
        title: `Allow ${lacking.length === 1 ? 'the header' : 'the headers'} ${lacking.join(', ')} in ${place}`,
        place,
        fields: { allowedHeaders: [...listed, ...lacking] },
        code: { allowedHeaders: listCode(listed.map(literal), ...lacking.map(literal)) },
      };
}

function usualSpelling(name: string): string {
  return name.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** With credentials a policy lists its origins, because browsers refuse `*`. */
function credentialsStep({ fields, provenance }: MergedPolicy, origin: string): Step | undefined {
  const place = provenance.credentials ?? provenance.origin;
  if (place === undefined) {
    return undefined;
  }
  const isAny = fields.origin?.some(({ kind }) => kind === 'any') === true;
  const term = isAny ? termOf(origin, place) : undefined;
  if (isAny && term === undefined) {
    return undefined;
  }
  return {
    title: isAny ? `List the origins in ${place}, and allow cookies` : `Allow cookies in ${place}`,
    place,
    fields: { ...(term === undefined ? {} : { origin: [term] }), credentials: true },
    code: { ...(term === undefined ? {} : { origin: listCode([], literal(origin)) }), credentials: 'true' },
  };
}

function flagsCode(flags: Readonly<Record<string, boolean | undefined>>): string {
  return `{ ${Object.entries(flags)
    .map(([flag, on]) => `${flag}: ${on}`)
    .join(', ')} }`;
}
