import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workingFolder } from './working-folder.js';

/** The place where a function was called. V8 keeps the frames and writes them out only when they are read. */
export interface CallSite {
  readonly stack?: string;
}

/** Notes where a decorator is written, at the cost of a few stack frames. The text is written only when it is read. */
export function callSiteOf(decorator: (...args: never[]) => unknown): CallSite {
  const site: { stack?: string } = {};
  Error.captureStackTrace(site, decorator);
  return site;
}

/**
 * The place as `src/orders/orders.controller.ts:12`, relative to the working directory: the line of the compiled file,
 * unless Node runs with `--enable-source-maps`. `undefined` if the runtime does not show it.
 */
export function placeOf({ stack = '' }: CallSite): string | undefined {
  const frame = stack.split('\n').find((line) => line.startsWith('    at '));
  const [, place = '', line] = /^(.*):(\d+):\d+$/s.exec(locationIn(frame?.slice('    at '.length) ?? '')) ?? [];
  if (place === '' || place.startsWith('node:') || place.startsWith('<')) {
    return undefined;
  }
  const path = place.startsWith('file://') ? fileURLToPath(place) : place;
  const folder = workingFolder();
  return `${((folder !== undefined && relative(folder, path)) || path).replaceAll('\\', '/')}:${line}`;
}

/** A frame is `name (location)`, or only a location: at the top level of an ES module. Either may hold parentheses. */
function locationIn(frame: string): string {
  const open = frame.indexOf(' (');
  return frame.endsWith(')') && open !== -1 ? frame.slice(open + 2, -1) : frame.replace(/^async /, '');
}
