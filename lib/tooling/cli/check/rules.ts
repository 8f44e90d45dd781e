import type { OrderedGateway, OrderedRule, OrderedRules, PathMatching } from '../../../inspect/ordered-rules.js';
import type { AppSurvey } from '../../../nest/command-port.js';
import { type Granted, grantOf } from './grant.js';

/** The rules that decide about the requests of an app, as a snapshot keeps them. */
export interface Rules {
  readonly platform: string;
  readonly matching: PathMatching;
  readonly defaultPolicy: Granted;
  /** The entries of the module's `routes`, in order. */
  readonly entries: readonly Rule[];
  /** The routes of the platform: on Express in its order, on Fastify, which has none, by path. */
  readonly routes: readonly Rule[];
  /** The WebSocket gateways; absent: there are none. */
  readonly gateways?: readonly GatewayRule[] | undefined;
}

/** A route of the platform, or an entry of `routes`. */
export interface Rule extends Omit<OrderedRule, 'policy'> {
  /** Missing: no decorator speaks about the route, so an entry or the default policy applies. */
  readonly policy?: Granted;
}

/** A WebSocket gateway. */
export interface GatewayRule extends Omit<OrderedGateway, 'policy'> {
  readonly policy: Granted;
}

/** The name of what serves without a controller: a route of the app's own, or a file server. */
export const UNNAMED_ROUTE = 'a route without a controller';

/** An app without any rule: what a first snapshot is compared with. */
export const NO_RULES: Rules = {
  platform: 'express',
  matching: { ignoresCase: false, ignoresEndSlash: false },
  defaultPolicy: null,
  entries: [],
  routes: [],
};

/** Reduces what an app reports to what a snapshot keeps. */
export function rulesOf({ rules }: Pick<AppSurvey, 'rules'>): Rules {
  const { platform, matching, defaultPolicy, entries, routes, gateways }: OrderedRules = rules;
  const kept = routes.map(ruleOf);
  return {
    platform,
    matching,
    defaultPolicy: grantOf(defaultPolicy),
    entries: entries.map(ruleOf),
    // What does not matter should not make a difference in a review.
    routes: platform === 'fastify' ? kept.sort((a, b) => compareText(sortKey(a), sortKey(b))) : kept,
    ...(gateways === undefined
      ? {}
      : { gateways: gateways.map(({ policy, ...gateway }) => ({ ...gateway, policy: grantOf(policy) })) }),
  };
}

function ruleOf({ policy, ...rule }: OrderedRule): Rule {
  return policy === undefined ? rule : { ...rule, policy: grantOf(policy) };
}

function sortKey({ path, methods, version, host }: Rule): string {
  return JSON.stringify([path, methods, version, host]);
}

/** By code units, the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
