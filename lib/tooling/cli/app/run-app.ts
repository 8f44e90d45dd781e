import { type ChildProcess, fork } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandFailure } from '../failure.js';
import { installedCommand, ownCommand } from '../own-package.js';
import { beginProgress, type Progress } from '../text/progress.js';
import type { Terminal } from '../text/terminal.js';
import type { AppReport, Job, Message } from './job.js';

/** The argument that makes the command the process that boots the app. */
export const WORKER_ARGUMENT = '--boot-app';

/** Longest time for the app to close. It has answered by then. */
const CLOSE_MS = 5_000;

/** Longest time to read what a process has written that has ended. */
const READ_MS = 500;

/** Longest time for a message that was sent before the process ended. */
const LAST_MESSAGE_MS = 1_000;

/**
 * Starts the app in a separate process and returns its answer. So the app's output never mixes with the command's, an
 * app that hangs, exits or crashes is recognized, and the command always ends.
 *
 * @param timeoutMs how long it may take until the answer is there
 * @param loaded is called with the files that the app loads, where the job asks for them
 * @throws CommandFailure where the app cannot be booted
 */
export async function runApp(
  job: Job,
  timeoutMs: number,
  terminal: Terminal,
  loaded: (files: readonly string[]) => void = () => undefined,
): Promise<AppReport> {
  const entry = installedCommand(job.file) ?? ownCommand();
  const progress = beginProgress(terminal);
  // The app's standard output goes to our standard error: ours is for the answer alone. A line of progress is written
  // over, so that what the app writes has to pass by it.
  const output = progress === undefined ? 2 : 'pipe';
  // Listening for signals begins first: one that arrives while the process starts must not leave it behind.
  const release = atSignal(() => {
    progress?.end();
    child.kill('SIGKILL');
  });
  const child = fork(entry, [WORKER_ARGUMENT], {
    stdio: ['ignore', output, output, 'ipc'],
    ...(output === 'pipe' && terminal.errorColour ? { env: { FORCE_COLOR: '1', ...process.env } } : {}),
    // Places are then those of the sources, where the build has kept source maps.
    execArgv: [...process.execArgv, '--enable-source-maps'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Uint8Array) => progress?.above(chunk));
  }
  child.on('message', (message: Message) => message.kind === 'loaded' && loaded(message.files));
  let report: AppReport;
  try {
    report = await answerOf(child, job, timeoutMs, progress);
  } finally {
    await ended(child);
    progress?.end();
    release();
  }
  report.notes.forEach((note) => terminal.err(`Note: ${note}\n`));
  return report;
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

function answerOf(
  child: ChildProcess,
  job: Job,
  timeoutMs: number,
  progress: Progress | undefined,
): Promise<AppReport> {
  return new Promise((resolve, reject) => {
    let phase = 'starting';
    progress?.say(`The app is ${phase}`);
    const timeout = setTimeout(() => {
      child.kill('SIGKILL');
      const advice =
        'It may wait for a database or another service: start that service, leave out the providers with --preview, or ' +
        'allow more time with --timeout.';
      reject(new CommandFailure(`The app was still ${phase} after ${timeoutMs / 1000} s.`, advice));
    }, timeoutMs);
    const settle = (done: () => void): void => {
      clearTimeout(timeout);
      done();
    };
    child.on('message', (message: Message) => {
      if (message.kind === 'phase') {
        ({ phase } = message);
        progress?.say(`The app is ${phase}`);
      } else if (message.kind === 'report') {
        settle(() => resolve(message.report));
      } else if (message.kind === 'failure') {
        settle(() => reject(new CommandFailure(message.message, message.advice)));
      }
    });
    child.on('error', (error) =>
      settle(() => reject(new CommandFailure(`The app cannot be started: ${error.message}`))),
    );
    child.on('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      const advice = 'Its own output is above.';
      const end = (): void =>
        settle(() => reject(new CommandFailure(`The app ended the process (${how}) while it was ${phase}.`, advice)));
      // On Deno the exit can be heard before the last message.
      const late = setTimeout(end, child.connected ? LAST_MESSAGE_MS : 0);
      child.once('disconnect', () => {
        clearTimeout(late);
        end();
      });
    });
    child.send(job);
  });
}

/** Waits until the process has ended, and ends it where it does not. What it has written is read then. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) {
    return;
  }
  const streams = [child.stdout, child.stderr].filter((stream) => stream?.readable === true);
  const read = Promise.all(streams.map((stream) => finished(stream!).catch(() => undefined)));
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
      child.on('exit', () => {
        clearTimeout(late);
        resolve();
      });
    });
  }
  // A process that the app has started may keep the streams open.
  await Promise.race([read, wait(READ_MS, undefined, { ref: false })]);
  streams.forEach((stream) => stream!.destroy());
}
