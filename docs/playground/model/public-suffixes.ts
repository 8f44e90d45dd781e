import type * as tldts from 'tldts';

/**
 * Takes the place of `lib/config/public-suffix-list.cts` in the browser. The list is larger than all the rest, and few
 * policies need it, so it is loaded at the first pattern that is checked against it.
 */
let list: typeof tldts | undefined;

/** The list is needed, and is not loaded yet. */
class ListMissing extends Error {}

export function publicSuffixList(): typeof tldts {
  if (list === undefined) {
    throw new ListMissing('The list of public suffixes is not loaded.');
  }
  return list;
}

/**
 * Calls a function, again if it needed the list: the list is loaded in between.
 *
 * @param onLoad called before it is loaded
 */
export async function withPublicSuffixes<Result>(ask: () => Promise<Result>, onLoad: () => void): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ListMissing)) {
      throw error;
    }
    onLoad();
    list = await import('tldts');
    return ask();
  }
}
