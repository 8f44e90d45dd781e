import { commonBooleanFields, fieldsThatAreOn } from '../../../core/policy/boolean-fields.js';
import { isCovered, isPlain } from './compare-origins.js';
import { EMBEDDINGS, type Grant, type Granted } from './grant.js';

/** The grant that all of some policies have in common, enforced as strictly as the strictest. At least one is given. */
export function commonOf(policies: readonly Granted[]): Granted {
  const [first = null, ...others] = policies.filter((each, at) => policies.indexOf(each) === at);
  return others.reduce<Granted>((all, each) => common(all, each), first);
}

const NOTHING: Grant = { noCors: true, origin: [] };

/** The grant that two policies have in common. No policy grants nothing. */
function common(one: Granted, other: Granted): Grant {
  const [a, b] = [one ?? NOTHING, other ?? NOTHING];
  const enforce = [a.enforce, b.enforce].includes('fetch-metadata') ? 'fetch-metadata' : (a.enforce ?? b.enforce);
  const enforced = enforce === undefined ? {} : { enforce };
  if (a.noCors || b.noCors) {
    return { noCors: true, origin: [], ...enforced };
  }
  const methods = both(a.methods, b.methods);
  const allowedHeaders = both(a.allowedHeaders, b.allowedHeaders);
  const exposedHeaders = commonExposed(a.exposedHeaders ?? [], b.exposedHeaders ?? []);
  const embedding = EMBEDDINGS.find((each) => [a, b].some(({ resourcePolicy = 'none' }) => resourcePolicy === each));
  return {
    origin: commonOrigins(a.origin, b.origin),
    ...fieldsThatAreOn(commonBooleanFields([a, b])),
    ...(methods === undefined ? {} : { methods }),
    ...(allowedHeaders === undefined ? {} : { allowedHeaders }),
    ...(exposedHeaders.length === 0 ? {} : { exposedHeaders }),
    ...enforced,
    ...(embedding === undefined || embedding === 'none' ? {} : { resourcePolicy: embedding }),
  };
}

/** The entries of one list that the other covers. Where neither can be compared, both together have a name. */
function commonOrigins(a: readonly string[], b: readonly string[]): readonly string[] {
  const covered = [...a.filter((term) => isCovered(term, b)), ...b.filter((term) => isCovered(term, a))];
  const open = (list: readonly string[]): readonly string[] => list.filter((term) => !covered.includes(term));
  const unknown = open(a).flatMap((one) =>
    open(b).flatMap((other) => (isPlain(one) && isPlain(other) ? [] : [`${one} and ${other}`])),
  );
  return [...new Set([...covered, ...unknown])].sort();
}

function both(a: Grant['methods'], b: Grant['methods']): Grant['methods'] {
  return a === undefined || b === undefined ? (a ?? b) : a.filter((name) => b.includes(name));
}

function commonExposed(a: readonly string[] | '*', b: readonly string[] | '*'): readonly string[] | '*' {
  return a === '*' ? b : b === '*' ? a : a.filter((name) => b.includes(name));
}
