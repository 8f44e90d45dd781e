import { type ChildProcess, fork } from 'node:child_process';
import { CommandFailure } from '../failure.js';
import { installedCommand, ownCommand } from '../own-package.js';
import type { Terminal } from '../text/terminal.js';
import type { AppReport, Job, Message } from './job.js';

/** The argument that makes the command the process that boots the app. */
export const WORKER_ARGUMENT = '--boot-app';

/** Longest time for the app to close. It has answered by then. */
const CLOSE_MS = 5_000;

/**
 * Starts the app in a separate process and returns its answer. So the app's output never mixes with the command's, an
 * app that hangs, exits or crashes is recognized, and the command always ends.
 *
 * @param timeoutMs how long it may take until the answer is there
 * @throws CommandFailure where the app cannot be booted
 */
export async function runApp(job: Job, timeoutMs: number, terminal: Terminal): Promise<AppReport> {
  const entry = installedCommand(job.file) ?? ownCommand();
  // The app's standard output goes to our standard error: ours is for the answer alone.
  // Listening for signals begins first: one that arrives while the process starts must not leave it behind.
  const release = atSignal(() => child.kill('SIGKILL'));
  const child = fork(entry, [WORKER_ARGUMENT], {
    stdio: ['ignore', 2, 2, 'ipc'],
    // Places are then those of the sources, where the build has kept source maps.
    execArgv: [...process.execArgv, '--enable-source-maps'],
  });
  try {
    const report = await answerOf(child, job, timeoutMs);
    report.notes.forEach((note) => terminal.err(`Note: ${note}\n`));
    return report;
  } finally {
    await ended(child);
    release();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does something before a signal ends this process. */
function atSignal(act: () => void): () => void {
  const release = (): void => SIGNALS.forEach((signal) => process.off(signal, end));
  const end = (signal: NodeJS.Signals): void => {
    act();
    release();
    process.kill(process.pid, signal);
  };
  SIGNALS.forEach((signal) => process.on(signal, end));
  return release;
}

function answerOf(child: ChildProcess, job: Job, timeoutMs: number): Promise<AppReport> {
  return new Promise((resolve, reject) => {
    let phase = 'starting';
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      const advice =
        'It may wait for a database or another service: start that service, leave out the providers with --preview, or ' +
        'allow more time with --timeout.';
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
      const advice = 'Its own output is above.';
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
