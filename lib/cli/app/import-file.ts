import { Server } from 'node:net';
import { pathToFileURL } from 'node:url';
import { quote } from '../../core/problems/quote.js';
import { CommandFailure } from '../failure.js';
import { exportsOf } from './exports-of.js';

const LISTENS = 'cors-policy: a file that listens when it is imported is no module file';

/**
 * Imports a compiled file of the app, ES module or CommonJS.
 *
 * @throws CommandFailure where it throws, misses a package, or is a main file that listens as soon as it is imported
 */
export async function importFile(file: string, name: string): Promise<ReadonlyMap<string, unknown>> {
  const guard = guardListening();
  try {
    return exportsOf((await import(pathToFileURL(file).href)) as object);
  } catch (error) {
    if (guard.listened) {
      throw new CommandFailure(
        `${quote(name)} starts a server when it is imported: it is the app's main file.`,
        'Name the file of the root module instead, such as dist/app.module.js.',
      );
    }
    // This process has the app's output, which stands before the command's own.
    process.stderr.write(`${error instanceof Error ? error.stack : quote(error)}\n`);
    throw new CommandFailure(
      `${quote(name)} cannot be imported: ${firstLine(error)}`,
      isMissing(error)
        ? 'Install the dependencies of the app and build it again.'
        : 'The error stands above. An app that reads its environment when it is imported needs it here, too.',
    );
  } finally {
    guard.lift();
  }
}

/** What an error says, in one line; never empty. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : `it threw ${quote(error)}`;
  return text.split('\n', 1)[0]!;
}

function isMissing(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
}

/** Sees to it that nothing listens while a file is imported. */
function guardListening(): { readonly listened: boolean; lift(): void } {
  const { listen } = Server.prototype;
  const guard = {
    listened: false,
    lift: () => {
      Server.prototype.listen = listen;
    },
  };
  Server.prototype.listen = function refuse(): never {
    guard.listened = true;
    throw new Error(LISTENS);
  };
  return guard;
}
