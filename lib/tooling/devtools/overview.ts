import { isSharedOrigin } from '../../core/origin/origin.js';
import { parseOriginPattern } from '../../core/origin/parse-pattern.js';
import type { CorsAllowlists } from '../../nest/cors-allowlists.service.js';
import type { CorsPagePort } from '../../nest/page-port.js';
import type { RouteReport } from '../../inspect/policy-report.js';
import type { CorsInspector } from '../../nest/cors-inspector.service.js';
import { examplePath, exampleSocket } from './examples.js';
import type { RecentDecisions } from './live/recent-decisions.js';
import type { DevtoolsSettings } from './options.js';
import type { OverviewAnswer } from './protocol.js';
import type { Tester } from './tester.js';

/** Origins that the matrix begins with. */
const MOST_ORIGINS = 6;
/** The origins that every policy but `*` refuses. */
const STRANGER = 'https://stranger.example';

/** The parts of an app that the page asks about. */
export interface AskedParts {
  readonly run: string;
  readonly port: CorsPagePort;
  readonly inspector: CorsInspector;
  readonly allowlists: CorsAllowlists;
  readonly settings: DevtoolsSettings;
  readonly recent: RecentDecisions;
}

/** The subject of the page. */
export interface OverviewGround extends AskedParts {
  readonly routes: readonly RouteReport[];
  readonly tester: Tester | undefined;
  /** The page's own. */
  readonly origin: string;
}

/** Routes that the page shows at most. */
const MAX_ROUTES = 2_000;

/** Everything that the page shows before it is asked anything. */
export function overview(ground: OverviewGround): OverviewAnswer {
  const { run, inspector, allowlists, tester, settings, recent, origin } = ground;
  const routes = shownRoutes(ground.routes);
  return {
    run,
    routes: routes.map((route) => ({
      ...route,
      sources: route.sources,
      example: exampleOf(route, origin),
      group: groupOf(route),
    })),
    routesLeftOut: ground.routes.length - routes.length,
    origins: suggestedOrigins(settings.origins(), routes, tester),
    refusedOrigins: recent.refusedOrigins,
    allowlists: allowlists.status(),
    findings: inspector.audit(),
    reports: inspector.reports(),
    tester: tester === undefined ? null : tester.invitation(origin),
  };
}

export function shownRoutes(routes: readonly RouteReport[]): readonly RouteReport[] {
  return routes.slice(0, MAX_ROUTES);
}

function groupOf({ kind, handler }: RouteReport): string {
  switch (kind) {
    case 'handler':
      return handler.slice(0, handler.lastIndexOf('.'));
    case 'gateway':
      return handler;
    case 'entry':
      return 'routes';
    case 'platform':
      return 'platform';
  }
}

/** An address of a route; without the origin where it is the page's own. */
function exampleOf(route: RouteReport, origin: string): string {
  return route.kind === 'gateway'
    ? exampleSocket(route, origin).url.replace(origin.replace(/^http/, 'ws'), '')
    : examplePath(route.path);
}

/** Those of the options; those that policies name, the commonest first, and of a pattern one that fits; the tester's, and a stranger's. */
function suggestedOrigins(
  own: readonly string[],
  routes: readonly RouteReport[],
  tester: Tester | undefined,
): readonly string[] {
  const counts = new Map<string, number>();
  for (const term of routes.flatMap(({ policy }) => policy?.origin ?? [])) {
    const origin = exampleOrigin(term);
    if (origin !== undefined) {
      counts.set(origin, (counts.get(origin) ?? 0) + 1);
    }
  }
  const named = [...counts].sort(([, one], [, other]) => other - one).map(([origin]) => origin);
  return [...new Set([...own, ...named.slice(0, MOST_ORIGINS), ...(tester?.origins.slice(0, 1) ?? []), STRANGER])];
}

function exampleOrigin(term: string): string | undefined {
  if (isSharedOrigin(term)) {
    return term;
  }
  const pattern = parseOriginPattern(term);
  return 'code' in pattern ? undefined : term.replace('//*.', '//any.').replace(/:\*$/, ':8080').replace('*', 'any');
}
