import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** A build writes many files: it is over when nothing has happened for this long. */
const QUIET_MS = 200;

/** Some folders tell nothing: those of a network, those that were replaced, those beyond the limit. */
const LOOK_MS = 2_000;

/** Most folders that are watched: systems limit them. The files of the others are looked at. */
const MOST_FOLDERS = 100;

/** The files whose change is waited for. */
interface Watched {
  /** The file of the arguments. Nothing is started while it is missing, as in the middle of a build. */
  readonly entry: string | undefined;
  readonly files: ReadonlySet<string>;
}

/**
 * Waits until a file is another one than before, and until the build that wrote it is over.
 *
 * @param since when they were begun to be loaded, in milliseconds since 1970: what was written since then counts
 * @returns the first of the changed files
 */
export function nextChange({ entry, files }: Watched, since: number): Promise<string> {
  const before = new Map([...files].map((file) => [file, stateOf(file)]));
  const changed = (): string | undefined =>
    [...before].find(([file, state]) => {
      const now = stateOf(file);
      return now?.text !== state?.text || (now !== undefined && now.written > since);
    })?.[0];
  return new Promise((resolve) => {
    let watchers: FSWatcher[] = [];
    let quiet: NodeJS.Timeout | undefined;
    const touched = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(settled, QUIET_MS);
    };
    const settled = (): void => {
      const file = changed();
      watchers.forEach((watcher) => watcher.close());
      if (file === undefined || (entry !== undefined && !existsSync(entry))) {
        // A folder that was replaced is another one.
        watchers = watchFolders(files, touched);
        return;
      }
      clearInterval(look);
      resolve(file);
    };
    const look = setInterval(() => {
      if (changed() !== undefined) {
        touched();
      }
    }, LOOK_MS);
    watchers = watchFolders(files, touched);
    if (changed() !== undefined) {
      touched();
    }
  });
}

/** Watches folders, not files: a file that a build replaces is another one. */
function watchFolders(files: Iterable<string>, touched: () => void): FSWatcher[] {
  const folders = new Map<string, Set<string>>();
  for (const file of files) {
    const folder = dirname(file);
    folders.set(folder, (folders.get(folder) ?? new Set()).add(basename(file)));
  }
  return [...folders].slice(0, MOST_FOLDERS).flatMap(([folder, names]) => {
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name === null || names.has(name)) {
          touched();
        }
      });
      // Its files are looked at.
      watcher.on('error', () => watcher.close());
      return [watcher];
    } catch {
      return [];
    }
  });
}

function stateOf(file: string): { readonly text: string; readonly written: number } | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && { text: `${found.ino} ${found.size} ${found.mtimeMs}`, written: found.mtimeMs };
}
