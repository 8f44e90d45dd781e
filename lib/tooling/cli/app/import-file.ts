import { pathToFileURL } from 'node:url';
import { quote } from '../../../core/issues/text.js';
import { CommandFailure } from '../failure.js';

/**
 * Imports a compiled file of the app, ES module or CommonJS.
 *
 * @throws CommandFailure where it throws, or misses a package
 */
export async function importFile(file: string, name: string): Promise<ReadonlyMap<string, unknown>> {
  try {
    return exportsOf((await import(pathToFileURL(file).href)) as object);
  } catch (error) {
    // This process prints the app's output, which comes before the command's own.
    process.stderr.write(`${error instanceof Error ? error.stack : quote(error)}\n`);
    throw new CommandFailure(
      `${quote(name)} cannot be imported: ${firstLine(error)}`,
      isMissing(error)
        ? 'Install the dependencies of the app and build it again.'
        : 'The error is above. An app that reads its environment when it is imported needs that environment here, too.',
    );
  }
}

/** The message of an error, in one line; never empty. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : `it threw ${quote(error)}`;
  return text.split('\n', 1)[0]!;
}

function isMissing(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
}

/**
 * The exports of a file, by name, in both module forms: of CommonJS Node shows `module.exports` as the
 * default export, and some of its properties beside it.
 */
export function exportsOf(namespace: object): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const add = (holder: object): void => {
    for (const [name, value] of Object.entries(holder)) {
      if (name !== '__esModule' && name !== 'module.exports' && !found.has(name)) {
        found.set(name, value);
      }
    }
  };
  const { default: inner } = namespace as { readonly default?: unknown };
  if (isHolder(inner)) {
    add(inner);
    const { default: _holder, ...rest } = namespace as Record<string, unknown>;
    add(rest);
  } else {
    add(namespace);
  }
  return found;
}

/** Reports whether a default export is the `module.exports` of a compiled ES module, or of a file like it. */
function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('module' in value);
}
