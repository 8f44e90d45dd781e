import { isSafelistedResponseHeader } from '../../../core/browser/visible-headers.js';
import { BOOLEAN_FIELDS, type BooleanField, isGrant } from '../../../core/policy/boolean-fields.js';
import type { Answer } from './answer.js';
import { type ChangeKind, isWider } from './change.js';
import { compareOrigins, isPlain } from './compare-origins.js';
import { effectiveGrant, type Embedding, EMBEDDINGS, type Grant, type Granted } from './grant.js';

/** A difference between two answers, in words. */
export type Says = readonly [kind: ChangeKind, says: string];

/**
 * Compares what one request was answered with what it is answered now: which origins are allowed, and, separately,
 * which requests the server refuses. Each field is compared separately: an origin that gains nothing gains no field
 * either.
 */
export function compareAnswers(method: string, was: Answer, is: Answer): readonly Says[] {
  const says = [
    ...grants(method, was, is),
    ...ownHeaders(method, was, is),
    ...embedding(was, is),
    ...enforcement(was, is),
    ...refusals(method, was, is),
  ];
  if (
    was.key === is.key ||
    (was.by === is.by && was.handled !== is.handled) ||
    was.by === undefined ||
    is.by === undefined
  ) {
    return says;
  }
  return says.map(([kind, text]): Says =>
    isWider({ kind }) ? [kind, `${text} (${is.by} answers it now, not ${was.by})`] : [kind, text],
  );
}

function grants(method: string, was: Answer, is: Answer): readonly Says[] {
  const [before, after] = [effectiveGrant(method, was.granted), effectiveGrant(method, is.granted)];
  const isNew = was.key === '' && is.key !== '';
  const isRemoved = was.key !== '' && is.key === '';
  if (after === undefined) {
    if (isLeft(was, is)) {
      const now = isRemoved ? 'is gone' : 'is now without a policy';
      return [
        is.leftTo === 'other-layer'
          ? ['maybe-wider', 'is now unmanaged: another CORS layer may answer']
          : ['maybe-wider', `${now}: the app itself may answer preflights`],
      ];
    }
    if (isRemoved && before === undefined) {
      return [['other', 'is gone']];
    }
    if (before !== undefined) {
      return [['narrower', isRemoved ? 'is gone' : `is now ${closedBy(is.granted)}`]];
    }
    if (isNew) {
      return [['other', `is new, and ${closedBy(is.granted)}`]];
    }
    return closedBy(was.granted) === closedBy(is.granted) ? [] : [['other', `is now ${closedBy(is.granted)}`]];
  }
  if (before === undefined) {
    return [
      opened(
        isNew ? 'is new, and open' : isRemoved ? 'is gone, and its path is now open' : 'is now open',
        after,
        isRemoved,
      ),
    ];
  }
  const fields = compareFields(before, after);
  return isNew && fields.length === 0
    ? [['other', `is new, and open to ${listed(after.origin)} as its path was`]]
    : fields;
}

/** Reports whether something that this library does not control may answer now. What it allows is not known. */
function isLeft(was: Answer, is: Answer): boolean {
  return is.leftTo === 'other-layer'
    ? was.leftTo !== 'other-layer'
    : is.leftTo === 'own-code' && was.granted !== null && !isGone(was, is);
}

/**
 * Compares who may open a WebSocket that no gateway serves (rule 8.4). It is not known whether the app serves one. A
 * handshake is a GET, and passes if no policy applies to it.
 */
export function compareUpgrades(was: Answer | undefined, is: Answer | undefined): readonly Says[] {
  const before = was?.granted ?? was?.refusing ?? null;
  const after = is?.granted ?? is?.refusing ?? null;
  const origins = (granted: Granted): readonly string[] => effectiveGrant('GET', granted)?.origin ?? [];
  if (before === null || origins(before).includes('*')) {
    return [];
  }
  if (after === null) {
    return [['maybe-wider', 'is no longer under a policy: any site may open it, if the app serves WebSockets there']];
  }
  const { added, unknown } = compareOrigins(origins(before), origins(after));
  return [
    ...some('wider', added, (names) => `is now open to ${names}`),
    ...some('maybe-wider', unknown, (names) => `is now open to the origins that ${names} allows`),
  ];
}

function compareFields(was: Grant, is: Grant): readonly Says[] {
  return [...origins(was, is), ...compareResponses(was, is), ...compareFlags(was, is)];
}

/** Compares what the responses to origins that are allowed say. */
export function compareResponses(was: Grant, is: Grant): readonly Says[] {
  return [...credentials(was, is), ...headers(was, is), ...exposed(was, is), ...booleans(was, is), ...maxAges(was, is)];
}

function opened(how: string, grant: Grant, byDefault: boolean): Says {
  const { added, unknown } = compareOrigins([], grant.origin);
  const by = byDefault ? ' by defaultPolicy' : '';
  return added.length > 0
    ? ['wider', `${how} to ${listed(grant.origin)}${cookies(grant)}${by}`]
    : ['maybe-wider', `${how} to the origins that ${listed(unknown)} allows${cookies(grant)}${by}`];
}

function closedBy(granted: Granted): string {
  if (granted === null) {
    return 'without a policy';
  }
  return granted.noCors ? 'closed by @NoCors()' : 'open to no origin';
}

function origins(was: Grant, is: Grant): readonly Says[] {
  const { added, unknown, removed } = compareOrigins(was.origin, is.origin);
  return [
    ...some('wider', added, (names) => `is now open to ${names}${cookies(is)}`),
    ...some('maybe-wider', unknown, (names) => `is now open to the origins that ${names} allows${cookies(is)}`),
    ...some('narrower', removed, (names) => `is no longer open to ${names}`),
  ];
}

function credentials(was: Grant, is: Grant): readonly Says[] {
  if (was.credentials === is.credentials) {
    return [];
  }
  return is.credentials
    ? [['wider', `now takes credentials from ${listed(is.origin)}`]]
    : [['narrower', 'no longer takes credentials']];
}

function headers({ allowedHeaders: was }: Grant, { allowedHeaders: is }: Grant): readonly Says[] {
  if (was === undefined || is === undefined) {
    return was === is
      ? []
      : is === undefined
        ? [['wider', 'now lets pages send any header']]
        : [['narrower', `now lets pages send no header but ${listed(is)}`]];
  }
  return [
    ...some('wider', without(is, was), (names) => `now lets pages send ${names}`),
    ...some('narrower', without(was, is), (names) => `no longer lets pages send ${names}`),
  ];
}

function exposed({ exposedHeaders: given = [] }: Grant, { exposedHeaders: taken = [] }: Grant): readonly Says[] {
  // Headers that every script may read are not part of a grant.
  const [was, is] = [given, taken].map((names) =>
    names === '*' ? names : names.filter((name) => !isSafelistedResponseHeader(name)),
  ) as [readonly string[] | '*', readonly string[] | '*'];
  if (was === '*' || is === '*') {
    return was === is
      ? []
      : is === '*'
        ? [['wider', 'now shows pages every response header']]
        : [['narrower', `now shows pages no response header but ${listed(is)}`]];
  }
  return [
    ...some('wider', without(is, was), (names) => `now shows pages the response header ${names}`),
    ...some('narrower', without(was, is), (names) => `no longer shows pages the response header ${names}`),
  ];
}

/** Sentences about the fields that are true or false. A field without them is shown by its name. */
const SAYS: Readonly<Partial<Record<BooleanField, readonly [on: string, off: string]>>> = {
  privateNetwork: [
    'now answers preflights into a private network',
    'no longer answers preflights into a private network',
  ],
  timing: ['now shows pages the timing of its responses', 'no longer shows pages the timing of its responses'],
};

function booleans(was: Grant, is: Grant): readonly Says[] {
  const changed = BOOLEAN_FIELDS.filter((field) => isGrant(field) && was[field] !== is[field]);
  return changed
    .filter((field) => field !== 'credentials')
    .map((field): Says => {
      const [on, off] = SAYS[field] ?? [`now has ${field}`, `no longer has ${field}`];
      return is[field] ? ['wider', on] : ['narrower', off];
    });
}

/**
 * Compares whether CORS headers of the app's own are replaced (rule 3.5), also if the policy allows no origin. It is not known
 * whom the app's own headers allow. Those of a grant may allow more, and none allow less.
 */
function ownHeaders(method: string, was: Answer, is: Answer): readonly Says[] {
  const isReplaced = is.granted?.override === true;
  if ((was.granted?.override === true) === isReplaced || isGone(was, is)) {
    return [];
  }
  if (!isReplaced) {
    return [['maybe-wider', "leaves CORS headers of the app's own"]];
  }
  const [before, after] = [effectiveGrant(method, was.granted), effectiveGrant(method, is.granted)];
  const says = "now replaces CORS headers of the app's own";
  return after === undefined ? [['narrower', says]] : before === undefined ? [] : [['maybe-wider', says]];
}

/** Compares who may embed a response. A policy says that to every page, also if it allows no origin. */
function embedding(was: Answer, is: Answer): readonly Says[] {
  const [before, after] = [was, is].map(({ granted }) => granted?.resourcePolicy ?? 'none') as [Embedding, Embedding];
  if (before === after || isGone(was, is)) {
    return [];
  }
  const kind = EMBEDDINGS.indexOf(after) > EMBEDDINGS.indexOf(before) ? 'wider' : 'narrower';
  return [[kind, `now has the resource policy ${after} instead of ${before}`]];
}

/** Reports whether the route is gone that served the request: there is nothing left to serve. */
function isGone(was: Answer, is: Answer): boolean {
  return was.served && !is.served;
}

/** Compares the checks that are turned off. */
export function compareFlags(was: Grant, is: Grant): readonly Says[] {
  // A flag alone allows no origin; with a list that cannot be compared it may make more entries of the list valid.
  const flagged: ChangeKind = is.origin.every(isPlain) ? 'other' : 'maybe-wider';
  const [before, after] = [was.dangerously ?? [], is.dangerously ?? []];
  return [
    ...some(flagged, without(after, before), (names) => `now sets dangerously ${names}`),
    ...some('other', without(before, after), (names) => `no longer sets dangerously ${names}`),
  ];
}

/** Compares lifetimes. How long a browser remembers a grant is not whom it is given to. */
function maxAges(was: Grant, is: Grant): readonly Says[] {
  return was.maxAge === is.maxAge
    ? []
    : [['other', `has its preflight kept for ${seconds(is.maxAge)} instead of ${seconds(was.maxAge)}`]];
}

/** Requests that the server refused and serves now. */
function enforcement(was: Answer, is: Answer): readonly Says[] {
  if (is.enforcement > was.enforcement) {
    return [
      [
        'narrower',
        is.enforcement === 2 ? 'now refuses cross-site requests on the server' : 'is now enforced by the server',
      ],
    ];
  }
  if (is.enforcement === was.enforcement || isGone(was, is)) {
    return [];
  }
  return is.enforcement === 0
    ? [['wider', 'is no longer enforced: the server serves what its policy refuses']]
    : [['wider', 'no longer refuses cross-site requests without an Origin']];
}

/**
 * The requests that the server no longer refuses, without a change of the grant: an entry above enforces a path that no
 * policy reaches.
 */
function refusals(method: string, was: Answer, is: Answer): readonly Says[] {
  const isTold = was.refusing === was.granted && is.refusing === is.granted;
  if (isTold || was.enforcement === 0 || is.enforcement === 0 || isGone(was, is)) {
    return [];
  }
  const origins = (granted: Granted): readonly string[] => effectiveGrant(method, granted)?.origin ?? [];
  const told = compareOrigins(origins(was.granted), origins(is.granted));
  const { added, unknown, removed } = compareOrigins(origins(was.refusing), origins(is.refusing));
  return [
    ...some('wider', without(added, told.added), (names) => `is now served to ${names}, which the server refused`),
    ...some(
      'maybe-wider',
      without(unknown, told.unknown),
      (names) => `is now served to the origins that ${names} allows`,
    ),
    ...some('narrower', without(removed, told.removed), (names) => `is now refused to ${names}`),
  ];
}

function seconds(maxAge: number | undefined): string {
  return maxAge === undefined ? "the browser's 5 s" : `${Math.max(0, maxAge)} s`;
}

function some(kind: ChangeKind, names: readonly string[], says: (names: string) => string): readonly Says[] {
  return names.length === 0 ? [] : [[kind, says(listed(names))]];
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  return names.filter((name) => !others.includes(name));
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => (name === '*' ? 'any origin' : name)).join(', ');
}

function cookies({ credentials: allowed }: Grant): string {
  return allowed ? ' with credentials' : '';
}
