import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { quote } from '../../../core/issues/text.js';
import type { CommandArguments } from '../arguments/read-arguments.js';
import { CommandFailure, EXIT } from '../failure.js';
import { paragraph } from '../text/paragraph.js';
import { stylesFor, type Terminal } from '../text/terminal.js';
import { unifiedDiff } from './diff.js';
import { migrate as migrateProject, type Migration, NotMigratable } from './migrate.js';
import { readProject, type TypeScript } from './project.js';

/** `cors-policy migrate`: replaces `enableCors()` and the like by a policy. Answers with the exit code. */
export async function migrate(given: CommandArguments, terminal: Terminal): Promise<number> {
  const cwd = process.cwd();
  const main = findSource(given.argument, cwd);
  const read = (path: string): string | undefined =>
    existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
  const migration = migrationOf(main, typescriptOf(cwd, main), read);
  const styles = stylesFor(terminal.colour);
  for (const [path, text] of migration.files) {
    const diff = unifiedDiff(relative(cwd, path).replaceAll('\\', '/'), read(path)!, text);
    terminal.out(
      diff.replaceAll(/^[-+].*$/gm, (line) => (line.startsWith('-') ? styles.bad(line) : styles.good(line))),
    );
  }
  terminal.err(summaryOf(migration, given.flag('write'), terminal.columns));
  if (given.flag('write')) {
    migration.files.forEach((text, path) => writeFileSync(path, text));
  }
  return EXIT.ok;
}

function migrationOf(main: string, typescript: TypeScript, read: (path: string) => string | undefined): Migration {
  try {
    return migrateProject(readProject(typescript, main, read));
  } catch (error) {
    throw error instanceof NotMigratable ? new CommandFailure(error.message, error.advice) : error;
  }
}

function findSource(name: string, cwd: string): string {
  const path = resolve(cwd, name);
  if (!existsSync(path) || statSync(path).isDirectory()) {
    throw new CommandFailure(
      `There is no file ${quote(name)} in ${quote(cwd)}.`,
      'Give the source of the main file: cors-policy migrate src/main.ts.',
    );
  }
  if (!/\.[cm]?ts$/.test(path)) {
    throw new CommandFailure(
      `${quote(name)} is not a TypeScript file; migrate changes sources.`,
      'Give the source of the main file: cors-policy migrate src/main.ts.',
    );
  }
  return realpathSync(path);
}

/** TypeScript of the project itself, so that its syntax is read as the project compiles it. */
function typescriptOf(cwd: string, main: string): TypeScript {
  for (const from of [join(cwd, 'package.json'), main]) {
    try {
      const found = createRequire(from)('typescript') as Partial<TypeScript>;
      if (typeof found.createSourceFile === 'function') {
        return found as TypeScript;
      }
    } catch {
      // The next place may have it.
    }
  }
  throw new CommandFailure(
    `TypeScript, which migrate reads the sources with, is not installed in ${quote(cwd)}, or has no createSourceFile().`,
    'Run the command in the folder of the project, with TypeScript 5 or 6 among its devDependencies: npm install -D typescript@5',
  );
}

function summaryOf(
  { files, replaced, left, notes }: Migration,
  isWritten: boolean,
  columns: number | undefined,
): string {
  const list = (title: string, items: readonly string[]): string =>
    items.length === 0
      ? ''
      : `${title}\n${items.map((item) => paragraph(item, columns, '    ').replace('    ', '  - ')).join('')}`;
  if (replaced.length === 0 && left.length === 0) {
    return 'Nothing turns CORS on in these files: there is nothing to migrate.\n';
  }
  const done = isWritten
    ? `${files.size === 1 ? 'One file is' : `${files.size} files are`} written.`
    : 'Nothing is written: --write writes it.';
  return [
    list(
      'Replaced by the default policy of CorsModule.forRoot():',
      replaced.map(({ place, what }) => `${place}: ${what}`),
    ),
    list(
      'Not translated, with a comment in the code:',
      left.map(({ place, what, reason }) => `${place}: ${what}. ${reason}`),
    ),
    list('Different from before, in this app:', notes),
    replaced.length === 0
      ? ''
      : paragraph(
          'Different in every app: docs/migration.md of the package, "What changes". Run the tests of the app.',
          columns,
        ),
    replaced.length === 0 &&
    left.some(({ what }) => !what.includes('gateway') && !what.startsWith('the option `cors` of '))
      ? paragraph(
          'No policy is added, because the library does not start beside another CORS layer: the app goes on as before.',
          columns,
        )
      : '',
    `${done}\n`,
  ].join('');
}
