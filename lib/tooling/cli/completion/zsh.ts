import { COMMANDS } from '../arguments/specs.js';
import { names, type Offer, type OfferedOption, offerFor, optionsOf, quoted } from './offers.js';

/** The completion for zsh: to be sourced, or kept as the file `_cors-policy` in a folder of `$fpath`. */
export function zshCompletion(): string {
  const commands = [...COMMANDS, { name: 'help', about: 'show the help of a command' }];
  const cases = COMMANDS.map((command) => {
    const given = [...optionsOf(command).map(option), argument(command.argument)];
    return `    ${command.name}) _arguments \\\n      ${given.map(quoted).join(' \\\n      ')} ;;`;
  });
  return `#compdef cors-policy
# Completion of cors-policy for zsh, after compinit: source <(cors-policy completion zsh)
_cors-policy() {
  if (( CURRENT == 2 )); then
    local -a commands
    commands=(
${commands.map(({ name, about }) => `      ${quoted(`${name}:${about.replaceAll(':', '\\:')}`)}`).join('\n')}
    )
    _describe -t commands command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
    help) _arguments ${quoted(`1:command:(${names().join(' ')})`)} ;;
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _cors-policy ]]; then
  _cors-policy "$@"
else
  compdef _cors-policy cors-policy
fi
`;
}

function option({ name, about, multiple, value }: OfferedOption): string {
  const text = `[${about.replaceAll(/[[\]\\]/g, '\\$&')}]`;
  const often = multiple ? '*' : '';
  return value === undefined
    ? `${often}--${name}${text}`
    : `${often}--${name}=${text}:${message(value.placeholder)}:${action(value.offer)}`;
}

const argument = (placeholder: string): string => `1:${message(placeholder)}:${action(offerFor(placeholder))}`;

const message = (placeholder: string): string => placeholder.replaceAll(/[:\\]/g, '\\$&');

/** A single space offers nothing, and shows the message. */
function action(offer: Offer): string {
  return offer.kind === 'files' ? '_files' : offer.kind === 'words' ? `(${offer.words.join(' ')})` : ' ';
}
