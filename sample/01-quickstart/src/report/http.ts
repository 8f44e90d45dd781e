import { request as httpRequest } from 'node:http';

export type Headers = Readonly<Record<string, string>>;

export interface ServerResponse {
  readonly status: number;
  /** By lower-case name; several fields of one name are joined by `, `. */
  readonly headers: Headers;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Headers;
  readonly body?: string | undefined;
}

export interface HttpResponse extends ServerResponse {
  readonly body: string;
}

/** Sends exactly the given headers, like a tool and not like a page. */
export function send({ method, url, headers = {}, body }: HttpRequest): Promise<HttpResponse> {
  const { host, port, pathname, search } = new URL(url);
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    // The servers listen on 127.0.0.1. The first address of `localhost` differs from machine to machine.
    const target = { host: '127.0.0.1', port, method, path: pathname + search, agent: false };
    const request = httpRequest({ ...target, headers: { Host: host, ...headers, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const fields = Object.entries(response.headersDistinct);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(fields.map(([name, values = []]) => [name, values.join(', ')])),
          body: text,
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
