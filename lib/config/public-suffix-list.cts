import type * as tldts from 'tldts';

/**
 * Loads the list of public suffixes. A CommonJS module, because only `require()` loads at once and late: an import of the
 * package stays light, and bundles of an app have the list in them.
 */
export function publicSuffixList(): typeof tldts {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('tldts') as typeof tldts;
}
