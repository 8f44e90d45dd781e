import { isSharedOrigin } from '../../core/origin/origin.js';
import { parseOriginPattern } from '../../core/origin/parse-pattern.js';
import type { CorsAllowlists } from '../../nest/cors-allowlists.service.js';
import type { RouteReport } from '../../inspect/policy-report.js';
import type { CorsInspector } from '../../nest/cors-inspector.service.js';
import { examplePath, exampleSocket } from './examples.js';
import type { DevtoolsSettings } from './options.js';
import type { Tester } from './tester.js';

/** Origins that the matrix begins with. */
const MOST_ORIGINS = 6;
/** The origins that every policy but `*` refuses. */
const STRANGER = 'https://stranger.example';

/** The subject of the page. */
export interface OverviewGround {
  readonly inspector: CorsInspector;
  readonly allowlists: CorsAllowlists;
  readonly routes: readonly RouteReport[];
  readonly tester: Tester | undefined;
  readonly settings: DevtoolsSettings;
  /** The page's own. */
  readonly origin: string;
}

/** Everything that the page shows before it is asked anything. */
export function overview({ inspector, allowlists, routes, tester, settings, origin }: OverviewGround): object {
  return {
    routes: routes.map((route) => ({ ...route, sources: route.sources, example: exampleOf(route, origin) })),
    origins: suggestedOrigins(settings.origins(), routes, tester),
    allowlists: allowlists.status(),
    findings: inspector.audit(),
    reports: inspector.reports(),
    tester: tester === undefined ? null : tester.invitation(origin),
  };
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
