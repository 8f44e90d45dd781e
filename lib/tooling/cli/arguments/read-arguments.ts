import { parseArgs } from 'node:util';
import { nearest, quote } from '../../../core/issues/text.js';
import { CommandFailure } from '../failure.js';
import { COMMANDS, type CommandSpec, type OptionSpec } from './specs.js';

/** The arguments of a user, read and checked against the command's own list of options. */
export interface CommandArguments {
  readonly command: CommandSpec;
  readonly argument: string;
  /** Everything after the name of the command, as it was typed. */
  readonly words: readonly string[];
  /** Takes down the files that the answer depends on, where their changes are waited for (`--watch`). */
  readonly watched?: { entry: string | undefined; readonly files: Set<string> };
  flag(name: string): boolean;
  /** The value of an option; `undefined` where it was not given. */
  value(name: string): string | undefined;
  /** The values of an option that may be repeated. */
  all(name: string): readonly string[];
}

/** Reads the arguments of the process. */
export type Wanted =
  | { readonly kind: 'help'; readonly command: CommandSpec | undefined }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly given: CommandArguments };

const HELP: OptionSpec = { type: 'boolean', about: 'show this help' };

/**
 * Reads the arguments of the process.
 *
 * @throws CommandFailure for an unknown command or option, a missing or a superfluous value
 */
export function readArguments(args: readonly string[]): Wanted {
  const [first] = args;
  if (first === undefined || first === '--help' || first === '-h') {
    return { kind: 'help', command: undefined };
  }
  if (first === '--version' || first === '-v') {
    return { kind: 'version' };
  }
  if (first === 'help') {
    return { kind: 'help', command: args[1] === undefined ? undefined : findCommand(args[1]) };
  }
  const command = findCommand(first);
  const options: Readonly<Record<string, OptionSpec>> = { ...command.options, help: HELP };
  const { tokens } = parseArgs({
    args: args.slice(1),
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      positionals.push(token.value);
    } else if (token.kind === 'option') {
      if (token.rawName === '-h' || token.name === 'help') {
        return { kind: 'help', command };
      }
      const value = readOption(token, options, command);
      values.set(token.name, [...(values.get(token.name) ?? []), value]);
      if (values.get(token.name)!.length > 1 && options[token.name]?.multiple !== true) {
        throw new CommandFailure(`${token.rawName} is given twice.`, seeHelp(command));
      }
    }
  }
  const [argument = command.fallback, ...others] = positionals;
  if (argument === undefined || others.length > 0) {
    const found = argument === undefined ? 'none is given' : `${positionals.map(quote).join(' and ')} are given`;
    throw new CommandFailure(`cors-policy ${command.name} takes one ${command.argument}; ${found}.`, seeHelp(command));
  }
  for (const name of command.required) {
    if (!values.has(name)) {
      throw new CommandFailure(`cors-policy ${command.name} needs --${name}.`, seeHelp(command));
    }
  }
  return {
    kind: 'run',
    given: {
      command,
      argument,
      words: args.slice(1),
      flag: (name) => values.has(name),
      value: (name) => values.get(name)?.[0],
      all: (name) => values.get(name) ?? [],
    },
  };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readOption(token: OptionToken, options: Readonly<Record<string, OptionSpec>>, command: CommandSpec): string {
  const { name, rawName, value, inlineValue } = token;
  const spec = Object.hasOwn(options, name) ? options[name] : undefined;
  if (spec === undefined) {
    const meant = nearest(name, Object.keys(options));
    throw new CommandFailure(
      `cors-policy ${command.name} has no option ${quote(rawName)}.`,
      meant === undefined ? seeHelp(command) : `Did you mean --${meant}?`,
    );
  }
  if (spec.type === 'boolean') {
    if (value !== undefined) {
      throw new CommandFailure(`${rawName} takes no value, but got ${quote(value)}.`, seeHelp(command));
    }
    return '';
  }
  if (value === undefined || (inlineValue !== true && value.startsWith('--'))) {
    throw new CommandFailure(
      `${rawName} needs a value: ${rawName} ${spec.value ?? '<value>'}.`,
      value === undefined ? seeHelp(command) : `A value that begins with -- is written ${rawName}=${value}.`,
    );
  }
  return value;
}

function findCommand(name: string): CommandSpec {
  const found = COMMANDS.find((command) => command.name === name);
  if (found === undefined) {
    const names = COMMANDS.map((command) => command.name);
    const meant = nearest(name, names);
    throw new CommandFailure(
      `${quote(name)} is not a command of cors-policy.`,
      meant === undefined ? `The commands are ${names.join(', ')}: see cors-policy --help.` : `Did you mean ${meant}?`,
    );
  }
  return found;
}

function seeHelp({ name }: CommandSpec): string {
  return `See cors-policy ${name} --help.`;
}
