import { createRequire } from 'node:module';
import { join } from 'node:path';
import { quote } from '../../../core/issues/text.js';
import { migrate, type Migration, type WhenNone } from './migrate.js';
import { NotMigratable } from './not-migratable.js';
import { readProject } from './project.js';
import type { ReadSource, TypeScript } from './sources.js';

/**
 * Reads the sources of an app with the project's own TypeScript, and migrates it.
 *
 * @param folder the folder of the project
 * @param main the main file
 * @throws NotMigratable where there is nothing to migrate, or no TypeScript
 */
export function migrateSources(
  folder: string,
  main: string,
  read: ReadSource,
  whenNone: WhenNone = 'leave',
): Migration {
  return migrate(readProject(typescriptOf(folder, main), main, read), whenNone);
}

/** TypeScript of the project itself, so that its syntax is read as the project compiles it. */
function typescriptOf(folder: string, main: string): TypeScript {
  for (const from of [join(folder, 'package.json'), main]) {
    try {
      const found = createRequire(from)('typescript') as Partial<TypeScript>;
      if (typeof found.createSourceFile === 'function') {
        return found as TypeScript;
      }
    } catch {
      // The next place may have it.
    }
  }
  throw new NotMigratable(
    `TypeScript, which migrate reads the sources with, is not installed in ${quote(folder)}, or has no createSourceFile().`,
    'Run the command in the folder of the project, with TypeScript 5 or 6 among its devDependencies: npm install -D typescript@5',
  );
}
