import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Connection, createConnection, type Model, Schema } from 'mongoose';
import type { OriginSource } from 'nestjs-cors-policy';

interface Tenant {
  origin: string;
}
interface ListVersion {
  _id: string;
  version: number;
  /** Changes that have begun and not ended. */
  pending: number;
}

/** How long after a change stream has broken another one is opened. */
const REOPEN_MS = 5_000;

@Injectable()
export class Tenants implements OnApplicationShutdown {
  readonly model: Model<Tenant>;
  private readonly versions: Model<ListVersion>;
  private readonly connection: Connection;

  constructor(url: string) {
    // Without a server a question fails soon; the last good list stays.
    this.connection = createConnection(url, {
      serverSelectionTimeoutMS: 2_000,
      // A secondary that lags would show a new version beside an old list.
      readPreference: 'primary',
    });
    // A failed first connection is reported by the calls that fail.
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

  /** During a change, or after a crash in the middle of one, it is unknown: the list is then read. */
  async version(signal: AbortSignal): Promise<number | undefined> {
    const { version = 0, pending = 0 } = (await this.versions.findById('tenants', null, { signal }).lean()) ?? {};
    return pending > 0 ? undefined : version;
  }

  /** The collection that is watched for changes: the count is written last. */
  changes(): ReturnType<Model<ListVersion>['watch']> {
    return this.versions.watch();
  }

  /** Every write goes this way: without triggers, the writer raises the count. */
  async add(origin: string): Promise<void> {
    await this.change(() => this.model.create({ origin }));
  }

  async remove(origin: string): Promise<void> {
    await this.change(() => this.model.deleteOne({ origin }));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }

  /** Counts before and after: a writer that crashes in between leaves a mark, and no change that is never seen. */
  private async change(write: () => Promise<unknown>): Promise<void> {
    await this.count(1);
    // A failed write ends, too; a crash does not come this far.
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

  /** A hint that may get lost: after a stream that broke (a server alone has none), the list is looked at once. */
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
