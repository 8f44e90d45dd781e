/*
 * NATS JetStream as a ChangeFeed: for many instances, and for databases that cannot tell of changes by themselves. A
 * stream keeps the messages, so that its last sequence shows which instance missed one. Compiled here against the few
 * methods that it calls, which are those of a connection of `@nats-io/transport-node` (`await connect({ servers })`):
 *
 *   CorsTypeOrmModule.forRoot({ feed: new NatsFeed(await connect({ servers: process.env.NATS_URL })) })
 */
import type { ChangeFeed, ChangeListener } from 'nestjs-cors-policy/typeorm';

/** What is asked of a connection to NATS. */
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

/** How often the last sequence of the stream is read, and how long an answer may take, in milliseconds. */
const CHECK_MS = 5_000;
const TIMEOUT_MS = 2_000;
const STREAM_EXISTS = 10_058;

export class NatsFeed implements ChangeFeed {
  private readonly watchers = new Set<{ changed: ChangeListener; allowlist: string | undefined }>();
  private subscription: { unsubscribe(): void } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private seen: number | undefined;

  /** @param stream its name, and its subject in lower case */
  constructor(
    private readonly client: NatsClient,
    private readonly stream = 'CORS_CHANGES',
  ) {}

  /** A message is heard as it is published; one that is missed is found by the sequence. */
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

  /** Resolves when the stream has the message, so that no instance misses it for good. */
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

  /** Has every watcher look for itself where a message was stored since the last look. */
  private async look(): Promise<void> {
    try {
      const { state } = (await this.ask(`$JS.API.STREAM.INFO.${this.stream}`, '')) as StreamInfo;
      const last = state?.last_seq ?? 0;
      if (last !== this.seen) {
        this.seen = last;
        this.tell(undefined, 'perhaps');
      }
    } catch {
      // While NATS does not answer, messages may be missed.
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
