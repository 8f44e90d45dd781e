import type { IncomingMessage } from 'node:http';
import type findMyWay from 'find-my-way';
import type { FoundRoute } from '../../routing/route-search.js';
import { routeAcceptance, type RouterOptions, strategyWithoutEffect } from './fastify-acceptance.js';
import type { FindMyWay, SearchableRoute } from './route-search.js';

/** Functions that read constraints, such as versions, from a request and compare them. */
export type Strategies = NonNullable<RouterOptions['constraints']>;

/** The request of Fastify. */
export type Choice = FoundRoute | 'not found' | 'not routable';

/**
 * Chooses routes as Fastify itself does, by a router of its kind with the same routes, options and constraints: for
 * requests that are not sent, so that Fastify never sees them.
 *
 * @param refusesLong whether this Fastify itself answers a request whose parameter is too long
 */
export function routeChoice(
  routes: readonly SearchableRoute[],
  createRouter: FindMyWay,
  options: RouterOptions,
  strategies: Strategies,
  refusesLong: boolean,
): (message: IncomingMessage) => Choice {
  let choice: Choice = 'not found';
  const refuse = (): void => {
    // Fastify answers 400 or 414 itself, before any hook.
    choice = 'not routable';
  };
  const long = refusesLong ? { onMaxParamLength: refuse } : {};
  const named = new Set(routes.flatMap(({ constraints }) => Object.keys(constraints)));
  const unknown = [...named].filter((name) => name !== 'host' && !Object.hasOwn(strategies, name));
  const router = createRouter({
    ...options,
    constraints: {
      ...Object.fromEntries(unknown.map((name) => [name, strategyWithoutEffect(name)])),
      // Fastify's own are frozen, and a router notes something on each.
      ...Object.fromEntries(Object.entries(strategies).map(([name, strategy]) => [name, { ...strategy }])),
    },
    defaultRoute: () => undefined,
    onBadUrl: refuse,
    ...long,
  });
  // Behind it is a router for requests that are not found, with options of its own. It too refuses what it cannot read.
  const lost = createRouter({ defaultRoute: () => undefined, onBadUrl: refuse, ...long });
  lost.all('/*', () => undefined);
  lost.all('/', () => undefined);
  const taken = routeAcceptance(routes, createRouter, options);
  routes.forEach((route, index) => {
    for (const method of route.answered) {
      for (const path of taken(method, route)) {
        const handler = (_request: unknown, _response: unknown, params: unknown): void => {
          choice = { index, params: params as FoundRoute['params'] };
        };
        router.on(method as findMyWay.HTTPMethod, path, { constraints: { ...route.constraints } }, handler);
      }
    }
  });
  return (message) => {
    choice = 'not found';
    router.lookup(message, undefined as never);
    if (choice === 'not found') {
      lost.lookup(message, undefined as never);
    }
    return choice;
  };
}
