import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { builtLibrary } from '../support/built-library.js';

/** The one step of the action, and the defaults of its inputs. */
async function readAction(): Promise<{
  inputs: Record<string, string>;
  folder: string;
  env: Record<string, string>;
  run: string;
}> {
  const text = await readFile('action.yml', 'utf8');
  const [head = '', step = ''] = text.split(/^runs:$/m);
  const inputs = [...head.matchAll(/^ {2}([\w-]+):\n {4}description: .*\n {4}default: (.*)$/gm)];
  const [, settings = '', run = ''] = /([^]*)^ {6}run: \|\n([^]*)$/m.exec(step) ?? [];
  return {
    inputs: Object.fromEntries(inputs.map(([, name, value]) => [name!, value === "''" ? '' : value!])),
    folder: /^ {6}working-directory: (.*)$/m.exec(settings)![1]!,
    env: Object.fromEntries([...settings.matchAll(/^ {8}([A-Z]+): (.*)$/gm)].map(([, name, value]) => [name!, value!])),
    run: run.replaceAll(/^ {8}/gm, ''),
  };
}

describe('the GitHub action', () => {
  let folder: string;

  beforeAll(async () => {
    await builtLibrary();
    folder = await mkdtemp(join(tmpdir(), 'action-'));
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true }));

  interface Ended {
    readonly code: number | null;
    readonly out: string;
    readonly summary: string;
  }

  /** Runs the step as GitHub's runner does: the expressions filled in, the script in a file, bash as it is called there. */
  async function run(given: Record<string, string>): Promise<Ended> {
    const action = await readAction();
    const inputs = { ...action.inputs, ...given };
    const filled = (text: string): string =>
      text.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_all, name: string) => inputs[name as 'entry']!);
    const script = join(folder, 'step.sh');
    const summary = join(folder, 'summary.md');
    await writeFile(script, filled(action.run));
    await writeFile(summary, '');
    const child = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
      cwd: filled(action.folder),
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: process.cwd(),
        GITHUB_STEP_SUMMARY: summary,
        ...Object.fromEntries(Object.entries(action.env).map(([name, value]) => [name, filled(value)])),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (out += chunk));
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code, out, summary: await readFile(summary, 'utf8') };
  }

  const fixtures = 'test/fixtures/command';

  it.each(['express', 'fastify'])(
    'passes where nothing is wider, fails where something is, and sums it up in a table: %s',
    async (platform) => {
      // A name with spaces and signs that a shell would read.
      const snapshot = join(folder, `of ${platform} $(touch bad) .json`);
      const args = `--platform ${platform} --snapshot '${snapshot}'`;
      const base = { 'working-directory': fixtures, entry: 'app.module.js', args };
      expect(await run({ ...base, args: `${args}\n--write` })).toMatchObject({ code: 0, summary: '' });
      expect(JSON.parse(await readFile(snapshot, 'utf8'))).toMatchObject({ platform });

      const same = await run(base);
      expect(same.summary).toMatch(/^### CORS: unchanged\n\nThe app grants what is in .*\.\n\n$/);
      expect(same.code).toBe(0);

      const wider = await run({ ...base, entry: 'wider.module.js' });
      expect(wider.summary).toMatch(
        /^### CORS: a grant is wider\n\n\d+ wider, .*compared with .*\.\n\n\| Change \| Route/,
      );
      expect(wider.summary).toContain(
        '| wider | PUT /orders/:id | is now open to https://\\*.partner.example with credentials |',
      );
      expect(wider.out).toMatch(/^::error file=.*,title=CORS%3A wider grant::PUT \/orders\/:id is now open/m);
      expect(wider.code).toBe(1);
    },
    120_000,
  );

  it('says in the summary why there is no answer', async () => {
    const { code, out, summary } = await run({ 'working-directory': fixtures, entry: 'none.js', args: '--write' });
    expect(summary).toContain('### CORS: no answer\n\nThere is no "none.js"');
    expect(out).toContain('::error title=CORS%3A no answer::There is no "none.js"');
    expect(code).toBe(2);
  }, 60_000);

  it('runs nothing that an input says', async () => {
    const bad = join(folder, 'bad');
    const text = `$(touch ${bad})\`touch ${bad}\`; touch ${bad}`;
    const { code } = await run({ 'working-directory': fixtures, entry: text, args: `"${text}"` });
    expect(code).toBe(2);
    await expect(readFile(bad)).rejects.toThrow('ENOENT');
  }, 60_000);

  it('fails if the quotes of its words are not closed, instead of leaving words out', async () => {
    const { code } = await run({ 'working-directory': fixtures, entry: 'app.module.js', args: "--strict '--preview" });
    expect(code).not.toBe(0);
  }, 60_000);

  it('says that the package is not installed', async () => {
    const { code, out } = await run({ 'working-directory': folder });
    expect(out).toContain('::error title=CORS%3A no answer::nestjs-cors-policy is not installed here');
    expect(code).toBe(2);
  }, 60_000);

  it('has defaults for all inputs, which the documentation lists', async () => {
    const { inputs } = await readAction();
    expect(inputs).toEqual({ 'working-directory': '.', entry: 'dist/main.js', args: '' });
    const documented = await readFile(resolve('docs/command.md'), 'utf8');
    Object.keys(inputs).forEach((name) => expect(documented).toContain(`| \`${name}\``));
  });
});
