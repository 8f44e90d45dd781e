import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { browser } from '../../../lib/testing.js';
import { CASES, type PageName, PAGES } from './cases.js';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The result for a page, the console message, and the fields that the server received. */
export interface Account {
  readonly seen: string;
  readonly message: string | undefined;
  readonly sent: readonly string[] | undefined;
}

const WATCHED = [
  ...['host', 'connection', 'pragma', 'cache-control', 'upgrade', 'origin', 'sec-websocket-version', 'cookie'],
  ...['sec-websocket-protocol', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'referer', 'authorization'],
];

/** A server of the pages. It answers the handshake of a case with the answer of the case. */
export class SocketWorld {
  /** The fields that the server received since this was cleared. */
  sent: readonly string[] | undefined;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {
    server.on('upgrade', (message: IncomingMessage, socket: Duplex) => this.answer(message, socket));
  }

  static async start(): Promise<SocketWorld> {
    const server = createServer((request, response) => {
      const cookies = ['lax=1; SameSite=Lax', 'strict=1; SameSite=Strict'];
      response.writeHead(200, {
        'Content-Type': 'text/html',
        ...(request.url === '/sign-in' && { 'Set-Cookie': cookies }),
        ...(request.url === '/opaque' && { 'Content-Security-Policy': 'sandbox allow-scripts' }),
      });
      response.end('<link rel="icon" href="data:,">');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new SocketWorld(server, (server.address() as AddressInfo).port);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  get signIn(): string {
    return `http://api.example:${this.port}/sign-in`;
  }

  addressOf(page: PageName): string {
    return `http://${PAGES[page].replace('/', `:${this.port}/`)}`;
  }

  /** The arguments of {@link open} for a case. */
  askOf(title: string): Ask {
    const { url, protocols = [] } = CASES[title]!;
    return { url: url ?? `ws://api.example:${this.port}/${encodeURIComponent(title)}`, protocols };
  }

  /** The results of all cases in the pages of the kit. */
  async runKit(): Promise<ReadonlyMap<string, Account>> {
    const accounts = new Map<string, Account>();
    const first = browser(`http://127.0.0.1:${this.port}`, {
      origin: new URL(this.addressOf('app')).origin,
      servers: { [`http://api.example:${this.port}`]: `http://127.0.0.1:${this.port}` },
    });
    await first.open(new URL(this.addressOf('own')).origin).fetch(this.signIn, { credentials: 'include' });
    for (const [title, { page = 'app' }] of Object.entries(CASES)) {
      this.sent = undefined;
      const at = first.open(page === 'opaque' ? 'null' : new URL(this.addressOf(page)).origin);
      const { url, protocols } = this.askOf(title);
      try {
        const result = await at.webSocket(url, { protocols });
        const seen = result.blocked ? 'closed' : `open ${result.protocol}`;
        accounts.set(title, { seen, message: result.message, sent: this.sent });
      } catch (error) {
        const { name, message } = error as Error;
        accounts.set(title, { seen: `${name}: ${message}`, message: undefined, sent: this.sent });
      }
    }
    return accounts;
  }

  private answer(message: IncomingMessage, socket: Duplex): void {
    const fields = message.headersDistinct;
    this.sent = WATCHED.flatMap((name) =>
      fields[name] === undefined ? [] : [`${name}: ${fields[name].join(' AND ')}`],
    );
    const accept = createHash('sha1').update(`${message.headers['sec-websocket-key']}${GUID}`).digest('base64');
    const { answer } = CASES[decodeURIComponent(message.url!.slice(1))]!;
    socket.on('error', () => undefined);
    if (!answer.startsWith('HTTP/1.1 101')) {
      socket.end(answer);
      return;
    }
    socket.write(answer.replaceAll('ACCEPT', accept));
    // A browser waits for the close frame.
    socket.on('data', () => socket.end(Buffer.from([0x88, 0])));
  }
}

/** A socket that a page opens. */
export interface Ask {
  readonly url: string;
  readonly protocols: string[];
}

/** Opens a socket; runs in the page. */
export function open({ url, protocols }: Ask): Promise<string> {
  return new Promise((resolve) => {
    try {
      const socket = new WebSocket(url, protocols);
      socket.onopen = () => {
        socket.onclose = () => resolve(`open ${socket.protocol}`);
        socket.close();
      };
      socket.onclose = () => resolve('closed');
    } catch (error) {
      resolve(`${(error as Error).name}: ${(error as Error).message}`);
    }
  });
}
