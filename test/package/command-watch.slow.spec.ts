import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { builtLibrary } from '../support/built-library.js';
import { describeWith } from '../support/services.js';
import { until } from '../support/until.js';

describe('the command that watches', () => {
  let entry: string;
  let folder: string;
  const children: ChildProcessWithoutNullStreams[] = [];

  beforeAll(async () => {
    entry = join(await builtLibrary(), 'esm/cli.js');
  }, 120_000);

  beforeEach(async () => {
    // The folder is inside the package, because the app imports the package by its name.
    folder = await mkdtemp(resolve('.artifacts-watch-'));
    await build('dist', 'https://one.example');
  });

  afterEach(async () => {
    children.splice(0).forEach((child) => child.kill('SIGKILL'));
    await rm(folder, { recursive: true });
  });

  const controller = (origin: string): string => `
    import { Controller, Get } from '@nestjs/common';
    import { CorsPolicy } from 'nestjs-cors-policy';
    import { createRequire } from 'node:module';
    createRequire(import.meta.url)('./data.json');
    export class Orders { list() { return ''; } }
    const list = Object.getOwnPropertyDescriptor(Orders.prototype, 'list');
    Get()(Orders.prototype, 'list', list);
    CorsPolicy({ origin: '${origin}' })(Orders.prototype, 'list', list);
    Controller('orders')(Orders);`;

  const MODULE = `
    import { Module } from '@nestjs/common';
    import { CorsModule } from 'nestjs-cors-policy';
    import { Orders } from './orders/orders.controller.js';
    export class AppModule {}
    Module({ imports: [CorsModule.forRoot({})], controllers: [Orders] })(AppModule);
    debugger;`;

  async function build(name: string, origin: string): Promise<void> {
    const dist = join(folder, name);
    await mkdir(join(dist, 'orders'), { recursive: true });
    await writeFile(join(dist, 'orders/data.json'), '{}');
    await writeFile(join(dist, 'orders/orders.controller.js'), controller(origin));
    await writeFile(join(dist, 'app.module.js'), MODULE);
  }

  interface Watching {
    readonly child: ChildProcessWithoutNullStreams;
    readonly out: () => string;
    readonly err: () => string;
  }

  function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Watching {
    const child = spawn(command, args, {
      env: { ...process.env, GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', NO_COLOR: '1', ...env },
    });
    children.push(child);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    return { child, out: () => out, err: () => err };
  }

  const run = (args: readonly string[]): Watching => start(process.execPath, [entry, ...args]);
  const file = (): string => join(folder, 'dist/app.module.js');
  const rounds = (watching: Watching, count: number): Promise<void> =>
    until(() => watching.err().split('Ctrl+C ends it.').length > count, 20_000);

  describe.each(['express', 'fastify'])('on %s', (platform) => {
    it('answers anew when a file changes that the app has loaded, and for no other file', async () => {
      const watching = run(['routes', file(), '--platform', platform, '--watch']);
      await rounds(watching, 1);
      expect(watching.out()).toContain('https://one.example');
      expect(watching.err()).toMatch(/^Watching \d+ files; Ctrl\+C ends it\.$/m);

      await writeFile(join(folder, 'dist/orders/other.js'), '');
      await new Promise((done) => setTimeout(done, 2_500));
      expect(watching.err().split('Ctrl+C')).toHaveLength(2);

      await writeFile(join(folder, 'dist/orders/orders.controller.js'), controller('https://two.example'));
      await rounds(watching, 2);
      expect(watching.out().split('METHOD')[2]).toContain('https://two.example');
      expect(watching.out()).not.toContain('\x1b');
      expect(watching.err()).toMatch(/dist\/orders\/orders\.controller\.js has changed\.$/m);

      await writeFile(join(folder, 'dist/orders/data.json'), '{"a":1}');
      await rounds(watching, 3);
      expect(watching.err()).toMatch(/data\.json has changed\.$/m);
    }, 60_000);
  });

  it('waits for a build that removes its folder first, and for one that replaces it', async () => {
    const watching = run(['routes', file(), '--platform', 'express', '--watch']);
    await rounds(watching, 1);
    await rm(join(folder, 'dist'), { recursive: true });
    await new Promise((done) => setTimeout(done, 3_000));
    await build('dist', 'https://two.example');
    await rounds(watching, 2);
    expect(watching.out().split('METHOD')[2]).toContain('https://two.example');
    expect(watching.err()).not.toContain('cors-policy:');

    await build('next', 'https://three.example');
    await rename(join(folder, 'dist'), join(folder, 'last'));
    await rename(join(folder, 'next'), join(folder, 'dist'));
    await rounds(watching, 3);
    expect(watching.out().split('METHOD')[3]).toContain('https://three.example');
  }, 60_000);

  it('says why the app does not start, and answers once it does', async () => {
    const watching = run(['routes', file(), '--platform', 'express', '--watch']);
    await rounds(watching, 1);
    await writeFile(join(folder, 'dist/orders/orders.controller.js'), 'export const half = 1;');
    await rounds(watching, 2);
    expect(watching.err()).toContain('cors-policy: "app.module.js" cannot be imported: SyntaxError: ');
    await writeFile(join(folder, 'dist/orders/orders.controller.js'), controller('https://two.example'));
    await rounds(watching, 3);
    expect(watching.out().split('METHOD')[2]).toContain('https://two.example');
  }, 60_000);

  it('compares anew with the snapshot, also when the snapshot changes, and ends by a signal', async () => {
    const snapshot = join(folder, 'snapshot.json');
    const args = [file(), '--platform', 'express', '--snapshot', snapshot];
    const written = run(['check', ...args, '--write']);
    await new Promise((done) => written.child.on('close', done));
    const watching = run(['check', ...args, '--watch']);
    await rounds(watching, 1);
    expect(watching.out()).toContain('No change.');
    await writeFile(join(folder, 'dist/orders/orders.controller.js'), controller('https://two.example'));
    await rounds(watching, 2);
    expect(watching.out()).toContain('GET /orders is now open to https://two.example');
    const kept = await readFile(snapshot, 'utf8');
    await writeFile(snapshot, kept.replaceAll('https://one.example', 'https://two.example'));
    await rounds(watching, 3);
    expect(watching.out().split('No change.')).toHaveLength(3);
    const ended = new Promise((done) => watching.child.on('exit', (_code, signal) => done(signal)));
    watching.child.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
  }, 60_000);

  it('ends if nothing can be watched, and if its output is read no more', async () => {
    const ended = (watching: Watching): Promise<unknown> =>
      new Promise((done) => watching.child.on('close', (code) => done(code)));
    const missing = run(['routes', join(folder, 'dist/none.js'), '--watch']);
    expect(await ended(missing)).toBe(2);
    const both = run(['check', file(), '--watch', '--write']);
    expect(await ended(both)).toBe(2);
    expect(both.err()).toContain('--watch and --write are given');
    const unread = run(['routes', file(), '--platform', 'express', '--watch']);
    await rounds(unread, 1);
    unread.child.stdout.destroy();
    await writeFile(join(folder, 'dist/orders/data.json'), '{"a":1}');
    expect(await ended(unread)).toBe(0);
  }, 60_000);

  describeWith('script', 'in a terminal', (script) => {
    it('clears the screen before an answer, but never before the first one', async () => {
      const line = `'${process.execPath}' '${entry}' routes '${file()}' --platform express --watch`;
      const watching = start(script, ['-qec', line, '/dev/null'], { TERM: 'xterm' });
      await until(() => watching.out().includes('Ctrl+C'), 20_000);
      expect(watching.out()).not.toContain('\x1b[2J');
      await writeFile(join(folder, 'dist/orders/data.json'), '{"a":1}');
      await until(() => watching.out().split('Ctrl+C').length > 2, 20_000);
      expect(watching.out()).toMatch(/\x1b\[2J\x1b\[H.*data\.json has changed/);
      // The terminal sends the signal when Ctrl+C is typed.
      watching.child.stdin.write('\x03');
      await new Promise((done) => watching.child.on('close', done));
    }, 60_000);
  });
});
