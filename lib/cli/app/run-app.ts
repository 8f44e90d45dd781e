import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailure } from '../failure.js';
import type { Terminal } from '../text/terminal.js';
import type { AppReport, Job, Message } from './job.js';

/** The argument that makes the command the process that boots the app. */
export const WORKER_ARGUMENT = '--boot-app';

/** How long the app may take to close. It has answered by then. */
const CLOSE_MS = 5_000;

/**
 * Boots the app in a process of its own and hands back what it says. So the app's output never mixes with the command's,
 * an app that hangs, exits or crashes is told apart, and the command always ends.
 *
 * @param timeoutMs how long it may take until the answer is there
 * @throws CommandFailure where the app cannot be booted
 */
export async function runApp(job: Job, timeoutMs: number, terminal: Terminal): Promise<AppReport> {
  const entry = installedCommand(job.file) ?? ownCommand();
  // The app's standard output goes to our standard error: ours is for the answer alone.
  const child = fork(entry, [WORKER_ARGUMENT], { stdio: ['ignore', 2, 2, 'ipc'] });
  try {
    const report = await answerOf(child, job, timeoutMs);
    report.notes.forEach((note) => terminal.err(`Note: ${note}\n`));
    return report;
  } finally {
    await ended(child);
  }
}

function answerOf(child: ChildProcess, job: Job, timeoutMs: number): Promise<AppReport> {
  return new Promise((resolve, reject) => {
    let phase = 'starting';
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      const advice =
        'It may wait for a database or another service: start it, let the command go without providers by --preview, or ' +
        'give it longer by --timeout.';
      reject(new CommandFailure(`The app was still ${phase} after ${timeoutMs / 1000} s.`, advice));
    }, timeoutMs);
    const settle = (done: () => void): void => {
      clearTimeout(late);
      done();
    };
    child.on('message', (message: Message) => {
      if (message.kind === 'phase') {
        ({ phase } = message);
      } else if (message.kind === 'report') {
        settle(() => resolve(message.report));
      } else {
        settle(() => reject(new CommandFailure(message.message, message.advice)));
      }
    });
    child.on('error', (error) =>
      settle(() => reject(new CommandFailure(`The app cannot be started: ${error.message}`))),
    );
    child.on('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      const advice =
        'Its own output stands above. If the file is main.js, name the file of the root module instead: dist/app.module.js.';
      settle(() => reject(new CommandFailure(`The app ended the process (${how}) while it was ${phase}.`, advice)));
    });
    child.send(job);
  });
}

/** Waits until the process has ended, and ends it where it does not. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return;
  }
  await new Promise<void>((resolve) => {
    const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
    child.on('exit', () => {
      clearTimeout(late);
      resolve();
    });
  });
}

function ownCommand(): string {
  return fileURLToPath(new URL('../../cli.js', import.meta.url));
}

/**
 * The command of the package that the app itself has installed: the one to boot it with, also where the command was
 * started from another copy (of npx, of a monorepo's root). `undefined` where the app has none.
 */
function installedCommand(file: string): string | undefined {
  try {
    const manifest = createRequire(file).resolve('nestjs-cors-policy/package.json');
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin?: Readonly<Record<string, string>> };
    const entry = bin?.['cors-policy'] && join(dirname(manifest), bin['cors-policy']);
    return entry !== undefined && existsSync(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}
