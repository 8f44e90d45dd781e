import type { Change, ChangeKind } from './change.js';
import { compareOrigins } from './compare-origins.js';
import type { Grant, Granted, Grants } from './grant.js';
import { comparesMethods, effectiveGrant } from './granted-methods.js';

type Says = readonly [kind: ChangeKind, says: string];

/**
 * Compares what an app grants with what it granted before, route by route and field by field. Each field is compared for
 * itself, so that one which is wider is told even where another makes up for it: a wider grant is never missed.
 */
export function compareGrants(before: Grants, after: Grants): readonly Change[] {
  const changes: Change[] = [];
  const note = (route: string, said: readonly Says[]): void => {
    said.forEach(([kind, says]) => changes.push({ route, kind, says }));
  };
  note('defaultPolicy', compareOne('*', before.defaultPolicy, after.defaultPolicy));
  for (const [route, granted] of Object.entries(after.routes)) {
    const method = methodOf(route);
    note(
      route,
      Object.hasOwn(before.routes, route)
        ? compareOne(method, before.routes[route] ?? null, granted)
        : isNew(method, granted),
    );
  }
  for (const [route, granted] of Object.entries(before.routes)) {
    if (!Object.hasOwn(after.routes, route)) {
      note(route, [[effectiveGrant(methodOf(route), granted) === undefined ? 'other' : 'narrower', 'is gone']]);
    }
  }
  return changes;
}

function methodOf(route: string): string {
  return route.slice(0, route.indexOf(' '));
}

function isNew(method: string, granted: Granted): readonly Says[] {
  const grant = effectiveGrant(method, granted);
  return [grant === undefined ? ['other', `is new, and ${closedBy(granted)}`] : opened('is new, and open', grant)];
}

function compareOne(method: string, before: Granted, after: Granted): readonly Says[] {
  const [was, is] = [effectiveGrant(method, before), effectiveGrant(method, after)];
  if (is === undefined) {
    if (was !== undefined) {
      return [['narrower', `is ${closedBy(after)} now`]];
    }
    return closedBy(before) === closedBy(after) ? [] : [['other', `is ${closedBy(after)} now`]];
  }
  if (was === undefined) {
    return [opened('is now open', is)];
  }
  return [
    ...origins(was, is),
    ...credentials(was, is),
    ...comparesMethods(method, was, is),
    ...headers(was, is),
    ...exposed(was, is),
    ...flags(was, is),
  ];
}

function opened(how: string, grant: Grant): Says {
  const { added, unknown } = compareOrigins([], grant.origin);
  return added.length > 0
    ? ['wider', `${how} to ${listed(grant.origin)}${cookies(grant)}`]
    : ['maybe-wider', `${how} to whom ${listed(unknown)} admits${cookies(grant)}`];
}

function closedBy(granted: Granted): string {
  if (granted === null) {
    return 'without a policy';
  }
  return granted === '@NoCors()' ? 'closed by @NoCors()' : 'open to nobody';
}

function origins(was: Grant, is: Grant): readonly Says[] {
  const { added, unknown, removed } = compareOrigins(was.origin, is.origin);
  return [
    ...some('wider', added, (names) => `is now open to ${names}${cookies(is)}`),
    ...some('maybe-wider', unknown, (names) => `is now open to whom ${names} admits${cookies(is)}`),
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

function exposed({ exposedHeaders: was = [] }: Grant, { exposedHeaders: is = [] }: Grant): readonly Says[] {
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

function flags(was: Grant, is: Grant): readonly Says[] {
  const said: Says[] = [];
  if (was.enforce !== is.enforce) {
    said.push(
      is.enforce
        ? ['narrower', 'is now enforced by the server']
        : ['wider', 'is no longer enforced: the server serves what its policy refuses'],
    );
  }
  if (was.privateNetwork !== is.privateNetwork) {
    said.push(
      is.privateNetwork
        ? ['wider', 'now answers preflights into a private network']
        : ['narrower', 'no longer answers preflights into a private network'],
    );
  }
  said.push(
    ...some('wider', without(is.dangerously ?? [], was.dangerously ?? []), (names) => `now sets dangerously ${names}`),
    ...some(
      'narrower',
      without(was.dangerously ?? [], is.dangerously ?? []),
      (names) => `no longer sets dangerously ${names}`,
    ),
  );
  if (was.maxAge !== is.maxAge) {
    // How long a browser remembers a grant is not whom it is given to.
    said.push(['other', `has its preflight kept for ${seconds(is.maxAge)} instead of ${seconds(was.maxAge)}`]);
  }
  return said;
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
