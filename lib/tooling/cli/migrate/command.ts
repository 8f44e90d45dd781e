import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { quote } from '../../../core/issues/text.js';
import type { CommandArguments } from '../arguments/read-arguments.js';
import { CommandFailure, EXIT } from '../failure.js';
import { paragraph } from '../text/paragraph.js';
import { stylesFor, type Terminal } from '../text/terminal.js';
import { unifiedDiff } from './diff.js';
import type { Migration } from './migrate.js';

/** `cors-policy migrate`: replaces `enableCors()` and the like by a policy. Answers with the exit code. */
export async function migrate(given: CommandArguments, terminal: Terminal): Promise<number> {
  const cwd = process.cwd();
  const main = findSource(given.argument, cwd);
  const read = (path: string): string | undefined =>
    existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
  // Other commands do not load it.
  const { migrateSources, NotMigratable, summarize } = await import('./migration.js');
  let migration: Migration;
  try {
    migration = migrateSources(cwd, main, read);
  } catch (error) {
    throw error instanceof NotMigratable ? new CommandFailure(error.message, error.advice) : error;
  }
  const styles = stylesFor(terminal.colour);
  for (const [path, text] of migration.files) {
    const diff = unifiedDiff(relative(cwd, path).replaceAll('\\', '/'), read(path)!, text);
    terminal.out(
      diff.replaceAll(/^[-+].*$/gm, (line) => (line.startsWith('-') ? styles.bad(line) : styles.good(line))),
    );
  }
  const done = given.flag('write')
    ? `${migration.files.size === 1 ? 'One file is' : `${migration.files.size} files are`} written.`
    : 'Nothing is written: --write writes it.';
  const isEmpty = migration.replaced.length === 0 && migration.left.length === 0;
  for (const { text, items } of [...summarize(migration), ...(isEmpty ? [] : [{ text: done, items: [] }])]) {
    terminal.err(paragraph(text, terminal.columns));
    items.forEach((item) => terminal.err(paragraph(item, terminal.columns, '    ').replace('    ', '  - ')));
  }
  if (given.flag('write')) {
    migration.files.forEach((text, path) => writeFileSync(path, text));
  }
  return EXIT.ok;
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
