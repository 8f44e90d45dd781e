import type { Change } from './change.js';
import { commonOf } from './common-grant.js';
import type { Says } from './compare-answers.js';
import { compareOrigins } from './compare-origins.js';
import { effectiveGrant, type Grant, type Granted } from './grant.js';
import { expressionOf } from './paths/path-pattern.js';
import type { GatewayRule } from './rules.js';

/** Any site: a handshake that no policy asks about passes, unlike a response that no policy grants. */
const ANYONE: readonly string[] = ['*'];

/**
 * Compares the origins that may open the WebSockets of gateways with those before. Gateways of one namespace share their
 * clients: a client needs what all of their policies grant (rule 8.2).
 */
export function compareGateways(before: readonly GatewayRule[], after: readonly GatewayRule[]): readonly Change[] {
  const places = new Map([...after, ...before].map((gateway) => [nameOf(gateway), gateway]));
  return [...places].flatMap(([route, place]) => {
    const was = sharedBy(before.filter((each) => nameOf(each) === route));
    return compare(was, sharedBy(gatewaysAt(after, place))).map(([kind, says]): Change => ({ route, kind, says }));
  });
}

/** The gateways of a namespace. socket.io hands one that none names to the first regular expression that matches it. */
function gatewaysAt(all: readonly GatewayRule[], { path, port, namespace = '/' }: GatewayRule): readonly GatewayRule[] {
  const onServer = all.filter((each) => each.path === path && each.port === port);
  const named = (name: string): readonly GatewayRule[] => onServer.filter((each) => (each.namespace ?? '/') === name);
  const expression = onServer.find((each) => expressionOf(each.namespace ?? '')?.test(namespace) === true);
  const own = named(namespace);
  return own.length > 0 || expression === undefined ? own : named(expression.namespace!);
}

/** The policy that a client needs a grant of; `undefined`: there is no gateway. */
function sharedBy(gateways: readonly GatewayRule[]): Granted | undefined {
  const governing = gateways.map(({ policy }) => policy).filter((policy) => policy !== null);
  return gateways.length === 0 ? undefined : governing.length === 0 ? null : commonOf(governing);
}

/** @param was `undefined`: there was no gateway */
function compare(was: Granted | undefined, is: Granted | undefined): readonly Says[] {
  if (is === undefined) {
    return [['narrower', 'is gone']];
  }
  const { added, unknown, removed } = compareOrigins(was === undefined ? [] : openTo(was), openTo(is));
  const how = was === undefined ? 'is new, and open' : 'is now open';
  const to = (names: readonly string[]): string =>
    names.includes('*') ? `any site${is === null ? ', as no policy reaches it' : ''}` : names.join(', ');
  const says: readonly Says[] = [
    ...(added.length === 0 ? [] : [['wider', `${how} to ${to(added)}`] as const]),
    ...(unknown.length === 0
      ? []
      : [['maybe-wider', `${how} to the origins that ${unknown.join(', ')} allows`] as const]),
    ...(removed.length === 0 ? [] : [['narrower', `is no longer open to ${to(removed)}`] as const]),
    ...(was && is ? crossSite(was, is) : []),
  ];
  return says.length === 0 && was === undefined ? [['other', 'is new, and open to no origin']] : says;
}

/** A request of the polling transport may have no `Origin`: only `enforce: 'fetch-metadata'` refuses one of another site. */
function crossSite(was: Grant, is: Grant): readonly Says[] {
  const [before, after] = [was, is].map(({ enforce }) => enforce === 'fetch-metadata') as [boolean, boolean];
  if (before === after) {
    return [];
  }
  return after
    ? [['narrower', 'now refuses cross-site requests without an Origin']]
    : [['wider', 'no longer refuses cross-site requests without an Origin']];
}

function openTo(policy: Granted): readonly string[] {
  return policy === null ? ANYONE : (effectiveGrant('GET', policy)?.origin ?? []);
}

function nameOf({ path, port, namespace = '/' }: GatewayRule): string {
  const place = `${port === undefined ? '' : `:${port}`}${path}`;
  return `WS ${place}${namespace === '/' ? '' : ` (namespace ${namespace})`}`;
}
