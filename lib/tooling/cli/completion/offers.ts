import { type CommandSpec, COMMANDS } from '../arguments/specs.js';

/** The words, files or nothing that a shell offers for a value. */
export type Offer =
  | { readonly kind: 'files' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'nothing' };

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Finds what a shell offers for a value, by its placeholder in the help: `<file>`, `express|fastify`. */
export function offerFor(placeholder: string): Offer {
  if (/file|folder/.test(placeholder)) {
    return { kind: 'files' };
  }
  const words = placeholder === '<method>' ? METHODS : placeholder.split('|');
  return words.length > 1 ? { kind: 'words', words } : { kind: 'nothing' };
}

/** An option, as the shells complete it. */
export interface OfferedOption {
  readonly name: string;
  readonly about: string;
  readonly multiple: boolean;
  /** Its placeholder and what is offered for it; missing for a flag. */
  readonly value?: { readonly placeholder: string; readonly offer: Offer };
}

/** The options of a command, `--help` too. */
export function optionsOf({ options }: CommandSpec): readonly OfferedOption[] {
  const given = Object.entries(options).map(([name, { about, multiple = false, value }]) => ({
    name,
    about,
    multiple,
    ...(value === undefined ? {} : { value: { placeholder: value, offer: offerFor(value) } }),
  }));
  return [...given, { name: 'help', about: 'show the help', multiple: false }];
}

/** The names of the commands. */
export const names = (): readonly string[] => COMMANDS.map(({ name }) => name);

/** A text in single quotes, as bash and zsh read it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
