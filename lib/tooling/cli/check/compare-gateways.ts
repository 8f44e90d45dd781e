import type { Change } from './change.js';
import type { Says } from './compare-answers.js';
import { compareOrigins } from './compare-origins.js';
import { effectiveGrant, type Granted } from './grant.js';
import type { GatewayRule } from './rules.js';

/** Any site: a handshake that no policy asks about passes, unlike a response that no policy grants. */
const ANYONE: readonly string[] = ['*'];

/** Compares the origins that may open the WebSockets of gateways with those before. */
export function compareGateways(before: readonly GatewayRule[], after: readonly GatewayRule[]): readonly Change[] {
  const names = new Set([...after, ...before].map(nameOf));
  return [...names].flatMap((route) => {
    const find = (all: readonly GatewayRule[]): GatewayRule | undefined => all.find((each) => nameOf(each) === route);
    return compare(find(before), find(after)).map(([kind, says]): Change => ({ route, kind, says }));
  });
}

function compare(was: GatewayRule | undefined, is: GatewayRule | undefined): readonly Says[] {
  if (is === undefined) {
    return [['narrower', 'is gone']];
  }
  const { added, unknown, removed } = compareOrigins(was === undefined ? [] : openTo(was.policy), openTo(is.policy));
  const how = was === undefined ? 'is new, and open' : 'is now open';
  const to = (names: readonly string[]): string =>
    names.includes('*') ? `any site${is.policy === null ? ', as no policy reaches it' : ''}` : names.join(', ');
  const says: readonly Says[] = [
    ...(added.length === 0 ? [] : [['wider', `${how} to ${to(added)}`] as const]),
    ...(unknown.length === 0
      ? []
      : [['maybe-wider', `${how} to the origins that ${unknown.join(', ')} allows`] as const]),
    ...(removed.length === 0 ? [] : [['narrower', `is no longer open to ${to(removed)}`] as const]),
  ];
  return says.length === 0 && was === undefined ? [['other', 'is new, and open to no origin']] : says;
}

function openTo(policy: Granted): readonly string[] {
  return policy === null ? ANYONE : (effectiveGrant('GET', policy)?.origin ?? []);
}

function nameOf({ path, port, namespace }: GatewayRule): string {
  const place = `${port === undefined ? '' : `:${port}`}${path}`;
  return `WS ${place}${namespace === undefined ? '' : ` (namespace ${namespace})`}`;
}
