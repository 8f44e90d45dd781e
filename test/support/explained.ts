import { request as send } from 'node:http';
import type { CorsInspector, Explanation, ExplainRequest } from '../../lib/index.js';

/** The parts of an answer that an explanation predicts. */
interface Answer {
  readonly status: number;
  /** The `Access-Control-*` fields, by lower-case name. */
  readonly cors: Readonly<Record<string, string>>;
  readonly vary: readonly string[];
}

/**
 * Explains a request, sends it and its preflight, and compares. It compares the status and the fields of the preflight,
 * the fields of the response (also `Vary`), and the status of the response if the library answers.
 */
export async function explainedAsSent(
  port: number,
  question: ExplainRequest,
  inspector: Pick<CorsInspector, 'explain'>,
): Promise<Explanation> {
  const explanation = await inspector.explain(question);
  const { request, preflight, response } = explanation;
  const { host, pathname, search } = new URL(request.url);
  const target = pathname + search;
  if (preflight !== undefined) {
    const seen = await answerTo(port, 'OPTIONS', target, { ...lowered(preflight.asks), host });
    expect(told('the preflight', question, seen)).toEqual(
      told('the preflight', question, { ...foretold(preflight), status: preflight.status ?? seen.status }),
    );
  }
  const { origin } = request;
  const own = origin === new URL(request.url).origin;
  const silent = origin === undefined || (own && (request.method === 'GET' || request.method === 'HEAD'));
  const seen = await answerTo(port, request.method, target, {
    ...(origin === undefined ? {} : { accept: '*/*', 'sec-fetch-site': own ? 'same-origin' : 'cross-site' }),
    ...request.headers,
    ...(request.credentials ? { cookie: 'explained=1' } : {}),
    ...(silent ? {} : { origin }),
    host,
  });
  expect(told('the response', question, seen)).toEqual(
    told('the response', question, { ...foretold(response), status: response.status ?? seen.status }),
  );
  return explanation;
}

/** Adds the request to the result, so that a failed comparison shows it. */
function told(what: string, question: ExplainRequest, answer: Answer): object {
  return { what, question: JSON.stringify(question), ...answer };
}

function foretold({ headers }: Explanation['response']): Pick<Answer, 'cors' | 'vary'> {
  const { vary, ...cors } = lowered(headers);
  return { cors, vary: varyOf(vary) };
}

function lowered(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
}

function varyOf(value: string | undefined): readonly string[] {
  const names = (value ?? '').split(',').map((name) => name.trim().toLowerCase());
  // The app adds other names to Vary (`Accept-Encoding`).
  return names.filter((name) => name === 'origin' || name.startsWith('access-control-')).sort();
}

function answerTo(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    send({ host: '127.0.0.1', port, method, path, headers: { ...headers, connection: 'close' } }, (response) => {
      const fields = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
      response.resume().on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          cors: Object.fromEntries(fields.filter(([name]) => name.startsWith('access-control-'))),
          vary: varyOf(response.headers.vary),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}
