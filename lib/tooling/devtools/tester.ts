import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askerOf, hostNameOf, isLoopbackName, strangerReason } from './access.js';
import { type PageAnswer, send, text } from './answers.js';
import type { TesterInvitation } from './protocol.js';
import { TESTER_PAGE, TESTER_SCRIPT } from './page/files.js';

/**
 * A second origin on this machine. Its only document is in a frame of the development page. It sends, from its own
 * origin, the requests that the page asks for.
 *
 * Policies may trust that origin, so nothing else may use it: its address contains a secret that only the development
 * page gets, only that page can frame it, and it reaches only that page's server.
 */
export class Tester {
  private readonly secret = randomBytes(24).toString('base64url');

  private constructor(
    private readonly server: Server,
    private readonly port: number,
    private readonly hosts: ReadonlySet<string>,
    private readonly socketPorts: () => readonly number[],
  ) {
    server.on('request', (request, response) => this.answer(request, response));
  }

  /**
   * Listens on 127.0.0.1. It keeps no process alive.
   *
   * @param socketPorts the ports of gateways that have one of their own
   * @throws Error (a rejection) where the port is taken
   */
  static async start(port: number, hosts: ReadonlySet<string>, socketPorts: () => readonly number[]): Promise<Tester> {
    const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000 });
    server.unref();
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'is taken: choose another, or 0 for any' : `fails: ${error.message}`;
        reject(new Error(`CorsDevtoolsModule: the port ${port} of the option tester ${why}.`));
      });
      server.listen(port, '127.0.0.1', resolve);
    });
    return new Tester(server, (server.address() as AddressInfo).port, hosts, socketPorts);
  }

  /** The origins that it can speak as: one listener under two names. */
  get origins(): readonly string[] {
    return [`http://localhost:${this.port}`, `http://127.0.0.1:${this.port}`];
  }

  /** The tester's documents, for a development page of this origin alone. */
  invitation(pageOrigin: string): TesterInvitation {
    const path = `/${this.secret}/?page=${encodeURIComponent(pageOrigin)}`;
    return { origins: this.origins.map((origin) => ({ origin, frame: origin + path })) };
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { answer, pageOrigin } = this.answerTo(request);
    const only = pageOrigin ?? "'none'";
    send(response, answer, {
      'Content-Security-Policy': [
        "default-src 'none'",
        "script-src 'self'",
        "require-trusted-types-for 'script'",
        `connect-src ${only} ${pageOrigin === undefined ? '' : this.socketsOf(pageOrigin).join(' ')}`.trim(),
        "base-uri 'none'",
        "form-action 'none'",
        `frame-ancestors ${only}`,
      ].join('; '),
    });
  }

  private answerTo(request: IncomingMessage): { answer: PageAnswer; pageOrigin?: string } {
    const { method, url = '' } = request;
    const stranger = strangerReason(askerOf(request), NO_HOSTS);
    if (stranger !== undefined) {
      return { answer: text(stranger, 403) };
    }
    const [path, query] = url.split('?', 2);
    if (method !== 'GET') {
      return { answer: text('Nothing here.', 404) };
    }
    if (path === `/${this.secret}/tester.js`) {
      return { answer: { status: 200, ...TESTER_SCRIPT } };
    }
    const pageOrigin = this.readPageOrigin(new URLSearchParams(query).get('page'));
    if (path !== `/${this.secret}/` || pageOrigin === undefined) {
      return { answer: text('Nothing here.', 404) };
    }
    return { answer: { status: 200, ...TESTER_PAGE }, pageOrigin };
  }

  /** The origins of the WebSockets of the app: `http:` in a Content-Security-Policy does not include `ws:`. */
  private socketsOf(pageOrigin: string): readonly string[] {
    const url = new URL(pageOrigin.replace(/^http/, 'ws'));
    return [url.host, ...this.socketPorts().map((port) => `${url.hostname}:${port}`)].map(
      (host) => `${url.protocol}//${host}`,
    );
  }

  /** It goes into a header: nothing but an origin whose name the development page answers to. */
  private readPageOrigin(page: string | null): string | undefined {
    const url = page !== null && URL.canParse(page) ? new URL(page) : undefined;
    if (url === undefined || url.origin !== page || !/^https?:$/.test(url.protocol)) {
      return undefined;
    }
    const name = hostNameOf(url.host);
    return name !== undefined && (isLoopbackName(name) || this.hosts.has(name)) ? page : undefined;
  }
}

/** The tester listens on this machine alone, whatever the page is asked under. */
const NO_HOSTS: ReadonlySet<string> = new Set();
