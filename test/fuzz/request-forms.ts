import type { Answer } from './client.js';
import type { FuzzApp, FuzzRequest } from './plan.js';

/**
 * Tells if the framework answered before routing and before any hook. This happens for a parameter that is too long,
 * and for a malformed path. Fastify answers 404 to a malformed path if it has no route for the method.
 */
export function isFrameworkError({ status, handler }: Answer, { target }: FuzzRequest): boolean {
  return status === 400 || status === 414 || (status === 404 && handler === undefined && isMalformed(target));
}

function isMalformed(target: string): boolean {
  try {
    decodeURIComponent(target.replace(/[?#].*/, ''));
    return false;
  } catch {
    return true;
  }
}

/** The target with `~` in place of the parts that cannot be decoded. */
export function repairedTarget({ target }: FuzzRequest): string {
  return target.replace(/%(?![0-9a-f]{2})/gi, '~').replace(/%[89a-f][0-9a-f]/gi, '~');
}

/** Header fields for no version, for each version of an app, for an unknown version, and for several versions. */
export function versionHeaders({ versioning }: FuzzApp): readonly Readonly<Record<string, string>>[] {
  const versions = ['1', '2', '3', '9'];
  switch (versioning?.type) {
    case 'header':
      return [{}, ...versions.map((version) => ({ 'X-Version': version }))];
    case 'media':
      return [{}, { Accept: '*/*' }, ...versions.map((version) => ({ Accept: `application/json;v=${version}` }))];
    case 'custom':
      return [{}, ...[...versions, 'neutral', 'neutral,9', '2,1', '9,1'].map((version) => ({ 'X-Versions': version }))];
    default:
      return [{}];
  }
}

/** The sent form of a request that middleware changes. */
export function rewrittenForm(
  { rewrites }: FuzzApp,
  { method, target, host }: FuzzRequest,
): {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>> & { Host: string };
} {
  switch (rewrites) {
    case 'prefix':
      return { method, target: target.startsWith('/') ? `/cut${target}` : target, headers: { Host: host } };
    case 'method':
      return { method: 'POST', target, headers: { Host: host, 'X-HTTP-Method-Override': method } };
    case 'host':
      return { method, target, headers: { Host: 'front.test', 'X-Forward-To': host } };
    default:
      return { method, target, headers: { Host: host } };
  }
}
