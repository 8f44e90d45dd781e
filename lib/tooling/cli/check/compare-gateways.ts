import { sampleOf } from '../../../core/origin/expression-samples.js';
import { parseExpression } from '../../../core/origin/expression-syntax.js';
import type { Change } from './change.js';
import { commonOf } from './common-grant.js';
import { compareFlags, compareResponses, type Says } from './compare-answers.js';
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
    const found = namesIn(place).map((name) => ({
      name,
      says: compare(sharedBy(gatewaysAt(before, place, name)), sharedBy(gatewaysAt(after, place, name)), place),
    }));
    const [first] = found;
    const isOne = found.every(({ says }) => String(says) === String(first!.says));
    return (isOne ? [first!] : found).flatMap(({ name, says }) =>
      says.map(([kind, text]): Change => ({ route, kind, says: isOne ? text : `${text}, at ${name}` })),
    );
  });
}

/** The namespace that a gateway names, or some of those that its regular expression matches. */
function namesIn({ namespace = '/', expression }: GatewayRule): readonly string[] {
  const regex = expression && expressionOf(namespace);
  if (!regex) {
    return [namespace];
  }
  const root = parseExpression(regex);
  const texts = [0, 1, 2, 3].flatMap((options) =>
    (['least', 'once', 'filling'] as const).flatMap((times) =>
      ['a', 'x-1', '/1'].map((filling) => sampleOf(root, { options, times, filling })),
    ),
  );
  const names = [...new Set(texts)].filter((name) => name.startsWith('/') && regex.test(name));
  return names.length === 0 ? [namespace] : names;
}

/**
 * The gateways of a namespace. socket.io hands one that no gateway names to the first regular expression that matches
 * it.
 *
 * @param name the namespace of a client; the text of an expression where none of its namespaces is known
 */
function gatewaysAt(all: readonly GatewayRule[], { path, port }: GatewayRule, name: string): readonly GatewayRule[] {
  const onServer = all.filter((each) => each.path === path && each.port === port);
  const named = onServer.filter(({ namespace = '/', expression }) => !expression && namespace === name);
  if (named.length > 0) {
    return named;
  }
  const first = onServer.find(
    ({ namespace, expression }) => expression && (namespace === name || expressionOf(namespace!)?.test(name)),
  );
  return first === undefined ? [] : onServer.filter((each) => each.expression && each.namespace === first.namespace);
}

/** The policy that a client needs a grant of; `undefined`: there is no gateway. */
function sharedBy(gateways: readonly GatewayRule[]): Granted | undefined {
  const governing = gateways.map(({ policy }) => policy).filter((policy) => policy !== null);
  return gateways.length === 0 ? undefined : governing.length === 0 ? null : commonOf(governing);
}

/** @param was `undefined`: there was no gateway */
function compare(was: Granted | undefined, is: Granted | undefined, { server }: GatewayRule): readonly Says[] {
  if (is === undefined) {
    return was === undefined ? [] : [['narrower', 'is gone']];
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
    ...(was && is ? [...crossSite(was, is), ...compareFlags(was, is)] : []),
    ...(was && is && server !== 'ws' ? polling(was, is) : []),
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

/** The responses of socket.io's polling transport carry the fields of the policy. */
function polling(was: Grant, is: Grant): readonly Says[] {
  const [before, after] = [openTo(was), openTo(is)];
  return before.length === 0 || after.length === 0
    ? []
    : compareResponses(was, is).map(([kind, text]): Says => [kind, `${text}, by polling`]);
}

function openTo(policy: Granted): readonly string[] {
  return policy === null ? ANYONE : (effectiveGrant('GET', policy)?.origin ?? []);
}

function nameOf({ path, port, namespace = '/' }: GatewayRule): string {
  const place = `${port === undefined ? '' : `:${port}`}${path}`;
  return `WS ${place}${namespace === '/' ? '' : ` (namespace ${namespace})`}`;
}
