import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Instance, startInstance } from './instances.js';
import { prepare } from './prepare.js';
import { printInvitation, printSetup, printWalkthrough } from './print.js';
import { walk } from './walkthrough.js';

const HELP = `npm run start:database [-- --once]

  --once   end after the walk-through: with 0 if all was as expected, else with 1

  DATABASE_URL   postgres://…, or file:shop.db; a file in a temporary folder by default
  REDIS_URL      redis://…: changes are announced there
  ADMIN_TOKEN    what the admin's endpoint asks for; made up by default
  PORT           port of the first instance, 3000 by default; the second takes the one after it. 0: any free ports`;

try {
  const { values: options } = parseArgs({ options: { once: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (options.help) {
    console.log(HELP);
  } else {
    await run(options.once === true);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run(endsByItself: boolean): Promise<void> {
  const port = portFrom(process.env['PORT']);
  const redisUrl = process.env['REDIS_URL'] || undefined;
  const token = process.env['ADMIN_TOKEN'] || randomBytes(18).toString('base64url');
  const folder = process.env['DATABASE_URL'] ? undefined : await mkdtemp(join(tmpdir(), 'cors-shop-'));
  const databaseUrl = databaseUrlFrom(process.env['DATABASE_URL']) ?? `file:${join(folder ?? '', 'shop.db')}`;
  const started: Instance[] = [];
  const start = async (name: string, at: number): Promise<Instance> => {
    const instance = await startInstance(name, at, { DATABASE_URL: databaseUrl, ADMIN_TOKEN: token });
    started.push(instance);
    return instance;
  };

  const interrupted = interruption();
  try {
    await prepare(databaseUrl);
    const instances = [await start('instance 1', port), await start('instance 2', port === 0 ? 0 : port + 1)] as const;
    const crashed = Promise.race(instances.map((instance) => instance.crashed));
    console.log(printSetup({ databaseUrl, redisUrl, hasRedis: await answers(redisUrl), instances }));

    const walkthrough = await Promise.race([walk(instances, token), crashed, interrupted]);
    if (walkthrough === undefined) {
      return;
    }
    console.log(printWalkthrough(walkthrough, instances));
    process.exitCode = walkthrough.differences.length === 0 ? 0 : 1;
    if (!endsByItself) {
      console.log(printInvitation(instances, token));
      await Promise.race([interrupted, crashed]);
    }
  } finally {
    await Promise.all(started.map((instance) => instance.close()));
    if (folder !== undefined) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Resolves when the user ends the sample. */
async function interruption(): Promise<undefined> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  return undefined;
}

/** The databases with a driver in this sample. Any other one would be used like PostgreSQL. */
function databaseUrlFrom(url: string | undefined): string | undefined {
  if (url && !/^(file:|postgres(ql)?:\/\/)/.test(url)) {
    const scheme = url.slice(0, Math.max(url.indexOf(':'), 0));
    throw new Error(`DATABASE_URL must begin with postgres:// or file:, not with "${scheme}:"`);
  }
  return url || undefined;
}

/** Tells if a server accepts connections at a URL. */
async function answers(url: string | undefined): Promise<boolean> {
  if (url === undefined || !URL.canParse(url)) {
    return false;
  }
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 1_000 });
  try {
    await Promise.race([
      once(socket, 'connect'),
      once(socket, 'timeout').then(() => Promise.reject(new Error('late'))),
    ]);
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function portFrom(text = '3000'): number {
  const port = Number(text);
  // The second instance needs the next port.
  if (!Number.isInteger(port) || port < 0 || port > 65_534) {
    throw new Error(`PORT must be a whole number from 0 to 65534, not "${text}"`);
  }
  return port;
}
