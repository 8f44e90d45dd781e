import { CORS_COMMAND_PORT, type CorsCommandPort, type CorsQuestion } from '../../nest/command-port.js';
import { readInit } from './fetch-init.js';
import type { BrowserFetchInit } from './fetch-members.js';
import type { BrowserTarget } from './browser-target.js';

/** A request that a page is blocked from. */
export interface BlockedQuestion {
  readonly from: string;
  /** The base that the path is resolved against. */
  readonly url: string;
  readonly path: string;
  readonly init: BrowserFetchInit;
}

/**
 * The advice of `CorsInspector.explain()` on a request, a sentence each. The app is asked whichever copy and form of
 * the package it has loaded.
 *
 * @returns nothing where the target is no app with `CorsModule`, or where its policies are not what blocks
 */
export async function explainedAdvice(target: BrowserTarget, blocked: BlockedQuestion): Promise<readonly string[]> {
  const { request } = await readInit(blocked.from, new URL(blocked.url), blocked.path, blocked.init);
  const { origin, url, method, headers, credentials } = request;
  const question = { origin, url, method, headers: Object.fromEntries(headers) };
  return adviceOf(target, { ...question, credentials: credentials === 'include' });
}

/** The advice of `CorsInspector.explain()` on a question, a sentence each. */
export async function adviceOf(target: BrowserTarget, question: CorsQuestion): Promise<readonly string[]> {
  const port = portOf(target);
  if (port === undefined) {
    return [];
  }
  try {
    return (await port.explain(question)).advice;
  } catch {
    // What cannot be explained was sent and judged all the same.
    return [];
  }
}

function portOf(target: BrowserTarget): CorsCommandPort | undefined {
  if (typeof target === 'string') {
    return undefined;
  }
  try {
    return target.get<CorsCommandPort>(CORS_COMMAND_PORT, { strict: false });
  } catch {
    return undefined;
  }
}
