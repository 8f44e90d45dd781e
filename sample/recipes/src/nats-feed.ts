/*
 * NATS JetStream as a ChangeFeed: for many instances, and for databases that cannot report changes. A stream keeps the
 * messages, so an instance finds a missed message by the last sequence of the stream. This file declares only the
 * methods that it calls. A connection of `@nats-io/transport-node` (`await connect({ servers })`) has them:
 *
 *   CorsTypeOrmModule.forRoot({ feed: new NatsFeed(await connect({ servers: process.env.NATS_URL })) })
 */
import type { ChangeFeed, ChangeListener } from 'nestjs-cors-policy/typeorm';

/** The methods of a connection to NATS that the feed calls. */
export interface NatsClient {
  subscribe(
    subject: string,
    options: { callback: (error: Error | null, message: NatsMessage) => void },
  ): { unsubscribe(): void };
  request(subject: string, payload: string, options: { timeout: number }): Promise<NatsMessage>;
}
export interface NatsMessage {
  json(): unknown;
}

interface StreamInfo {
  error?: { description: string; err_code: number };
  state?: { last_seq: number };
}

/** Milliseconds between two reads of the stream's last sequence. */
const CHECK_MS = 5_000;
/** Milliseconds that NATS has for an answer. */
const TIMEOUT_MS = 2_000;
const STREAM_EXISTS = 10_058;

export class NatsFeed implements ChangeFeed {
  private readonly watchers = new Set<{ changed: ChangeListener; allowlist: string | undefined }>();
  private subscription: { unsubscribe(): void } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private seen: number | undefined;

  /** @param stream the name of the stream; in lower case it is the subject of the messages */
  constructor(
    private readonly client: NatsClient,
    private readonly stream = 'CORS_CHANGES',
  ) {}

  /** Reports a message when it is published. A missed message is found by the sequence of the stream. */
  watch(changed: ChangeListener, allowlist?: string): () => void {
    const watcher = { changed, allowlist };
    this.watchers.add(watcher);
    this.subscription ??= this.client.subscribe(this.subject, {
      callback: (error, message) => (error === null ? this.hear(message.json()) : undefined),
    });
    this.timer ??= setInterval(() => void this.look(), CHECK_MS).unref();
    void this.look();
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) {
        clearInterval(this.timer);
        this.subscription?.unsubscribe();
        this.timer = this.subscription = undefined;
      }
    };
  }

  /** Publishes a change. Resolves when the stream has stored the message, so every instance finds it. */
  async announce(allowlist?: string): Promise<void> {
    this.tell(allowlist, 'perhaps');
    await this.ensureStream();
    const ack = (await this.ask(this.subject, JSON.stringify({ allowlist }))) as StreamInfo;
    if (ack.error !== undefined) {
      throw new Error(`NATS did not store the change: ${ack.error.description}`);
    }
  }

  private get subject(): string {
    return this.stream.toLowerCase();
  }

  private hear(message: unknown): void {
    const { allowlist } = message as { allowlist?: unknown };
    this.tell(typeof allowlist === 'string' ? allowlist : undefined);
  }

  /** Tells every watcher to check its list if the stream has stored a message since the last call. */
  private async look(): Promise<void> {
    try {
      const { state } = (await this.ask(`$JS.API.STREAM.INFO.${this.stream}`, '')) as StreamInfo;
      const last = state?.last_seq ?? 0;
      if (last !== this.seen) {
        this.seen = last;
        this.tell(undefined, 'perhaps');
      }
    } catch {
      // Without an answer of NATS, messages may have been missed.
      this.tell(undefined, 'perhaps');
    }
  }

  private tell(allowlist: string | undefined, reason?: 'perhaps'): void {
    for (const watcher of [...this.watchers]) {
      if (allowlist === undefined || watcher.allowlist === undefined || watcher.allowlist === allowlist) {
        watcher.changed(reason);
      }
    }
  }

  private async ensureStream(): Promise<void> {
    const config = { name: this.stream, subjects: [this.subject], max_msgs: 1_000, storage: 'file', num_replicas: 1 };
    const { error } = (await this.ask(`$JS.API.STREAM.CREATE.${this.stream}`, JSON.stringify(config))) as StreamInfo;
    if (error !== undefined && error.err_code !== STREAM_EXISTS) {
      throw new Error(`NATS has no stream ${this.stream}: ${error.description}`);
    }
  }

  private async ask(subject: string, payload: string): Promise<unknown> {
    return (await this.client.request(subject, payload, { timeout: TIMEOUT_MS })).json();
  }
}
