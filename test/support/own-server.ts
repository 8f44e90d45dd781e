import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import pg from 'pg';
import { freePort } from './free-port.js';

/** A server that one test starts and stops, with its own port and folder. */
export interface OwnServer {
  readonly port: number;
  readonly url: string;
  /** Starts the server with the data in its folder; resolves when the server answers. */
  start(): Promise<void>;
  /** Ends the server at once, as a crash does. */
  stop(): Promise<void>;
  /** Ends the server and removes its folder. */
  remove(): Promise<void>;
}

/** A PostgreSQL server with the user `postgres` and no password. Not started yet. */
export async function ownPostgres(executable: string): Promise<OwnServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'cors-postgres-'));
  const data = join(folder, 'data');
  const user = unprivileged();
  if (user !== undefined) {
    await chown(folder, user.uid, user.gid);
  }
  const initdb = join(dirname(executable), 'initdb');
  await promisify(execFile)(
    initdb,
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...user, cwd: folder },
  );
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off' };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return own(
    { port, url, folder },
    {
      spawn: () => spawn(executable, args, { ...user, cwd: folder, stdio: 'ignore' }),
      // Immediate shutdown: connections end without a message, and the next start recovers from the log.
      end: 'SIGQUIT',
      ask: async () => {
        const client = new pg.Client(url);
        client.on('error', () => undefined);
        await client.connect();
        await client.end();
      },
    },
  );
}

/** A Redis server that saves nothing to disk. Not started yet. */
export async function ownRedis(executable: string): Promise<OwnServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'cors-redis-'));
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const url = `redis://127.0.0.1:${port}`;
  return own(
    { port, url, folder },
    {
      spawn: () => spawn(executable, args, { cwd: folder, stdio: 'ignore' }),
      end: 'SIGKILL',
      ask: async () => {
        const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
        client.on('error', () => undefined);
        try {
          await client.connect();
          await client.ping();
        } finally {
          client.disconnect();
        }
      },
    },
  );
}

interface Ways {
  spawn(): ChildProcess;
  readonly end: NodeJS.Signals;
  /** Rejects while the server does not answer. */
  ask(): Promise<void>;
}

function own({ port, url, folder }: { port: number; url: string; folder: string }, ways: Ways): OwnServer {
  let child: ChildProcess | undefined;
  let over: Promise<unknown> = Promise.resolve();
  const kill = () => child?.kill(ways.end);
  const stop = async () => {
    kill();
    await over;
    child = undefined;
    process.off('exit', kill);
  };
  return {
    port,
    url,
    start: async () => {
      const started = ways.spawn();
      child = started;
      process.on('exit', kill);
      over = new Promise((resolve) => started.once('exit', resolve).once('error', resolve));
      await until(ways.ask);
    },
    stop,
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function until(ask: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}

/** The user that runs PostgreSQL, which refuses to run as root: the user of its package, or `nobody`. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // The user does not exist.
    }
  }
  return undefined;
}
