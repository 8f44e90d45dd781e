import { once } from 'node:events';
import { connect } from 'node:net';

/** One response as it was sent. */
export interface RawResponse {
  readonly status: number;
  /** Fields in the order sent, with names in lower case. A field that was sent twice is listed twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Every value of one field. */
  all(name: string): readonly string[];
  /** The `Access-Control-*` fields; a field that was sent twice has its values joined by ` AND `. */
  cors(): Record<string, string>;
}

/** Head of a request. Adds `Host`, and `Connection: close` if the fields have no `Connection`. */
export function rawHead(line: string, fields: readonly string[] = []): string {
  const connection = fields.some((field) => /^connection:/i.test(field)) ? [] : ['Connection: close'];
  const host = fields.some((field) => /^host:/i.test(field)) ? [] : ['Host: 127.0.0.1'];
  return [line, ...host, ...fields, ...connection, '', ''].join('\r\n');
}

/**
 * Sends bytes (one byte for each character of a string) over one connection. Reads until the server closes the
 * connection, or sends nothing for `idleMs`.
 */
export function exchange(port: number, bytes: string | Buffer, idleMs = 3_000): Promise<readonly RawResponse[]> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    );
    // A busy machine may be slow with the first byte, so `idleMs` applies only after it.
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      socket.setTimeout(idleMs);
      chunks.push(chunk);
    });
    // A server that refuses a request may close before it has read the whole request. Its answer is still used.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString('latin1'))));
  });
}

/** Sends one request and returns its only response. */
export async function rawRequest(
  port: number,
  line: string,
  fields: readonly string[] = [],
  body = '',
): Promise<RawResponse> {
  const responses = await exchange(port, rawHead(line, fields) + body);
  if (responses.length !== 1) {
    throw new Error(`Expected one response to ${JSON.stringify(line.slice(0, 80))}, and got ${responses.length}`);
  }
  return responses[0]!;
}

/** Sends a request to an app: `ask(app, 'GET /orders', 'Origin: https://app.example')`. */
export function ask({ port }: { readonly port: number }, line: string, ...fields: string[]): Promise<RawResponse> {
  return rawRequest(port, `${line} HTTP/1.1`, fields);
}

function parse(text: string): RawResponse[] {
  const responses: RawResponse[] = [];
  let rest = text;
  while (rest.startsWith('HTTP/1.1 ')) {
    const end = rest.indexOf('\r\n\r\n');
    const [statusLine, ...lines] = rest.slice(0, end).split('\r\n');
    const headers = lines.map((line): readonly [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    const all = (name: string): string[] =>
      headers.filter(([each]) => each === name.toLowerCase()).map(([, value]) => value);
    const status = Number(statusLine!.split(' ')[1]);
    rest = rest.slice(end + 4);
    const bodiless = status === 204 || status === 304 || status < 200;
    const length = bodiless ? 0 : Number(all('content-length')[0] ?? bodyUntilEnd(rest, all('transfer-encoding')[0]));
    responses.push({ status, headers, body: rest.slice(0, length), all, cors: () => corsFields(headers) });
    rest = rest.slice(length);
  }
  return responses;
}

/** Length of a body without `Content-Length`: up to the last chunk, or to the end of the connection. */
function bodyUntilEnd(rest: string, encoding: string | undefined): number {
  const last = encoding === 'chunked' ? rest.indexOf('0\r\n\r\n') : -1;
  return last === -1 ? rest.length : last + 5;
}

function corsFields(headers: RawResponse['headers']): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of headers.filter(([each]) => each.startsWith('access-control-'))) {
    fields[name] = name in fields ? `${fields[name]} AND ${value}` : value;
  }
  return fields;
}

/** The names in all `Vary` fields, in lower case. */
export function varyOf(response: RawResponse): string[] {
  return response.all('vary').flatMap((value) => value.toLowerCase().split(/\s*,\s*/));
}

/** Sends bytes as they are and returns the status of the first response; 0 if the connection ends without one. */
export async function sendRaw(port: number, bytes: string): Promise<{ status: number; head: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  socket.write(Buffer.from(bytes, 'latin1'));
  socket.end();
  await once(socket, 'close');
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0),
    head: answer.split('\r\n\r\n', 1)[0]!.toLowerCase(),
  };
}
