import { COMMANDS } from '../arguments/specs.js';
import { names, type Offer, offerFor, optionsOf } from './offers.js';

/** The completion for fish. */
export function fishCompletion(): string {
  const lines = COMMANDS.flatMap((command) => {
    const on = `-n ${text(`__fish_seen_subcommand_from ${command.name}`)}`;
    return [
      `-n __fish_use_subcommand -a ${command.name} -d ${text(command.about)}`,
      ...argument(offerFor(command.argument)).map((offered) => `${on} ${offered}`),
      ...optionsOf(command).map(({ name, about, value }) => {
        const needs = value === undefined ? '' : ` ${valueOf(value.offer)}`;
        return `${on} -l ${name}${needs} -d ${text(about)}`;
      }),
    ];
  });
  return [
    '# Completion of cors-policy for fish: cors-policy completion fish | source',
    '-f',
    '-n __fish_use_subcommand -l help -d "show the help"',
    '-n __fish_use_subcommand -l version -d "show the version"',
    '-n __fish_use_subcommand -a help -d "show the help of a command"',
    `-n "__fish_seen_subcommand_from help" -a ${text(names().join(' '))}`,
    ...lines,
  ]
    .map((line) => (line.startsWith('#') ? `${line}\n` : `complete -c cors-policy ${line}\n`))
    .join('');
}

function argument(offer: Offer): readonly string[] {
  return offer.kind === 'files' ? ['-F'] : offer.kind === 'words' ? [`-a ${text(offer.words.join(' '))}`] : [];
}

function valueOf(offer: Offer): string {
  return offer.kind === 'files' ? '-r -F' : offer.kind === 'words' ? `-x -a ${text(offer.words.join(' '))}` : '-x';
}

/** A text in single quotes, as fish reads it. */
function text(plain: string): string {
  return `'${plain.replaceAll(/['\\]/g, '\\$&')}'`;
}
