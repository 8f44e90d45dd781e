import { fileURLToPath } from 'node:url';
import { build } from '../build.js';
import { run } from '../run.js';

const cli = fileURLToPath(new URL('../../dist/esm/cli.js', import.meta.url));

/** What the command says to `--help`, without colours, for a terminal of 100 columns. */
const help = (...command) =>
  run(process.execPath, [cli, ...command, '--help'], { env: { ...process.env, NO_COLOR: '1', COLUMNS: '100' } });

const block = (text) => `\`\`\`text\n${text.trim()}\n\`\`\``;

/** The page of the command: what it says to `--help`, whole and for each of its parts. */
export async function commandPage() {
  await build({ ifStale: true });
  const all = await help();
  const commands = [...all.matchAll(/^ {2}cors-policy ([a-z]+) /gm)].map(([, command]) => command);
  const parts = await Promise.all(commands.map(async (command) => [`## \`${command}\``, block(await help(command))]));
  const text = [
    '# The command: options',
    'What `npx cors-policy --help` prints, whole and for each command. [The guide](../command.md) says what they are for.',
    block(all),
    ...parts.flat(),
    '',
  ].join('\n\n');
  return { path: 'command.md', text };
}
