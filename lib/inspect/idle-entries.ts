import { METHODS } from 'node:http';
import { enforces } from '../core/decide/enforcement.js';
import { isForbiddenMethod } from '../core/http/methods.js';
import type { RouteResolver } from '../routing/route.js';
import type { RouteTarget, TargetRoute } from '../engine/request-decision.js';
import { findingOf } from './audit.js';
import type { AuditFinding } from './finding.js';

/** Texts to try for the parameters and the wildcard of a path. No page asks for an empty parameter. */
const TRIED: readonly (readonly [parameter: string, wildcard: string])[] = [
  ['x', 'x'],
  ['1', 'x/y'],
  ['x-y', 'x/y/z.js'],
  ['x.y', '1'],
  ['xy', ''],
];
/** Methods that a page can send. */
const SENDABLE = METHODS.filter((method) => !isForbiddenMethod(method));

/**
 * Entries of `routes` that never apply: an earlier entry covers everything that they cover, or decorated handlers serve
 * it all. Tested with the platform's own matchers on paths that are made from the entry. An entry that may apply to one
 * path is not reported. Nor is one that enforces, because its enforcement reaches further than its path (rule 3.6).
 *
 * @param handlers finds routes as requests do; called only if there are entries
 */
export function idleEntries(
  entries: readonly TargetRoute[],
  handlers: () => RouteResolver<RouteTarget>,
): readonly AuditFinding[] {
  const resolver = entries.length === 0 ? undefined : handlers();
  return entries.flatMap((entry, index) => {
    const samples = samplesOf(entry);
    if (enforces(entry.target.policy) || samples.length === 0) {
      return [];
    }
    const earlier = entries.slice(0, index).find((each) => covers(each, entry, samples));
    if (earlier !== undefined) {
      return [findingOf('entry-never-counts', entry.info.name, `${entry.info.path}, behind ${earlier.info.name}`)];
    }
    const served = decoratedHandlers(entry, samples, resolver!);
    return served === undefined
      ? []
      : [findingOf('entry-never-counts', entry.info.name, `${entry.info.path}, behind ${served.join(', ')}`)];
  });
}

/** Paths that an entry covers; none where its pattern restricts what a parameter may be, which samples cannot show. */
function samplesOf({ info: { path }, match }: TargetRoute): readonly string[] {
  if (/[()]/.test(path)) {
    return [];
  }
  const paths = [path.replace(/\{[^{}]*\}/g, ''), path.replace(/[{}]/g, '')].flatMap((each) =>
    TRIED.map(([parameter, wildcard]) =>
      each.replace(/:(?:\w+|"[^"]*")\??/g, parameter).replace(/\*(?:\w+|"[^"]*")?/g, wildcard),
    ),
  );
  return [...new Set(paths.flatMap((each) => [each, `${each}/`]))].filter((each) => match(each) !== undefined);
}

function covers(earlier: TargetRoute, { info }: TargetRoute, samples: readonly string[]): boolean {
  const restricts = /[()]/.test(earlier.info.path);
  return (
    !restricts &&
    methodsOf(info.methods).every(earlier.answers) &&
    samples.every((path) => earlier.match(path) !== undefined)
  );
}

/** The handlers that serve everything that an entry covers, if all of them have a decorator. */
function decoratedHandlers(
  { info }: TargetRoute,
  samples: readonly string[],
  handlers: RouteResolver<RouteTarget>,
): readonly string[] | undefined {
  const names = new Set<string>();
  for (const path of samples) {
    const routeSet = handlers.at({ path, hostname: '' });
    for (const method of methodsOf(info.methods)) {
      const routes = routeSet.reachable(method);
      const decides = routes.length > 0 && routes.every(isDecorated);
      if (!decides) {
        return undefined;
      }
      routes.forEach(({ target }) => names.add(target.name));
    }
  }
  return [...names];
}

/** A filter by host or version may leave a request to another route, and a restricted parameter may not fit. */
function isDecorated({ target, info, matchesHost, matchesVersion }: TargetRoute): boolean {
  return (
    target.kind === 'handler' &&
    target.explicit &&
    matchesHost === undefined &&
    matchesVersion === undefined &&
    !/[()]/.test(info.path)
  );
}

function methodsOf(methods: readonly string[]): readonly string[] {
  return methods.includes('*') ? SENDABLE : methods;
}
