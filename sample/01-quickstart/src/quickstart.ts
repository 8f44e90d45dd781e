import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { Server } from 'node:http';
import { CorsInspector, type RouteReport } from 'nestjs-cors-policy';
import type { Addresses } from './addresses.js';
import { freeOrAny, originOf } from './addresses.js';
import { PageServer } from './pages/server.js';
import type { Result } from './report/run.js';
import { run } from './report/run.js';
import type { Caller } from './report/scenario.js';
import { callers } from './report/scenario.js';

export interface Quickstart {
  readonly addresses: Addresses;
  /** Every route with its effective policy, as the library sees them. */
  routes(): readonly RouteReport[];
  /** Sends real requests as the three origins. The pages show these results next to their own. */
  runReport(): Promise<Result[]>;
  close(): Promise<void>;
}

/**
 * Starts the pages, then the API. The API listens on `port`, the pages on the next three ports. If a port is in use, a
 * free one is used instead. With 0 the system chooses all ports.
 */
export async function startQuickstart(port: number, createApi: () => Promise<INestApplication>): Promise<Quickstart> {
  let results: readonly Result[] = [];
  const open: { close(): Promise<void> }[] = [];
  // The pages and the API know each other's addresses only when all of them listen.
  let addresses: Addresses | undefined;
  const close = async (): Promise<void> => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  };

  try {
    const pages = {} as Record<Caller, string>;
    for (const [index, caller] of (Object.keys(callers) as Caller[]).entries()) {
      const page = await PageServer.start(port === 0 ? 0 : port + 1 + index, () => ({
        caller,
        callers,
        addresses,
        results: results.filter((result) => result.caller === caller && !result.operator),
      }));
      open.push(page);
      pages[caller] = originOf(page.port);
    }

    // A deployment sets these variables from outside.
    process.env['PARTNER_ORIGINS'] ??= pages.shop;
    process.env['FIRST_TENANT_ORIGIN'] ??= pages.tenant;
    const api = await createApi();
    open.push(api);
    await api.listen(await freeOrAny(port), '127.0.0.1');
    const started: Addresses = { api: originOf(portOf(api)), pages };
    addresses = started;

    return {
      addresses: started,
      routes: () => api.get(CorsInspector).routes(),
      runReport: async () => (results = await run(started)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function portOf(api: INestApplication<Server>): number {
  return (api.getHttpServer().address() as AddressInfo).port;
}
