import { checksOf, compilePolicy } from '../../lib/core/policy/compile.js';
import { GrantKeys } from '../../lib/core/policy/grant-keys.js';
import { refine } from '../../lib/core/policy/merge.js';
import type { PolicyFields } from '../../lib/core/policy/options.js';
import type { OriginProvider } from '../../lib/core/policy/origin-provider.js';
import type { Policy } from '../../lib/core/policy/policy.js';
import { readFields } from '../../lib/core/policy/read.js';
import { readOriginFlag, readOriginText } from '../../lib/core/policy/read-origin.js';
import { IssueCollector } from '../../lib/core/issues/issues.js';
import type { CorsRequest } from '../../lib/core/request.js';
import type { RouteTarget, TargetRoute } from '../../lib/engine/request-decision.js';

/* Objects of the pure layers, without an app. */

const keys = new GrantKeys();

type Origin = string | boolean | OriginProvider;

/** Compiles the options that a user writes into a policy. Origins are strings, flags or providers, or a list of these. */
export function policyOf(fields: PolicyFields<Origin | readonly Origin[]>): Policy {
  const issues = new IssueCollector();
  const layer = readFields<Origin | readonly Origin[]>(
    fields,
    'a place',
    (origins, place, report) =>
      [origins]
        .flat()
        .flatMap((origin: Origin) =>
          typeof origin === 'boolean'
            ? readOriginFlag(origin, place)
            : typeof origin === 'string'
              ? readOriginText(origin, place, report)
              : [{ kind: 'provider' as const, provider: origin }],
        ),
    issues,
  );
  issues.throwIfAny();
  const merged = refine(undefined, layer);
  return compilePolicy(
    merged,
    checksOf(merged, () => false),
    keys,
  );
}

/** A provider that answers asynchronously. */
export function laterProvider(answer: (origin: string) => boolean): OriginProvider {
  const question = { usesContext: false, atOnce: false, ask: async (origin: string) => answer(origin) };
  return { label: 'later', under: () => question };
}

/** A route that matches by a regular expression. */
export function routeTo(
  target: Pick<RouteTarget, 'name'> & Partial<RouteTarget>,
  path: RegExp,
  methods: readonly string[],
  more: Partial<TargetRoute> = {},
): TargetRoute {
  return {
    info: { name: target.name, methods, path: String(path) },
    pattern: undefined,
    answers: (method) => methods.includes('*') || methods.includes(method),
    match: (asked) => (path.test(asked) ? {} : undefined),
    matchesHost: undefined,
    matchesVersion: undefined,
    target: { kind: 'handler', policy: undefined, explicit: true, ...target },
    ...more,
  };
}

/** A request to `https://api.example`. */
export function requestTo(
  path: string,
  { method = 'GET', ...headers }: Readonly<Record<string, string>> = {},
): CorsRequest {
  return {
    method,
    url: path,
    target: path,
    path,
    hostname: 'api.example',
    origin: headers.origin,
    header: (name) => headers[name],
    headerNames: () => Object.keys(headers),
    ownOrigin: () => 'https://api.example',
    native: undefined,
  };
}

/** A preflight to `https://api.example`. */
export function preflightTo(
  path: string,
  method: string,
  origin: string,
  more: Readonly<Record<string, string>> = {},
): CorsRequest {
  return requestTo(path, { method: 'OPTIONS', origin, 'access-control-request-method': method, ...more });
}
