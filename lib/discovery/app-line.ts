import { type CallSite, callSiteOf, placeOf } from '../config/call-site.js';

/** Between a line of the app and a call that it makes through Nest there are frames of Nest, of proxies and of timers. */
const FRAMES = 50;

/** Notes where the function that calls this one was called, with every frame down to the app. */
export function siteOfCall(): CallSite {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  try {
    return callSiteOf(siteOfCall);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * The line of the app that made a call, as `src/main.ts:12`. `undefined` if it cannot be told: in a bundle the lines of
 * Nest and of this library are in the file of the app.
 */
export function appLine(site: CallSite): string | undefined {
  const [own = '', ...frames] = framesOf(site);
  const line = frames.find((frame) => !NOT_OF_THE_APP.test(frame) && fileOf(frame) !== fileOf(own));
  // An asynchronous caller is `await app.listen()`, far from the call itself.
  return line === undefined || line.startsWith('    at async ') ? undefined : placeOf({ stack: line });
}

const NOT_OF_THE_APP = /[\\/]node_modules[\\/]|\bnode:|<anonymous>\)?$/;

export function framesOf({ stack = '' }: CallSite): readonly string[] {
  return stack.split('\n').filter((line) => line.startsWith('    at '));
}

function fileOf(frame: string): string {
  return frame.replace(/^.*[( ]/, '').replace(/:\d+:\d+\)?$/, '');
}
