/*
 * One instance of the shop, in its own process. main.ts starts it. It ends when main.ts disconnects or ends.
 */
import 'reflect-metadata';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExpressAdapter } from '@nestjs/platform-express';
import { createApi } from '../../01-quickstart/src/api.js';
import { AppModule } from './shop/app.module.js';

// Ctrl+C reaches every process of the terminal. main.ts then ends the instances properly.
process.on('SIGINT', () => undefined);

const app = await createApi(new ExpressAdapter(), AppModule);
await app.listen(Number(process.env['PORT']), '127.0.0.1');
process.send?.({ port: ((app.getHttpServer() as Server).address() as AddressInfo).port });
if (process.connected) {
  await once(process, 'disconnect');
}
await app.close();
