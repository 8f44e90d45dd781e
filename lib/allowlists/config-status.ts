import type { Allowlist, AllowlistStatus } from './status.js';

/** The entries of a configuration key, as `CorsAllowlists` shows them: read once at boot, where a bad one ends it. */
export function configStatus(key: string, entries: number): Pick<Allowlist, 'refresh' | 'status'> {
  const status: AllowlistStatus = Object.freeze({
    token: key,
    kind: 'config',
    loaded: true,
    stale: false,
    entries,
    rejected: Object.freeze([]),
    loadedAt: new Date(),
  });
  return { refresh: () => Promise.resolve(), status: () => status };
}
