import { quote } from '../core/problems/quote.js';
import type { CorsAllowlists } from '../module/allowlists.service.js';
import type { RouteReport } from '../module/boot/effective-report.js';
import type { CorsInspector } from '../module/inspector.js';
import { examplePath } from './example-path.js';
import type { Tester } from './tester.js';

type AllowlistStatus = ReturnType<CorsAllowlists['status']>[number];

/** Origins that the matrix begins with. */
const MOST_ORIGINS = 6;
/** What every policy but `*` refuses. */
const STRANGER = 'https://stranger.example';

/** Everything that the page shows before it is asked anything. */
export function overview(
  inspector: CorsInspector,
  allowlists: CorsAllowlists,
  routes: readonly RouteReport[],
  tester: Tester | undefined,
  pageOrigin: string | undefined,
): object {
  return {
    routes: routes.map((route) => ({ ...route, sources: route.sources, example: examplePath(route.path) })),
    origins: suggestedOrigins(routes, tester),
    allowlists: allowlists.status().map(plainStatus),
    findings: inspector.audit(),
    reports: inspector.reports(),
    tester: tester === undefined || pageOrigin === undefined ? null : tester.invitation(pageOrigin),
  };
}

/** Those that policies name, the commonest first; of a pattern, one that fits. Then the tester's, and a stranger's. */
function suggestedOrigins(routes: readonly RouteReport[], tester: Tester | undefined): readonly string[] {
  const counts = new Map<string, number>();
  for (const term of routes.flatMap(({ policy }) => policy?.origin ?? [])) {
    const origin = exampleOrigin(term);
    if (origin !== undefined) {
      counts.set(origin, (counts.get(origin) ?? 0) + 1);
    }
  }
  const named = [...counts].sort(([, one], [, other]) => other - one).map(([origin]) => origin);
  return [...new Set([...named.slice(0, MOST_ORIGINS), ...(tester?.origins.slice(0, 1) ?? []), STRANGER])];
}

function exampleOrigin(term: string): string | undefined {
  if (term === 'null') {
    return term;
  }
  return /^https?:\/\//.test(term) ? term.replace('//*.', '//any.').replace(/:\*$/, ':8080') : undefined;
}

function plainStatus({ token, loadedAt, ...status }: AllowlistStatus): object {
  const name = typeof token === 'function' ? token.name : typeof token === 'string' ? token : quote(token);
  return { name: name === '' ? 'an origin function' : name, ...status, loadedAt: loadedAt?.toISOString() ?? null };
}
