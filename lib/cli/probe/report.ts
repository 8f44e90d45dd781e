import { isCrossOrigin } from '../../core/browser/browser-request.js';
import { adviceOn, remarksOn } from './advice.js';
import type { Probed } from './probe.js';
import type { PageRequest } from './read-request.js';

/** What the command has to say about a server. */
export interface ProbeReport extends Probed {
  /** What to change, where the browser blocks. */
  readonly advice?: string;
  /** What is worth knowing besides, a sentence each. */
  readonly notes: readonly string[];
}

/** Adds what to change, and what is worth knowing. */
export function reportOn({ request, dropped }: PageRequest, probed: Probed): ProbeReport {
  const last = probed.steps.at(-1);
  const notes = [
    ...dropped.map(
      (name) => `A browser drops the header ${name}: pages may not set it (Fetch, 2.2.2). It was not sent.`,
    ),
    ...(isCrossOrigin(request) ? [] : ["The URL is of the page's own origin: CORS has no say in it."]),
    ...(request.credentials === 'include' && isCrossOrigin(request)
      ? ['No cookie was sent: with one the server may answer otherwise.']
      : []),
    ...remarksOn(probed.request, last),
  ];
  const advice = probed.block && last && adviceOn(probed.block, probed.request, last);
  return { ...probed, ...(advice === undefined ? {} : { advice }), notes };
}
