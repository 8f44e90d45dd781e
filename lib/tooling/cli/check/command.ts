import { appendFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { askApp } from '../app/ask-app.js';
import type { CommandArguments } from '../arguments/read-arguments.js';
import { CommandFailure, EXIT } from '../failure.js';
import { jsonText, stylesFor, type Terminal } from '../text/terminal.js';
import { beside } from '../text/paragraph.js';
import { type Change, isWider } from './change.js';
import { compareGateways } from './compare-gateways.js';
import { compareRules } from './compare-rules.js';
import { annotations, changesText, failureAnnotation, failureSummary, groupChanges, summary } from './render.js';
import { NO_RULES, rulesOf } from './rules.js';
import { readSnapshot, type Snapshot, writeSnapshot } from './snapshot.js';

const DEFAULT_FILE = 'cors-policy.snapshot.json';

/** `cors-policy check`: compares what the app grants with its snapshot, or writes that. Answers with the exit code. */
export async function check(given: CommandArguments, terminal: Terminal): Promise<number> {
  try {
    return await answer(given, terminal);
  } catch (error) {
    if (error instanceof CommandFailure) {
      const { message, advice } = error;
      tellGitHub(given, terminal, failureAnnotation(message), failureSummary(message, advice));
    }
    throw error;
  }
}

async function answer(given: CommandArguments, terminal: Terminal): Promise<number> {
  const shown = given.value('snapshot') ?? DEFAULT_FILE;
  const file = resolve(shown);
  const before = given.flag('write') ? readReplaced(file) : readCommitted(file, shown, given);
  given.watched?.files.add(file);
  const { survey } = await askApp(given, terminal);
  const now: Snapshot = { preview: given.flag('preview'), rules: rulesOf(survey) };
  const changes = [
    ...compareRules(before?.rules ?? NO_RULES, now.rules),
    ...compareGateways(before?.rules.gateways ?? [], now.rules.gateways ?? []),
  ];
  if (given.flag('write')) {
    writeSnapshot(file, now);
  }
  if (given.flag('json')) {
    const wider = changes.some(isWider);
    terminal.out(jsonText({ snapshot: shown, wider, changes }));
  } else {
    terminal.out(
      given.flag('write') ? writtenText(shown, before, changes, now, terminal) : checkedText(shown, changes, terminal),
    );
  }
  if (given.flag('write')) {
    return EXIT.ok;
  }
  const groups = groupChanges(changes);
  const place = relative(terminal.env['GITHUB_WORKSPACE'] ?? process.cwd(), file);
  tellGitHub(given, terminal, annotations(groups, place), summary(groups, shown));
  return changes.some((change) => isWider(change) || given.flag('strict')) ? EXIT.refused : EXIT.ok;
}

/** The snapshot to compare with. */
function readCommitted(file: string, shown: string, given: CommandArguments): Snapshot {
  const snapshot = readSnapshot(file);
  const kept = given.words.filter((word) => !['--json', '--strict', '--watch'].includes(word));
  const again = ['cors-policy', 'check', ...kept, '--write'].map(shellWord).join(' ');
  if (snapshot === undefined) {
    throw new CommandFailure(`There is no snapshot ${shown} to compare with.`, `Write one, and commit it: ${again}`);
  }
  if (snapshot.preview !== given.flag('preview')) {
    const how = snapshot.preview ? 'with' : 'without';
    throw new CommandFailure(
      `${shown} was written ${how} --preview, so it cannot be compared with this run.`,
      `Check it ${how} --preview as well, or write it again.`,
    );
  }
  return snapshot;
}

/** A word as a shell takes it. */
function shellWord(text: string): string {
  return /^[\w./:=@,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The snapshot that a new one replaces; one that cannot be read is replaced, too. */
function readReplaced(file: string): Snapshot | undefined {
  try {
    return readSnapshot(file);
  } catch {
    return undefined;
  }
}

function checkedText(file: string, changes: readonly Change[], terminal: Terminal): string {
  const styles = stylesFor(terminal.colour);
  if (changes.length === 0) {
    return beside('No change.', `The app grants what is in ${file}.`, terminal.columns, '', styles.good);
  }
  const advice = changes.some(isWider)
    ? beside(
        `A grant is wider than in ${file}.`,
        'If it is meant to be, write it again by --write and have it reviewed.',
        terminal.columns,
        '',
        styles.bad,
      )
    : beside(
        'No grant is wider.',
        `${file} is out of date: until it is written again (--write), a removed grant may come back unseen.`,
        terminal.columns,
        '',
        styles.good,
      );
  return `${changesText(groupChanges(changes), styles, terminal.columns)}\n${advice}`;
}

function writtenText(
  file: string,
  before: Snapshot | undefined,
  changes: readonly Change[],
  { rules }: Snapshot,
  terminal: Terminal,
): string {
  const count = rules.routes.length;
  if (before === undefined) {
    return `${file} is written: ${count} routes. Commit it, and run the check in CI.\n`;
  }
  const styles = stylesFor(terminal.colour);
  return changes.length === 0
    ? `${file} is written: nothing changed in it.\n`
    : `${changesText(groupChanges(changes), styles, terminal.columns)}\n${file} is written: ${count} routes.\n`;
}

/** In a GitHub action: annotations at the pull request, and the summary of the step. */
function tellGitHub(given: CommandArguments, { env, out }: Terminal, annotated: string, summarized: string): void {
  if (env['GITHUB_ACTIONS'] === 'true' && !given.flag('json')) {
    out(annotated);
  }
  const step = env['GITHUB_STEP_SUMMARY'];
  if (step !== undefined && step !== '') {
    try {
      appendFileSync(step, summarized);
    } catch {
      // The summary is an extra; the verdict is complete without it.
    }
  }
}
