import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Addresses } from '../../sample/01-quickstart/src/addresses.js';
import type { Result } from '../../sample/01-quickstart/src/report/run.js';
import { withLock } from '../../tools/lock.js';
import { builtLibrary } from '../support/built-library.js';

/** Milliseconds that a build and a start may take on a busy machine. */
export const START_TIMEOUT_MS = 120_000;

/** Milliseconds; longer than any test takes. */
const LIFETIME_MS = 600_000;

/** The token of the development page of `startQuickstart()`. */
export const PAGE_TOKEN = 'token-of-the-quickstart';

/** The main files of the samples that are built from the quickstart's parts. */
const mains = {
  '01-quickstart': resolve('sample/01-quickstart/dist/main.js'),
  '02-fastify': resolve('sample/02-fastify/dist/02-fastify/src/main.js'),
  '03-database': resolve('sample/03-database/dist/03-database/src/main.js'),
  '04-websockets': resolve('sample/04-websockets/dist/04-websockets/src/main.js'),
};
export type Sample = keyof typeof mains;

/** The output of `--json`. */
export interface JsonReport {
  readonly addresses: Addresses;
  readonly results: readonly Result[];
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds the library and the sample, each if a source changed. */
export async function buildQuickstart(sample: Sample = '01-quickstart'): Promise<void> {
  await builtLibrary();
  const tsc = resolve('node_modules/typescript/bin/tsc');
  await withLock(resolve(`.artifacts/${sample}.lock`), () =>
    promisify(execFile)(process.execPath, [tsc, '-p', `sample/${sample}`]),
  );
}

/** Runs a sample to its end. */
export async function runQuickstart(
  args: string[],
  env: NodeJS.ProcessEnv = {},
  sample: Sample = '01-quickstart',
): Promise<Finished> {
  const child = spawnQuickstart(args, env, sample);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** Starts the quickstart without `--once`. `close` ends it and resolves with its exit code. */
export async function startQuickstart(): Promise<JsonReport & { close(): Promise<number> }> {
  const child = spawnQuickstart(['--json'], { CORS_PAGE_TOKEN: PAGE_TOKEN }, '01-quickstart');
  const exited = once(child, 'exit');
  const close = async (): Promise<number> => {
    child.kill('SIGTERM');
    const [code] = await exited;
    return code;
  };
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{"addresses"')) {
      return { ...JSON.parse(line), close };
    }
  }
  await close();
  throw new Error(`The quickstart ended before its report:\n${stderr}`);
}

/** Starts a sample. The caller must end it. */
export function spawnQuickstart(
  args: string[],
  env: NodeJS.ProcessEnv,
  sample: Sample,
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [mains[sample], ...args], {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ends the process if the test does not.
    timeout: LIFETIME_MS,
    killSignal: 'SIGKILL',
  });
}
