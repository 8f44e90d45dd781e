import { beside } from '../text/paragraph.js';
import { harmless, type Styles } from '../text/terminal.js';
import { markdownText } from '../text/table.js';
import { type Change, type ChangeKind, isWider } from './change.js';

/** Routes that changed in the same way. */
export interface ChangeGroup {
  readonly kind: ChangeKind;
  readonly says: string;
  readonly routes: readonly string[];
}

/** The width of a mark and the space after it. */
const MARKED = 10;

/** Most further routes of a group that are listed. */
const NAMED = 20;

/** One change that many routes share, usually that of a policy, is shown once. The wider ones come first. */
export function groupChanges(changes: readonly Change[]): readonly ChangeGroup[] {
  const groups = new Map<string, { kind: ChangeKind; says: string; routes: string[] }>();
  for (const { route, kind, says } of changes) {
    const key = `${kind} ${says}`;
    const group = groups.get(key) ?? { kind, says, routes: [] };
    group.routes.push(route);
    groups.set(key, group);
  }
  const order: readonly ChangeKind[] = ['wider', 'maybe-wider', 'narrower', 'other'];
  return order.flatMap((kind) => [...groups.values()].filter((group) => group.kind === kind));
}

/** The groups for a terminal, a sentence each; a sentence that is wider than the terminal is below its route. */
export function changesText(groups: readonly ChangeGroup[], styles: Styles, columns?: number): string {
  const marks: Readonly<Record<ChangeKind, string>> = {
    wider: styles.bad('wider    '),
    'maybe-wider': styles.warn('wider?   '),
    narrower: styles.good('narrower '),
    other: styles.dim('other    '),
  };
  return groups
    .map((group) => {
      const room = columns === undefined ? undefined : columns - MARKED;
      const told = beside(subject(group), harmless(group.says), room, ' '.repeat(MARKED), styles.bold);
      return `${marks[group.kind]} ${told}${same(group)}`;
    })
    .join('');
}

function same({ routes }: ChangeGroup): string {
  const others = routes.slice(1, 1 + NAMED).map((route) => `            ${harmless(route)}\n`);
  const left = routes.length - 1 - others.length;
  return others.length === 0
    ? ''
    : `          and the same of\n${others.join('')}${left === 0 ? '' : `            and ${left} more\n`}`;
}

function subject({ routes }: ChangeGroup): string {
  return harmless(routes[0] ?? '');
}

/** The groups as workflow commands, which GitHub shows at the pull request. */
export function annotations(groups: readonly ChangeGroup[], file: string): string {
  return groups
    .map(({ kind, says, routes }) => {
      const level = isWider({ kind }) ? 'error' : 'notice';
      const others = routes.length > 1 ? ` (and ${routes.length - 1} more routes)` : '';
      const message = `${harmless(routes[0] ?? '')} ${harmless(says)}${others}`;
      return `::${level} file=${property(file)},title=${property(TITLES[kind])}::${data(message)}\n`;
    })
    .join('');
}

const TITLES: Readonly<Record<ChangeKind, string>> = {
  wider: 'CORS: wider grant',
  'maybe-wider': 'CORS: a grant may be wider',
  narrower: 'CORS: narrower grant',
  other: 'CORS: change',
};

/** Escapes the text of a workflow command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * The groups in Markdown, for the summary of a step.
 *
 * @param file the snapshot, as messages call it
 */
export function summary(groups: readonly ChangeGroup[], file: string): string {
  const wider = groups.some(isWider);
  const title = wider
    ? 'CORS: a grant is wider'
    : groups.length > 0
      ? 'CORS: changed, nothing wider'
      : 'CORS: unchanged';
  const rows = groups.flatMap(({ kind, says, routes }) =>
    routes.slice(0, NAMED).map((route) => `| ${kind} | ${cell(route)} | ${cell(says)} |\n`),
  );
  const left = groups.reduce((sum, { routes }) => sum + Math.max(0, routes.length - NAMED), 0);
  const counts = Object.entries(COUNTED).flatMap(([kind, called]) => {
    const count = groups.reduce((sum, group) => sum + (group.kind === kind ? group.routes.length : 0), 0);
    return count === 0 ? [] : [`${count} ${called}`];
  });
  const compared =
    counts.length === 0
      ? `The app grants what is in ${cell(file)}.`
      : `${counts.join(', ')}, compared with ${cell(file)}.`;
  return [
    `### ${title}\n\n${compared}\n`,
    ...(rows.length === 0 ? [] : ['\n| Change | Route | What |\n| --- | --- | --- |\n', ...rows]),
    ...(left === 0 ? [] : [`\nand ${left} more routes\n`]),
    '\n',
  ].join('');
}

const COUNTED: Readonly<Record<ChangeKind, string>> = {
  wider: 'wider',
  'maybe-wider': 'maybe wider',
  narrower: 'narrower',
  other: 'other',
};

/** The reason for which there is no answer, as an annotation. */
export function failureAnnotation(message: string): string {
  return `::error title=${property('CORS: no answer')}::${data(harmlessLines(message))}\n`;
}

/** The reason for which there is no answer, and the remedy, in Markdown. */
export function failureSummary(message: string, advice: string | undefined): string {
  const texts = [message, ...(advice === undefined ? [] : [advice])];
  return `### CORS: no answer\n\n${texts.map((text) => `${markdownText(harmlessLines(text))}\n\n`).join('')}`;
}

/** A message may have several lines, such as that of a wrong configuration. */
function harmlessLines(text: string): string {
  return text.split('\n').map(harmless).join('\n');
}

function cell(text: string): string {
  return markdownText(harmless(text));
}
