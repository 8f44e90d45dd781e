import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { isAbsolute, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Reports the files that this process loads from now on and has loaded already, those of packages excepted. Node lists
 * modules of CommonJS alone; its inspector names every script.
 *
 * @param tell is called with new files; also before the process ends
 */
export function tellLoadedFiles(tell: (files: readonly string[]) => void): void {
  const known = new Set<string>();
  let found: string[] = [];
  const add = (file: string | undefined): void => {
    if (file !== undefined && !known.has(file) && !file.split(sep).includes('node_modules')) {
      known.add(file);
      found.push(file);
    }
  };
  const flush = (): void => {
    // Data is no script.
    Object.keys(createRequire(import.meta.url).cache).forEach(add);
    if (found.length > 0) {
      tell(found);
      found = [];
    }
  };
  const session = new Session();
  session.connect();
  session.on('Debugger.scriptParsed', ({ params: { url } }) => {
    if (found.length === 0) {
      setImmediate(flush);
    }
    add(pathOf(url));
  });
  session.post('Debugger.enable');
  // A `debugger` statement of the app would stop the process for ever: no debugger is there to go on.
  session.post('Debugger.setSkipAllPauses', { skip: true });
  process.once('exit', flush);
}

function pathOf(url: string): string | undefined {
  if (isAbsolute(url)) {
    return url;
  }
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : undefined;
  } catch {
    return undefined;
  }
}
