import type { ExplainAnswer, OverviewAnswer, TesterSeen } from '../../protocol.js';
import { ask } from '../app/ask.js';
import { decisions, decisionsAbout, streaming } from '../live/stream.js';
import { scriptHeaders } from '../panel/body.js';
import { FieldError, isOfThisApp, type ReadDraft } from '../panel/draft.js';
import { compare, type Comparison, isRefused } from './comparison.js';
import { sendFrom, type TestedRequest } from './frames.js';

/** A request that was sent for real. */
export interface Tested {
  readonly explained: ExplainAnswer;
  readonly seen: TesterSeen;
  readonly comparison: Comparison;
}

/**
 * Predicts a request of the tester, sends it for real, and compares.
 *
 * @param from address of the tester's document
 * @throws FieldError (a rejection) where the address is not of this app
 */
export async function tryForReal(read: ReadDraft, from: string, { routes }: OverviewAnswer): Promise<Tested> {
  const { origin } = new URL(from);
  const question = { ...read.question, origin };
  const ports = routes.map(({ port }) => port);
  if (!isOfThisApp(question.url, location.origin, ports)) {
    const own = `write a path, or an address of ${location.origin}`;
    throw new FieldError('url', `The live tester reaches this app alone: ${own}.`);
  }
  const explained = await ask<ExplainAnswer>('explain.json', JSON.stringify(question));
  const after = decisions.get().last;
  const isTold = streaming.get() && question.webSocket !== true;
  const seen = await sendFrom(from, requestOf(read));
  const told = isTold
    ? await decisionsAbout({ method: explained.request.method, url: explained.request.url, origin, after }, (found) =>
        found.some((decision) => !decision.preflight || isRefused(decision)),
      )
    : undefined;
  return { explained, seen, comparison: compare(explained, seen, told) };
}

function requestOf({ question, body, cookies, message }: ReadDraft): TestedRequest {
  const { url, method = 'GET', headers = {}, credentials = false, webSocket, namespace } = question;
  if (webSocket === true) {
    return {
      webSocket,
      url,
      ...(namespace === undefined ? {} : { namespace }),
      ...(message === '' ? {} : { message }),
    };
  }
  return {
    url,
    method,
    headers: scriptHeaders(headers, body),
    credentials,
    cookies,
    ...(body === undefined ? {} : { body }),
  };
}
