import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { DecisionsMessage } from '../protocol.js';
import type { RecentDecisions } from './recent-decisions.js';

/** Bounds of the streams. */
export interface StreamBounds {
  readonly streams: number;
  /** Decisions in one message, besides the first one of a stream. */
  readonly inMessage: number;
  /** Time between two messages, in milliseconds. */
  readonly everyMs: number;
  /** Longest time without a message, in milliseconds. A comment keeps the connection open. */
  readonly quietMs: number;
  /** Time for a client to take a message, in milliseconds. */
  readonly slowMs: number;
}

const BOUNDS: StreamBounds = { streams: 4, inMessage: 50, everyMs: 250, quietMs: 15_000, slowMs: 30_000 };

/** The time after which a page connects again, in milliseconds. */
const RETRY = 'retry: 1000\n\n';

interface OpenStream {
  readonly response: ServerResponse;
  /** The id of the last decision that was sent. */
  sent: number;
  /** When something was written last. */
  wroteAt: number;
}

/**
 * Streams of recent decisions (https://html.spec.whatwg.org/multipage/server-sent-events.html). Nothing is kept for a
 * client that reads slowly: it gets the next message when it has taken the last one, without what was too much.
 */
export class DecisionStreams {
  readonly #run: string;
  readonly #recent: RecentDecisions;
  readonly #bounds: StreamBounds;
  readonly #open = new Set<OpenStream>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(run: string, recent: RecentDecisions, bounds: Partial<StreamBounds> = {}) {
    this.#run = run;
    this.#recent = recent;
    this.#bounds = { ...BOUNDS, ...bounds };
  }

  /** False if there are as many streams as there may be, or the app closes. */
  get hasRoom(): boolean {
    return !this.#closed && this.#open.size < this.#bounds.streams;
  }

  /**
   * Begins a stream with the recent decisions. The headers of the response are set by now. A client that has left while
   * middleware ran gets none: its response does not emit `close` again, so the stream would never end.
   */
  open({ headers }: IncomingMessage, response: ServerResponse): void {
    if (isGone(response)) {
      return;
    }
    const known = this.#knownBy(headers['last-event-id']);
    const stream: OpenStream = { response, sent: known, wroteAt: performance.now() };
    this.#open.add(stream);
    const end = (): void => this.#end(stream);
    response.on('close', end).on('error', end);
    response.write(RETRY);
    this.#send(stream, Infinity);
    this.#timer ??= setInterval(() => this.#sendAll(), this.#bounds.everyMs).unref();
  }

  /** Ends every stream, so that none keeps the server from closing. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#open) {
      this.#end(stream);
      endNow(stream.response);
    }
  }

  /** The last decision that a page has got, if it connects again to the same run of the app. */
  #knownBy(lastEventId: string | readonly string[] | undefined): number {
    const [run, id] = String(lastEventId).split('/');
    return run === this.#run && /^\d{1,15}$/.test(id ?? '') ? Math.min(Number(id), this.#recent.last) : 0;
  }

  #sendAll(): void {
    const { inMessage, quietMs, slowMs } = this.#bounds;
    const now = performance.now();
    for (const stream of this.#open) {
      const quiet = now - stream.wroteAt;
      if (waitingOf(stream.response) > 0) {
        if (quiet > slowMs) {
          stream.response.destroy();
        }
      } else if (stream.sent < this.#recent.last) {
        this.#send(stream, inMessage);
      } else if (quiet > quietMs) {
        this.#write(stream, ':\n\n');
      }
    }
  }

  /** Sends the newest decisions that a stream has not sent. */
  #send(stream: OpenStream, most: number): void {
    const { decisions, leftOut } = this.#recent.after(stream.sent);
    const shown = decisions.slice(-most);
    const message: DecisionsMessage = {
      run: this.#run,
      decisions: shown,
      leftOut: leftOut + decisions.length - shown.length,
    };
    stream.sent = this.#recent.last;
    this.#write(stream, `id: ${this.#run}/${stream.sent}\ndata: ${JSON.stringify(message)}\n\n`);
  }

  #write(stream: OpenStream, text: string): void {
    stream.wroteAt = performance.now();
    stream.response.write(text);
  }

  #end(stream: OpenStream): void {
    this.#open.delete(stream);
    if (this.#open.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}

/** Bytes that the client has not taken. HTTP/2 counts them at the stream. */
function waitingOf(response: ServerResponse): number {
  return http2Of(response)?.writableLength ?? response.writableLength;
}

function isGone(response: ServerResponse): boolean {
  return (http2Of(response) ?? response).destroyed;
}

/** Ends a response, or cuts it off where the client does not read what was sent. */
function endNow(response: ServerResponse): void {
  const http2 = http2Of(response);
  response.end();
  if (http2 !== undefined) {
    // A server of HTTP/2 waits for its sessions, and a browser keeps one open.
    http2.session?.close();
    http2.close();
  } else if (response.writableLength > 0) {
    response.destroy();
  }
}

function http2Of(response: ServerResponse): Http2ServerResponse['stream'] | undefined {
  return 'stream' in response ? (response as unknown as Http2ServerResponse).stream : undefined;
}
