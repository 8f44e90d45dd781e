import type { Answer } from './client.js';
import type { FuzzApp, FuzzRequest } from './plan.js';

/**
 * Whether the framework itself answered, before a route was known or any hook ran: a malformed path, which is a 404 too
 * where Fastify has no route for the method, or a parameter that is too long.
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

/** The target with nothing in it that cannot be decoded. */
export function repairedTarget({ target }: FuzzRequest): string {
  return target.replace(/%(?![0-9a-f]{2})/gi, '~').replace(/%[89a-f][0-9a-f]/gi, '~');
}

/** Header fields for no version, for each that an app may have, for one that none has, and for several. */
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
