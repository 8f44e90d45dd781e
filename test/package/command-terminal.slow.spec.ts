import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { builtLibrary } from '../support/built-library.js';
import { describeWith } from '../support/services.js';

const fixture = (name: string): string => resolve('test/fixtures/command', name);

/** What stays on the screen: without the lines of progress, which a busy machine has. */
const left = (screen: string): string => screen.replaceAll(/[^\r\n]*\r\x1b\[K/g, '');

describeWith('script', 'the command in a terminal', (script) => {
  let entry: string;
  let folder: string;

  /** Runs the command in a terminal of its own. Answers with what the terminal got, byte for byte. */
  async function inTerminal(
    command: string,
    env: Record<string, string | undefined> = {},
  ): Promise<{ code: number | null; screen: string }> {
    const line = `'${process.execPath}' '${entry}' ${command}`;
    const child = spawn(script, ['-qec', line, '/dev/null'], {
      env: { PATH: process.env['PATH'], TERM: 'xterm-256color', SHELL: '/bin/bash', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let screen = '';
    child.stdout.on('data', (chunk) => (screen += chunk));
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code, screen: screen.replaceAll('\r\n', '\n') };
  }

  beforeAll(async () => {
    entry = join(await builtLibrary(), 'esm/cli.js');
    folder = await mkdtemp(join(tmpdir(), 'command-'));
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true }));

  const ROUTES = `routes '${fixture('app.module.js')}' --platform express`;

  it('shows columns where there is room for them, and records where there is not', async () => {
    const wide = await inTerminal(ROUTES, { COLUMNS: '160', NO_COLOR: '1' });
    expect(wide.screen).toContain('METHOD  PATH');
    const narrow = await inTerminal(ROUTES, { COLUMNS: '70', NO_COLOR: '1' });
    expect(narrow.screen).not.toContain('METHOD');
    expect(left(narrow.screen)).toMatch(/^PUT \/orders\/:id\n {2}Policy +tenant\n {2}Origins +TenantOrigins/m);
    const answer = left(narrow.screen)
      .split('\n')
      .filter((line) => !line.startsWith('[Nest]'));
    expect(answer.filter((line) => line.length > 70)).toEqual([]);
    const limit = await Promise.all(['99', '100'].map((COLUMNS) => inTerminal(ROUTES, { COLUMNS, NO_COLOR: '1' })));
    expect(limit.map(({ screen }) => screen.includes('METHOD'))).toEqual([false, true]);
  }, 120_000);

  it('shows colours, but none under NO_COLOR', async () => {
    expect((await inTerminal(ROUTES)).screen).toContain('\x1b[1mGET\x1b[22m');
    expect(left((await inTerminal(ROUTES, { NO_COLOR: '1' })).screen)).not.toContain('\x1b[');
  }, 60_000);

  it('shows no colours in an error that goes to a file', async () => {
    const file = join(folder, 'error.txt');
    await inTerminal(`routes missing.js 2>'${file}'`);
    expect(await readFile(file, 'utf8')).toMatch(/^cors-policy: There is no "missing\.js"/);
    expect((await inTerminal('routes missing.js')).screen).toMatch(/^\x1b\[31mcors-policy:\x1b\[39m There is no/);
  }, 60_000);

  it('shows what a slow boot waits for, in a line that is gone at the end', async () => {
    const slow = `routes '${fixture('slow.module.js')}' --platform express --timeout 4`;
    const { code, screen } = await inTerminal(slow, { COLUMNS: '160', NO_COLOR: '1' });
    expect(screen).toMatch(/The app is being \w+ \(2 s\)\r\x1b\[K/);
    expect(screen).toMatch(/\r\x1b\[Kcors-policy: The app was still being \w+ after 4 s\./);
    expect(code).toBe(2);
    const quiet = await inTerminal(slow, { CI: 'true', NO_COLOR: '1' });
    expect(quiet.screen).not.toContain('The app is');
  }, 60_000);

  it('shows what an app wrote before it ended the process, also where a line of progress may be', async () => {
    const { code, screen } = await inTerminal(`routes '${fixture('throws.module.js')}'`, { NO_COLOR: '1' });
    expect(screen).toMatch(/Error: DATABASE_URL is not set\n[^]*cors-policy: "throws\.module\.js" cannot be imported/);
    expect(code).toBe(2);
  }, 60_000);
});
