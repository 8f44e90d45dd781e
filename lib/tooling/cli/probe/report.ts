import { adviceForServer, variesByOrigin } from '../../../core/browser/advice.js';
import { type BrowserRequest, fieldOf, isCrossOrigin, serializedOrigin } from '../../../core/browser/request.js';
import type { Probed, ProbeStep } from './probe.js';
import type { ProbedRequest } from './read-request.js';

/** The report of the command about a server. */
export interface ProbeReport extends Probed {
  /** Advice, where the browser blocks. */
  readonly advice?: string;
  /** Notes, a sentence each. */
  readonly notes: readonly string[];
}

/** Adds what to change, and what is worth knowing. */
export function reportOn({ request, dropped }: ProbedRequest, probed: Probed): ProbeReport {
  const last = probed.steps.at(-1);
  const notes = [
    ...dropped.map((name) => `A browser drops the header ${name}: pages may not set it. It was not sent.`),
    ...(isCrossOrigin(request) ? [] : ["The URL is of the page's own origin: CORS does not apply."]),
    ...(request.credentials === 'include' && isCrossOrigin(request)
      ? ['No cookie was sent. With a cookie the server may answer differently.']
      : []),
    ...cacheNote(probed.request, last),
  ];
  const { block } = probed;
  const advice =
    block &&
    adviceForServer({
      block,
      origin: serializedOrigin(probed.request),
      credentials: probed.request.credentials === 'include',
      answer: last?.answer,
    });
  return { ...probed, ...(advice === undefined ? {} : { advice }), notes };
}

/** Finds what is right for this page, but wrong for another one or a cache. */
function cacheNote(request: BrowserRequest, step: ProbeStep | undefined): readonly string[] {
  const allowed = fieldOf(step?.answer.headers ?? [], 'access-control-allow-origin');
  return allowed !== undefined && allowed === serializedOrigin(request) && !variesByOrigin(step?.answer)
    ? [
        'The answer allows this one origin, but has no Vary: Origin. A cache may give it to a page of another origin, which is then blocked.',
      ]
    : [];
}
