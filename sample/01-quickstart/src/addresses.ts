import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Caller } from './report/scenario.js';

/** The origin of the API and of each page. */
export interface Addresses {
  readonly api: string;
  readonly pages: Readonly<Record<Caller, string>>;
}

export const originOf = (port: number): string => `http://localhost:${port}`;

/** The port if it is free, else 0. With 0 the system chooses a port. */
export async function freeOrAny(port: number): Promise<number> {
  // `localhost` may resolve to ::1 first. Then another server on ::1 would answer instead of this one.
  const free = port === 0 || ((await isFree(port, '127.0.0.1')) && (await isFree(port, '::1')));
  return free ? port : 0;
}

async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return true;
  } catch (error) {
    // Without IPv6 no other server can listen on ::1.
    return (error as NodeJS.ErrnoException).code !== 'EADDRINUSE' && host === '::1';
  } finally {
    probe.close();
  }
}
