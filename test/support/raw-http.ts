import { connect } from 'node:net';

/** One response as it stood on the wire. */
export interface RawResponse {
  readonly status: number;
  /** Fields in their order, names in lower case; a field that was sent twice stands here twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Every value of one field. */
  all(name: string): readonly string[];
  /** The `Access-Control-*` fields; a field that was sent twice has its values joined by ` AND `. */
  cors(): Record<string, string>;
}

/** Head of a request; `Host` is added, and `Connection: close` unless the fields name one. */
export function rawHead(line: string, fields: readonly string[] = []): string {
  const connection = fields.some((field) => /^connection:/i.test(field)) ? [] : ['Connection: close'];
  const host = fields.some((field) => /^host:/i.test(field)) ? [] : ['Host: 127.0.0.1'];
  return [line, ...host, ...fields, ...connection, '', ''].join('\r\n');
}

/**
 * Sends bytes (a string stands for one byte a character) over one connection, and reads until the server closes it or
 * nothing more comes for `idleMs`.
 */
export function exchange(port: number, bytes: string | Buffer, idleMs = 3_000): Promise<readonly RawResponse[]> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    );
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    // A server that refuses a request may close before it has read all of it: what it answered still counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString('latin1'))));
  });
}

/** Sends one request and answers with its one response. */
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

/** Length of a body that no `Content-Length` bounds: up to its last chunk, or to the end of the connection. */
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
