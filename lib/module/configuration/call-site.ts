import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a function was called. V8 keeps the frames and writes them out only when they are read. */
export interface CallSite {
  readonly stack?: string;
}

/** Notes where a decorator is written, at the cost of a few stack frames: nothing is written out until somebody asks. */
export function callSiteOf(decorator: (...args: never[]) => unknown): CallSite {
  const site: { stack?: string } = {};
  Error.captureStackTrace(site, decorator);
  return site;
}

/**
 * Where that was, as `src/orders/orders.controller.ts:12`, seen from the working directory; the line of the compiled
 * file, unless Node runs with `--enable-source-maps`. `undefined` where the runtime does not tell.
 */
export function placeOf({ stack = '' }: CallSite): string | undefined {
  const frame = stack.split('\n').find((line) => line.startsWith('    at '));
  const [, file, line] = /\(?((?:file:\/\/|[A-Za-z]:)?[^\s()][^()]*?):(\d+):\d+\)?$/.exec(frame ?? '') ?? [];
  if (file === undefined || line === undefined || file.startsWith('node:')) {
    return undefined;
  }
  const path = file.startsWith('file://') ? fileURLToPath(file) : file.replace(/^\s*at\s+/, '');
  return `${relative(process.cwd(), path) || path}:${line}`;
}
