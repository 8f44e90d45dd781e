import { VERSION_NEUTRAL, type VersioningOptions, VersioningType } from '@nestjs/common';
import type { CorsRequest } from '../core/request.js';

/** One version of a route, or several, as `@Version()` and `@Controller({ version })` take them. */
export type RouteVersion = string | symbol | readonly (string | symbol)[];

type Filter = (request: unknown, response: unknown, next: () => unknown) => unknown;

interface VersionFilteringAdapter {
  applyVersionFilter(handler: () => unknown, version: RouteVersion, options: VersioningOptions): Filter;
}

/**
 * A test for one route's version, with the adapter's own filter, so that it reads a request as the router will.
 * `undefined` if the version selects nothing: no version, the neutral one, or a part of the path.
 */
export function versionFilter(
  adapter: object,
  version: RouteVersion | undefined,
  options: VersioningOptions | undefined,
): ((request: CorsRequest) => boolean) | undefined {
  if (!version || options === undefined || options.type === VersioningType.URI || version === VERSION_NEUTRAL) {
    return undefined;
  }
  const filter = (adapter as VersionFilteringAdapter).applyVersionFilter(() => true, version, options);
  return (request) => {
    try {
      return filter(request.native, undefined, () => false) === true;
    } catch {
      // An extractor of the app that fails: the router gets the same error, and chooses no version either.
      return false;
    }
  };
}
