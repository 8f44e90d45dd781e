import { paragraph } from '../text/paragraph.js';
import type { Terminal } from '../text/terminal.js';
import { type CommandSpec, COMMANDS, type OptionSpec } from './specs.js';

/** What `cors-policy --help` and `cors-policy <command> --help` print. */
export function helpText(command: CommandSpec | undefined, { columns }: Pick<Terminal, 'columns'>): string {
  return command === undefined ? overview() : details(command, columns);
}

function overview(): string {
  return [
    'cors-policy: see, explain, check and probe CORS.',
    '',
    ...COMMANDS.map(({ name, argument, about }) => `  ${`cors-policy ${name} ${argument}`.padEnd(46)} ${about}`),
    '',
    '  cors-policy <command> --help, --version',
    '',
    'Exit codes: 0 yes, 1 no (blocked, or a grant is wider), 2 the question could not be answered.',
    '',
  ].join('\n');
}

function details({ name, about, argument, options, required, notes, examples }: CommandSpec, columns?: number): string {
  const needed = required.map((option) => ` --${option} ${options[option]?.value ?? ''}`).join('');
  const lines = Object.entries<OptionSpec>(options).map(([option, { value, about: what }]) => {
    const left = `  --${option}${value === undefined ? '' : ` ${value}`}`;
    const [first = '', ...rest] = paragraph(what, columns, ' '.repeat(30)).trimEnd().split('\n');
    const text = first.slice(30);
    return [left.length < 29 ? `${left.padEnd(30)}${text}` : `${left}\n${first}`, ...rest].join('\n');
  });
  return [
    `cors-policy ${name}: ${about}.`,
    '',
    `  cors-policy ${name} ${argument}${needed} [options]`,
    '',
    ...lines,
    '',
    ...notes.map((note) => paragraph(note, columns)),
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
  ].join('\n');
}
