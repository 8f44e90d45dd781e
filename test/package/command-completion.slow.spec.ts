import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../lib/tooling/cli/arguments/specs.js';
import { builtLibrary } from '../support/built-library.js';
import { describeWith } from '../support/services.js';
import { until } from '../support/until.js';

const NAMES = COMMANDS.map(({ name }) => name);
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

describe('the completion of the command', () => {
  let entry: string;
  let folder: string;
  const scripts: Record<string, string> = {};

  beforeAll(async () => {
    entry = join(await builtLibrary(), 'esm/cli.js');
    folder = await mkdtemp(join(tmpdir(), 'completion-'));
    for (const shell of ['bash', 'zsh', 'fish']) {
      scripts[shell] = join(folder, `_cors-policy.${shell}`);
      await writeFile(scripts[shell], execFileSync(process.execPath, [entry, 'completion', shell]));
    }
    await writeFile(join(folder, 'main.js'), '');
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true }));

  it('is not there for another shell', () => {
    const run = (shell: string): unknown =>
      execFileSync(process.execPath, [entry, 'completion', shell], { encoding: 'utf8', stdio: 'pipe' });
    expect(() => run('fsh')).toThrow('There is no completion for "fsh"; the shells are bash, zsh, fish.');
    expect(() => run('fsh')).toThrow('Did you mean');
  });

  /** Types lines at an interactive shell. Answers with the arguments that the command would have got. */
  async function typed(script: string, shell: string, setUp: string, line: string): Promise<string[]> {
    const child = spawn(script, ['-qc', shell, '/dev/null'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, TERM: 'dumb' },
    });
    try {
      let screen = '';
      child.stdout.on('data', (chunk) => (screen += chunk));
      const say = async (text: string, answer: string): Promise<void> => {
        screen = '';
        child.stdin.write(text);
        await until(() => screen.includes(answer), 10_000);
      };
      const stub = `cors-policy() { printf '<%s>' "$@"; echo END''ED; }`;
      await say(`${setUp}; ${stub}; echo RE''ADY\n`, 'READY');
      // A key at a time, as a user would: what a shell completes takes its time.
      for (const part of line.split(/(?<=\t)/)) {
        child.stdin.write(part);
        await new Promise((done) => setTimeout(done, 500));
      }
      await say('\n', 'ENDED');
      return [...screen.matchAll(/<(.*?)>/g)].map(([, word]) => word!);
    } finally {
      child.kill('SIGKILL');
    }
  }

  describe('for bash', () => {
    /** Calls what bash calls, and as it does. */
    const offered = (...words: string[]): string[] => {
      const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); $(complete -p cors-policy |
        sed 's/.* -F \\([^ ]*\\) .*/\\1/') 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const args = ['--norc', '-euc', program, 'bash', scripts['bash']!, 'cors-policy', ...words];
      return execFileSync('bash', args, { encoding: 'utf8' }).split('\n').filter(Boolean).sort();
    };

    it('is a script that bash reads without a complaint', () => {
      expect(execFileSync('bash', ['-n', scripts['bash']!], { encoding: 'utf8', stdio: 'pipe' })).toBe('');
    });

    it('offers the commands, and after help, too', () => {
      expect(offered('')).toEqual([...NAMES, 'help', '--help', '--version'].sort());
      expect(offered('che')).toEqual(['check']);
      expect(offered('help', 'pro')).toEqual(['probe']);
    });

    it.each(COMMANDS)('offers every option of $name', ({ name, options }) => {
      const names = [...Object.keys(options), 'help'].map((option) => `--${option}`);
      expect(offered(name, '--')).toEqual(names.sort());
    });

    it('offers values, also after the equals sign, which is a word of its own to bash', () => {
      expect(offered('routes', '--platform', '')).toEqual(['express', 'fastify']);
      expect(offered('routes', '--platform', '=')).toEqual(['express', 'fastify']);
      expect(offered('routes', '--platform', '=', 'fa')).toEqual(['fastify']);
      expect(offered('probe', 'https://api.example', '--method', '')).toEqual(METHODS);
      expect(offered('completion', '')).toEqual(['bash', 'fish', 'zsh']);
      expect(offered('routes', 'dist/main.js', '--pl')).toEqual(['--platform']);
    });

    it('leaves files to bash', () => {
      expect(offered('routes', '')).toEqual([]);
      expect(offered('routes', '--setup', '')).toEqual([]);
    });
  });

  describeWith('script', 'typed at bash', (script) => {
    it('completes a whole line', async () => {
      const line = 'cors-policy rou\tmai\t--plat\tfas\t--pa\t/orders';
      const words = await typed(script, 'bash --norc --noprofile -i', `source '${scripts['bash']}'`, line);
      expect(words).toEqual(['routes', 'main.js', '--platform', 'fastify', '--path', '/orders']);
    }, 60_000);
  });

  describeWith('zsh', 'for zsh', (zsh) => {
    it('is a script that zsh reads without a complaint', () => {
      expect(execFileSync(zsh, ['-n', scripts['zsh']!], { encoding: 'utf8', stdio: 'pipe' })).toBe('');
    });

    describeWith('script', 'typed there', (script) => {
      it('completes a whole line', async () => {
        const setUp = `autoload -Uz compinit; compinit -u -D; source '${scripts['zsh']}'`;
        const line = 'cors-policy rou\tmai\t--plat\tfas\t--pa\t/orders';
        expect(await typed(script, `'${zsh}' -f -i`, setUp, line)).toEqual([
          'routes',
          'main.js',
          '--platform=fastify',
          '--path=/orders',
        ]);
      }, 60_000);
    });
  });

  describeWith('fish', 'for fish', (fish) => {
    const offered = (line: string): string[] =>
      execFileSync(fish, ['--no-config', '-c', `source '${scripts['fish']}'; complete -C ${JSON.stringify(line)}`], {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder },
        encoding: 'utf8',
      })
        .split('\n')
        .filter(Boolean)
        .map((each) => each.split('\t')[0]!)
        .sort();

    it('is a script that fish reads without a complaint', () => {
      expect(execFileSync(fish, ['-n', scripts['fish']!], { encoding: 'utf8', stdio: 'pipe' })).toBe('');
    });

    it('offers commands, options, values and files', () => {
      expect(offered('cors-policy ')).toEqual([...NAMES, 'help'].sort());
      expect(offered('cors-policy routes --pl')).toEqual(['--platform']);
      expect(offered('cors-policy routes --platform ')).toEqual(['express', 'fastify']);
      expect(offered('cors-policy probe --method ')).toEqual(METHODS);
      expect(offered('cors-policy completion ')).toEqual(['bash', 'fish', 'zsh']);
      expect(offered('cors-policy routes mai')).toEqual(['main.js']);
      expect(offered('cors-policy routes --setup mai')).toEqual(['main.js']);
      expect(offered('cors-policy probe mai')).toEqual([]);
    });

    it.each(COMMANDS)('offers every option of $name', ({ name, options }) => {
      expect(offered(`cors-policy ${name} --`)).toEqual(
        [...Object.keys(options), 'help'].map((each) => `--${each}`).sort(),
      );
    });
  });
});
