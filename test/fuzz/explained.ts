import type { ExplainedAnswer, Explanation, ExplainRequest } from '../../lib/index.js';
import type { Answer, Client } from './client.js';
import type { Mismatch } from './oracle.js';
import { versionHeaders } from './request-forms.js';
import { type FuzzApp, type FuzzRequest, ORIGIN } from './plan.js';

/** Asks the library to explain a request. */
export type Explain = (question: ExplainRequest) => Promise<Explanation>;

/**
 * Compares the library's explanation with the app's answer: the fields of the preflight and of the response, the status
 * if the library predicts it, and the handler that serves.
 */
export async function checkExplained(
  plan: FuzzApp,
  explain: Explain,
  client: Client,
  request: FuzzRequest,
): Promise<Mismatch | undefined> {
  const url = addressOf(request);
  // The address is invalid, and no browser sends it.
  if (url === undefined) {
    return undefined;
  }
  for (const headers of versionHeaders(plan)) {
    const question = { method: request.method, url: url.href, origin: ORIGIN, headers };
    const explanation = await explain(question);
    const mismatch = await compare(explanation, client, url);
    if (mismatch !== undefined) {
      return { request, ...mismatch, what: `the explanation of ${JSON.stringify(question)}: ${mismatch.what}` };
    }
  }
  return undefined;
}

async function compare(
  { request, preflight, response, route }: Explanation,
  client: Client,
  url: URL,
): Promise<Omit<Mismatch, 'request'> | undefined> {
  const target = url.pathname + url.search;
  const fields = { host: url.host, accept: '*/*', 'sec-fetch-site': 'cross-site', ...request.headers, origin: ORIGIN };
  const seen = await client.send(request.method, target, fields);
  // A raw route that calls next() could also answer. Only its preflight, which the library answers, is predicted.
  if (seen.passed === undefined) {
    const foretold = tell(response, seen);
    if (foretold !== tellAnswer(seen)) {
      return { what: 'the response', expected: foretold, seen: tellAnswer(seen) };
    }
    if (seen.handler !== undefined && !seen.handler.startsWith('R') && route?.handler !== seen.handler) {
      return { what: 'the route', expected: String(route?.handler), seen: seen.handler };
    }
  }
  if (preflight === undefined) {
    return undefined;
  }
  const asked = await client.send('OPTIONS', target, { host: url.host, ...preflight.asks });
  return tell(preflight, asked) === tellAnswer(asked)
    ? undefined
    : { what: 'the preflight', expected: tell(preflight, asked), seen: tellAnswer(asked) };
}

/** The address that a browser builds from the target of the request. */
function addressOf({ target, host }: FuzzRequest): URL | undefined {
  return target.startsWith('/') && URL.canParse(`http://${host}${target}`)
    ? new URL(`http://${host}${target}`)
    : undefined;
}

/** The library does not predict a status that the app chooses. */
function tell({ status, headers }: ExplainedAnswer, seen: Answer): string {
  const cors = Object.entries(headers).filter(([name]) => name.startsWith('Access-Control-'));
  return describe(status ?? seen.status, Object.fromEntries(cors.map(([name, value]) => [name.toLowerCase(), value])));
}

function tellAnswer({ status, cors }: Answer): string {
  return describe(status, cors);
}

function describe(status: number, cors: Readonly<Record<string, string>>): string {
  return `${status} ${JSON.stringify(Object.entries(cors).sort())}`;
}
