import { Agent, request } from 'node:http';

/** What a fuzzed app answered. */
export interface Answer {
  readonly status: number;
  /** The handler or raw route that answered, as it names itself. */
  readonly handler: string | undefined;
  /** A raw route that passed the request on, as it names itself. */
  readonly passed: string | undefined;
  /** The `Access-Control-*` fields by lower-case name; a field that was sent twice is joined by `, `. */
  readonly cors: Readonly<Record<string, string>>;
}

/** Fastify takes no QUERY without a body that says what it is. */
const QUERY_FORM = { headers: { 'Content-Type': 'application/json', 'Content-Length': '2' }, body: '{}' };

/** Sends requests to 127.0.0.1 over connections that are kept, with a target that nobody normalizes. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(private readonly port: number) {}

  /** @throws Error where the server does not answer */
  send(method: string, target: string, headers: Readonly<Record<string, string>>, attempts = 4): Promise<Answer> {
    const { agent, port } = this;
    const form = method === 'QUERY' ? QUERY_FORM : undefined;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        // The server may close a connection that is kept (after a head that it cannot parse) just when it is used again.
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
