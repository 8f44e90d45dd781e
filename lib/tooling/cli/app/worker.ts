import { CommandFailure } from '../failure.js';
import { packageVersion } from '../own-package.js';
import { bootApp, type BootedApp } from './boot-app.js';
import { firstLine } from './import-file.js';
import type { Job, Message } from './job.js';
import { tellLoadedFiles } from './loaded-files.js';

/** The program of the process that `runApp` starts: it takes one job, answers it, closes the app and ends. */
export function work(): void {
  // No caller waits for an answer any more.
  process.on('disconnect', () => process.exit());
  process.once('message', (job: Job) => void carryOut(job));
}

async function carryOut(job: Job): Promise<void> {
  let booted: BootedApp | undefined;
  if (job.tellFiles === true) {
    tellLoadedFiles((files) => void process.send?.({ kind: 'loaded', files } satisfies Message));
  }
  try {
    booted = await bootApp(job, (phase) => void say({ kind: 'phase', phase }));
    await say({ kind: 'report', report: { ...booted.report, version: packageVersion() } });
  } catch (error) {
    await say(
      error instanceof CommandFailure
        ? { kind: 'failure', message: error.message, advice: error.advice }
        : { kind: 'failure', message: `The app cannot be asked: ${firstLine(error)}` },
    );
  }
  // What an app leaves open must not keep the command from ending.
  await booted?.close().catch(() => undefined);
  process.exit();
}

/** Resolves once the message is on its way. */
function say(message: Message): Promise<void> {
  return new Promise((resolve) => {
    process.send!(message, undefined, undefined, () => resolve());
  });
}
