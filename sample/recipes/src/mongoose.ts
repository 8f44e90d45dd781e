/*
 * Mongoose: the origins of tenants in a collection. A counter names the state of the list, so that it is read again only
 * when it has changed; on a replica set a change stream tells of changes at once. Needs a MongoDB: MONGODB_URL.
 */
import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Connection, createConnection, type Model, Schema } from 'mongoose';
import { CorsModule, CorsPolicy, type OriginSource } from 'nestjs-cors-policy';
import { platform } from './platform.js';
import { start } from './start.js';

interface Tenant {
  origin: string;
}
interface ListVersion {
  _id: string;
  version: number;
}

/** How long after a change stream has broken another one is opened. */
const REOPEN_MS = 5_000;

@Injectable()
class Tenants implements OnApplicationShutdown {
  readonly model: Model<Tenant>;
  private readonly versions: Model<ListVersion>;
  private readonly connection: Connection;

  constructor() {
    // Without a server a question fails soon; the last good list stays.
    this.connection = createConnection(process.env['MONGODB_URL'] ?? 'mongodb://127.0.0.1:27017/shop', {
      serverSelectionTimeoutMS: 2_000,
    });
    // A failed first connection is told of by the questions that fail.
    this.connection.asPromise().catch(() => undefined);
    this.model = this.connection.model<Tenant>(
      'Tenant',
      new Schema<Tenant>({ origin: { type: String, required: true, unique: true } }),
    );
    this.versions = this.connection.model<ListVersion>(
      'ListVersion',
      new Schema<ListVersion>({ _id: String, version: Number }),
    );
  }

  async version(): Promise<number> {
    return (await this.versions.findById('tenants').lean())?.version ?? 0;
  }

  /** What tells of changes: the count comes last, so it is what is watched. */
  changes(): ReturnType<Model<ListVersion>['watch']> {
    return this.versions.watch();
  }

  /** Every write goes this way: without triggers, whoever writes counts. First the change, so that none is missed. */
  async add(origin: string): Promise<void> {
    await this.model.create({ origin });
    await this.count();
  }

  async remove(origin: string): Promise<void> {
    await this.model.deleteOne({ origin });
    await this.count();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }

  private async count(): Promise<void> {
    await this.versions.updateOne({ _id: 'tenants' }, { $inc: { version: 1 } }, { upsert: true });
  }
}

@Injectable()
class TenantOrigins implements OriginSource {
  constructor(@Inject(Tenants) private readonly tenants: Tenants) {}

  async load(): Promise<string[]> {
    return (await this.tenants.model.find().select('origin').lean()).map(({ origin }) => origin);
  }

  version(): Promise<number> {
    return this.tenants.version();
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

@CorsPolicy('tenant')
@Controller('prices')
class PricesController {
  @Get()
  list(): readonly number[] {
    return [650, 900];
  }
}

@Module({
  imports: [
    CorsModule.forRoot({
      policies: { tenant: { origin: TenantOrigins, credentials: true, allowedHeaders: ['Content-Type'] } },
    }),
  ],
  controllers: [PricesController],
  providers: [Tenants, TenantOrigins],
})
class AppModule {}

const app = await NestFactory.create(AppModule, platform(), { logger: ['warn', 'error', 'fatal'] });
app.enableShutdownHooks();
await start(app);
