import { paragraph } from '../text/paragraph.js';
import type { Terminal } from '../text/terminal.js';
import { type CommandSpec, COMMANDS, type OptionSpec } from './specs.js';

/** The text of `cors-policy --help` and `cors-policy <command> --help`. */
export function helpText(command: CommandSpec | undefined, { columns }: Pick<Terminal, 'columns'>): string {
  return command === undefined ? overview(columns) : details(command, columns);
}

function overview(columns = 100): string {
  return [
    'cors-policy: see, explain, check, migrate and probe CORS.',
    '',
    ...COMMANDS.map(({ name, argument, about }) => {
      const left = `cors-policy ${name} ${argument}`;
      return columns < 100
        ? `  ${left}\n${paragraph(about, columns, '      ').trimEnd()}`
        : `  ${left.padEnd(38)} ${about}`;
    }),
    '',
    '  cors-policy <command> --help, --version',
    '',
    paragraph(
      'Exit codes: 0 yes, 1 no (blocked, or a grant is wider), 2 no answer (the app did not start, or the server did not answer).',
      columns,
    ),
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
