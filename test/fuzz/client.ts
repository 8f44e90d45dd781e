import { Agent, request } from 'node:http';

/** An answer of a fuzzed app. */
export interface Answer {
  readonly status: number;
  /** The name of the handler or raw route that answered. */
  readonly handler: string | undefined;
  /** The name of a raw route that passed the request on. */
  readonly passed: string | undefined;
  /** The `Access-Control-*` fields by lower-case name; a field that was sent twice is joined by `, `. */
  readonly cors: Readonly<Record<string, string>>;
}

/** Fastify accepts QUERY only with a body that has a content type. */
const QUERY_FORM = { headers: { 'Content-Type': 'application/json', 'Content-Length': '2' }, body: '{}' };

/** Sends requests to 127.0.0.1 over keep-alive connections. The target is not normalized. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(private readonly port: number) {}

  /** @throws Error if the server does not answer */
  send(method: string, target: string, headers: Readonly<Record<string, string>>, attempts = 4): Promise<Answer> {
    const { agent, port } = this;
    const form = method === 'QUERY' ? QUERY_FORM : undefined;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        // The server may close a keep-alive connection (after a head that it cannot parse) while it is used again.
        if (attempts > 1) {
          resolve(this.send(method, target, headers, attempts - 1));
        } else {
          reject(new Error(`${method} ${target} ${JSON.stringify(headers)}: ${error.message}`));
        }
      };
      const sent = request(
        { agent, port, host: '127.0.0.1', method, path: target, headers: { ...headers, ...form?.headers } },
        (response) => {
          const { statusCode, headers: fields } = response;
          const cors = Object.entries(fields).filter(([name]) => name.startsWith('access-control-'));
          response.resume().on('end', () =>
            resolve({
              status: statusCode ?? 0,
              handler: fields['x-handler']?.toString(),
              passed: fields['x-passed']?.toString(),
              cors: Object.fromEntries(cors.map(([name, value]) => [name, String(value)])),
            }),
          );
        },
      );
      sent.on('error', fail).end(form?.body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
