import { basename } from 'node:path';
import type { CorsCommandPort } from '../../../nest/command-port.js';
import { quote } from '../../../core/issues/text.js';
import { CommandFailure } from '../failure.js';
import { exportsModules } from './find-module.js';
import { importFile } from './import-file.js';
import type { Job } from './job.js';
import { interceptListening } from './listening.js';

/** The file is that of a module, whose app the command boots itself, or a main file, which has booted it. */
export type Imported =
  | { readonly kind: 'module'; readonly exported: ReadonlyMap<string, unknown> }
  | { readonly kind: 'main'; readonly port: CorsCommandPort };

/**
 * Imports the file of the arguments. One that exports modules is a module file. Any other is a main file, or a bundle
 * of one: it boots the app by itself, at once or later, and is done when the app wants to listen.
 *
 * @throws CommandFailure where it neither exports a module nor starts an app, or where an option does not go with it
 */
export async function importApp(job: Job, enter: (phase: string) => void): Promise<Imported> {
  const name = basename(job.file);
  const listening = interceptListening();
  const started = listening.app.then((port) => ({ port }));
  const imported = importFile(job.file, name).then((exported) => ({ exported }));
  const first = await Promise.race([started, imported]);
  if ('exported' in first && (job.exportName !== undefined || exportsModules(first.exported))) {
    listening.leave();
    return { kind: 'module', exported: first.exported };
  }
  refuseOptions(job, name);
  enter('being started by its main file');
  const port = 'port' in first ? first.port : await Promise.race([listening.app, idle()]);
  if (port !== undefined) {
    return { kind: 'main', port };
  }
  if (listening.asked) {
    throw new CommandFailure(
      `${quote(name)} starts an app without CorsModule of nestjs-cors-policy, or with an older version of it.`,
      'Add CorsModule.forRoot() to the imports of the root module.',
    );
  }
  return { kind: 'module', exported: 'exported' in first ? first.exported : new Map() };
}

/** Resolves where nothing is left that the process could do: it would end now. */
function idle(): Promise<undefined> {
  // The line to the command must not keep it alive.
  process.channel?.unref();
  return new Promise((resolve) => {
    process.once('beforeExit', () => {
      process.channel?.ref();
      resolve(undefined);
    });
  });
}

/** A main file decides these for itself. */
function refuseOptions({ preview, setup, globalPrefix }: Job, name: string): void {
  const given = Object.entries({ preview, setup, 'global-prefix': globalPrefix }).find(
    ([, value]) => value !== undefined && value !== false,
  );
  if (given !== undefined) {
    throw new CommandFailure(
      `--${given[0]} cannot be used with ${quote(name)}, which exports no module: a main file sets the app up itself.`,
      'Leave the option out, or give the file of the root module, such as dist/app.module.js.',
    );
  }
}
