import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freeOrAny, originOf } from '../../01-quickstart/src/addresses.js';

/** A running instance of the shop. */
export interface Instance {
  readonly name: string;
  /** Its origin. */
  readonly url: string;
  readonly pid: number | undefined;
  /** Rejects when it ends before it is stopped. */
  readonly crashed: Promise<never>;
  close(): Promise<void>;
}

const module = fileURLToPath(new URL('instance.js', import.meta.url));
/** The maximum time that an instance may take to end, in milliseconds. */
const END_MS = 5_000;

/** Starts an instance and waits until it listens, on `port` if that is free, else on any port. */
export async function startInstance(name: string, port: number, env: NodeJS.ProcessEnv): Promise<Instance> {
  const child = fork(module, { env: { ...process.env, ...env, PORT: String(await freeOrAny(port)) } });
  let closing = false;
  const exited = once(child, 'exit') as Promise<[code: number | null]>;
  const crashed = exited.then(([code]) => {
    // An instance that is being closed may end. Then this promise never settles.
    return closing ? new Promise<never>(() => undefined) : Promise.reject(new Error(`${name} ended with ${code}`));
  });
  crashed.catch(() => undefined);
  const [{ port: actual }] = (await Promise.race([once(child, 'message'), crashed])) as [{ port: number }];
  const close = async (): Promise<void> => {
    closing = true;
    await end(child, exited);
  };
  return { name, url: originOf(actual), pid: child.pid, crashed, close };
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.connected) {
    child.disconnect();
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await exited;
  clearTimeout(timer);
}
