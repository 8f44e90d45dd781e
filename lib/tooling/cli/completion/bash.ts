import { COMMANDS } from '../arguments/specs.js';
import { names, type Offer, offerFor, optionsOf, quoted } from './offers.js';

/** The completion for bash, from 3.2 on. Where it finds no words, bash offers files, as it does by itself. */
export function bashCompletion(): string {
  const after = new Map<string, string[]>();
  for (const command of COMMANDS) {
    for (const { name, value } of optionsOf(command)) {
      if (value !== undefined) {
        const act = say(value.offer);
        after.set(act, [...(after.get(act) ?? []), quoted(`${command.name} --${name}`)]);
      }
    }
  }
  const values = [...after].map(([act, patterns]) => `      ${patterns.join(' | ')}) ${act}`);
  const others = COMMANDS.flatMap((command) => [
    `      ${quoted(`${command.name} `)}-*) ${words(optionsOf(command).map(({ name }) => `--${name}`))}`,
    `      ${quoted(`${command.name} `)}*) ${say(offerFor(command.argument))}`,
  ]);
  return `# Completion of cors-policy for bash: source <(cors-policy completion bash)
_cors_policy() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} words='' line
  COMPREPLY=()
  # Bash takes --name=value apart.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD == 1)); then
    words=${quoted([...names(), 'help', '--help', '--version'].join(' '))}
  else
    case "\${COMP_WORDS[1]} $prev" in
      'help '*) ${words(names())}
${values.join('\n')}
    esac
    [[ -n $words ]] || case "\${COMP_WORDS[1]} $cur" in
${others.join('\n')}
    esac
  fi
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <(compgen -W "$words" -- "$cur")
}
complete -o bashdefault -o default -F _cors_policy cors-policy
`;
}

const words = (list: readonly string[]): string => `words=${quoted(list.join(' '))} ;;`;

function say(offer: Offer): string {
  switch (offer.kind) {
    case 'files':
      return 'return 0 ;;';
    case 'words':
      return words(offer.words);
    case 'nothing':
      return 'compopt +o default +o bashdefault 2>/dev/null; return 0 ;;';
  }
}
