import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Connection, createConnection, type Model, Schema } from 'mongoose';
import type { OriginSource } from 'nestjs-cors-policy';

interface Tenant {
  origin: string;
}
interface ListVersion {
  _id: string;
  version: number;
  /** The number of changes that have begun and not ended. */
  pending: number;
}

/** Milliseconds from the end of a broken change stream to the next attempt to open one. */
const REOPEN_MS = 5_000;

@Injectable()
export class Tenants implements OnApplicationShutdown {
  readonly model: Model<Tenant>;
  private readonly versions: Model<ListVersion>;
  private readonly connection: Connection;

  constructor(url: string) {
    // Without a server a query fails soon, and the last good list remains in use.
    this.connection = createConnection(url, {
      serverSelectionTimeoutMS: 2_000,
      // A secondary that lags could return a new version and an old list.
      readPreference: 'primary',
    });
    // If the first connection fails, each query rejects with the reason.
    this.connection.asPromise().catch(() => undefined);
    this.model = this.connection.model<Tenant>(
      'Tenant',
      new Schema<Tenant>({ origin: { type: String, required: true, unique: true } }),
    );
    this.versions = this.connection.model<ListVersion>(
      'ListVersion',
      new Schema<ListVersion>({ _id: String, version: Number, pending: Number }),
    );
  }

  /** The version of the list; `undefined` during a change, or after a crash in a change. The list is then reloaded. */
  async version(signal: AbortSignal): Promise<number | undefined> {
    const { version = 0, pending = 0 } = (await this.versions.findById('tenants', null, { signal }).lean()) ?? {};
    return pending > 0 ? undefined : version;
  }

  /** A change stream of the versions. A version is written last, after the change of the list. */
  changes(): ReturnType<Model<ListVersion>['watch']> {
    return this.versions.watch();
  }

  /** Adds an origin. Every write must use this class: MongoDB has no triggers, so the writer increments the version. */
  async add(origin: string): Promise<void> {
    await this.change(() => this.model.create({ origin }));
  }

  async remove(origin: string): Promise<void> {
    await this.change(() => this.model.deleteOne({ origin }));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }

  /** Increments the version before and after a write. After a crash between them `pending` is not 0. */
  private async change(write: () => Promise<unknown>): Promise<void> {
    await this.count(1);
    // Also runs after a failed write. It does not run after a crash.
    await write().finally(() => this.count(-1));
  }

  private async count(pending: 1 | -1): Promise<void> {
    await this.versions.updateOne({ _id: 'tenants' }, { $inc: { version: 1, pending } }, { upsert: true });
  }
}

/** The origins of the collection. */
@Injectable()
export class TenantOrigins implements OriginSource {
  constructor(@Inject(Tenants) private readonly tenants: Tenants) {}

  async load(signal: AbortSignal): Promise<string[]> {
    const rows = await this.tenants.model.find({}, null, { signal }).select('origin').lean();
    return rows.map(({ origin }) => origin);
  }

  version(signal: AbortSignal): Promise<number | undefined> {
    return this.tenants.version(signal);
  }

  /**
   * Reports changes; a report may be lost. An error of the stream is reported as a change, so the list is checked once.
   * A server outside a replica set has no stream.
   */
  watch(changed: () => void): () => Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let stream: ReturnType<Tenants['changes']> | undefined;
    const open = (): void => {
      const opened = this.tenants.changes();
      stream = opened;
      opened.on('change', changed);
      opened.once('error', () => {
        void opened.close().catch(() => undefined);
        changed();
        timer = setTimeout(open, REOPEN_MS).unref();
      });
    };
    open();
    return async () => {
      clearTimeout(timer);
      await stream?.close();
    };
  }
}
