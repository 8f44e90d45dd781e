import { request as send } from 'node:http';
import type { CorsInspector, Explanation, ExplainRequest } from '../../lib/index.js';

/** What a server answered, as far as an explanation foretells it. */
interface Answer {
  readonly status: number;
  /** The `Access-Control-*` fields, by lower-case name. */
  readonly cors: Readonly<Record<string, string>>;
  readonly vary: readonly string[];
}

/**
 * Explains a request, then sends it and its preflight for real, and holds one against the other: status and fields of
 * the preflight, fields of the response, `Vary` among them, and the status where the library answers.
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

/** A mismatch is to say what was asked. */
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
  // What else stands in Vary is the app's own (`Accept-Encoding`).
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
