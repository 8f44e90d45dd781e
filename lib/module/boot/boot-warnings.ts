import type { MergedPolicy } from '../../core/policies/merge-policy.js';
import type { ReadFields } from '../../core/policies/policy-fields.js';
import type { HandlerTarget } from './route-catalog.js';
import { staticHeadersOf } from './nest-internals.js';
import type { RouteReport } from './effective-report.js';

/** Chromium keeps no preflight's answer longer (two hours); Firefox a day. */
const CHROMIUM_MAX_AGE = 7200;

/** What the warnings look at. */
export interface BootFindings {
  readonly policies: readonly MergedPolicy[];
  readonly unusedNames: readonly string[];
  readonly misplaced: readonly string[];
  readonly targets: readonly HandlerTarget[];
  readonly reports: readonly RouteReport[];
}

/** What is not wrong, but rarely meant; a line each, for the boot log. */
export function bootWarnings(findings: BootFindings): readonly string[] {
  return [
    ...findings.misplaced.map(
      (name) =>
        `${name} carries a CORS decorator but is not a controller, nor a handler of one that serves a route: nothing reads it.`,
    ),
    ...findings.unusedNames.map(
      (name) => `No route uses policies.${name}. Remove it, or name it in a decorator, a route or defaultPolicy.`,
    ),
    ...fieldWarnings(findings.policies),
    ...findings.targets.flatMap(ownHeaders),
    ...differingHeaderRules(findings.reports),
  ];
}

function fieldWarnings(policies: readonly MergedPolicy[]): readonly string[] {
  const lines = policies.flatMap(({ fields, provenance, place }) => {
    const found: string[] = [];
    if ((fields.maxAge ?? 0) > CHROMIUM_MAX_AGE) {
      found.push(
        `${provenance.maxAge ?? place}: maxAge ${fields.maxAge} is cut to ${CHROMIUM_MAX_AGE} (two hours) by Chromium; Firefox keeps it.`,
      );
    }
    const flags = Object.entries(fields.dangerously ?? {}).filter(([, on]) => on === true);
    return [...found, ...flags.map(([flag]) => `${provenance.dangerously ?? place}: dangerously.${flag} is on.`)];
  });
  return [...new Set(lines)];
}

/** What a handler sets itself wins over its policy (DESIGN 3.5). */
function ownHeaders({ name, policy, source }: HandlerTarget): readonly string[] {
  const own = staticHeadersOf(source.handler).filter((header) => header.toLowerCase().startsWith('access-control-'));
  return policy === undefined || own.length === 0
    ? []
    : [`${name} sets ${own.join(', ')} by @Header(), which wins over its policy. Remove it, or the policy.`];
}

/**
 * The preflight cache is keyed by URL and origin, and its header entries are not tied to a method (Fetch, 4.9): what
 * one method of a URL allows, a browser that has asked for it sends to the others too.
 */
function differingHeaderRules(reports: readonly RouteReport[]): readonly string[] {
  const byUrl = new Map<string, RouteReport[]>();
  for (const report of reports) {
    byUrl.set(report.path, [...(byUrl.get(report.path) ?? []), report]);
  }
  return [...byUrl].flatMap(([path, routes]) => {
    const governed = routes.filter(({ policy }) => policy !== null && !policy.noCors);
    const rules = new Set(governed.map(({ policy }) => headerRule(policy!.allowedHeaders)));
    return rules.size < 2
      ? []
      : [
          `${path}: its methods differ in allowedHeaders (${governed.map(({ handler }) => handler).join(', ')}), but browsers keep ` +
            'granted headers by URL, not by method. Give them one list, or do not rely on the difference.',
        ];
  });
}

function headerRule(allowed: NonNullable<ReadFields['allowedHeaders']> | 'any'): string {
  return typeof allowed === 'string'
    ? '*'
    : allowed
        .map((name) => name.toLowerCase())
        .sort()
        .join();
}
