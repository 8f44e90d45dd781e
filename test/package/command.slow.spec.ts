import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { builtLibrary } from '../support/built-library.js';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const fixture = (name: string): string => resolve('test/fixtures/command', name);

describe('the command, as a process of its own', () => {
  let entry: string;
  let folder: string;

  function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return new Promise((done, fail) => {
      const child = spawn(process.execPath, [entry, ...args], {
        // The environment of the test process. If that is a GitHub action, the command must not notice it.
        env: { ...process.env, GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', NO_COLOR: '1', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => (out += chunk));
      child.stderr.on('data', (chunk) => (err += chunk));
      child.on('error', fail);
      child.on('close', (code) => done({ code, out, err }));
    });
  }

  beforeAll(async () => {
    entry = join(await builtLibrary(), 'esm/cli.js');
    folder = await mkdtemp(join(tmpdir(), 'command-'));
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true }));

  describe.each(['express', 'fastify'])('on %s', (platform) => {
    it('lists the routes, without the output of the app', async () => {
      const { code, out, err } = await run(['routes', fixture('app.module.js'), '--platform', platform]);
      expect(out.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
        'METHOD | PATH | POLICY | ORIGINS | CREDENTIALS | MAX AGE | ENFORCED | HANDLER',
        'GET | /orders | tenant | TenantOrigins, https://app.example | yes | - | - | OrdersController.list',
        'PUT | /orders/:id | tenant | TenantOrigins, https://app.example | yes | 60 s | - | OrdersController.update',
        'POST | /orders/purge | @NoCors() | no origin | - | - | - | OrdersController.purge',
        'GET | /orders/catalog | public | * | - | 600 s | - | OrdersController.catalog',
        '',
      ]);
      expect(err).toContain('the app writes to its standard output');
      expect(err).toContain('4 routes, 0 without a policy.');
      expect(code).toBe(0);
    }, 60_000);

    it('lists the same routes without the providers, set up as the main file does it', async () => {
      const args = ['--platform', platform, '--setup', fixture('setup.js'), '--json'];
      const whole = await run(['routes', fixture('app.module.js'), ...args]);
      const preview = await run(['routes', fixture('no-database.module.js'), ...args, '--preview']);
      expect(preview.out).toBe(whole.out);
      const { routes } = JSON.parse(whole.out) as { routes: { path: string }[] };
      expect(routes.map(({ path }) => path)).toEqual([
        '/api/orders',
        '/api/orders/:id',
        '/api/orders/purge',
        '/api/v1/orders/catalog',
      ]);
      expect(preview.err).not.toContain('the app writes');
    }, 60_000);

    it.each([
      ['https://app.example', 0, 'allowed', 'allowed', 'https://app.example'],
      ['https://tenant.example', 0, 'allowed', 'allowed', 'https://tenant.example'],
      ['https://evil.example', 1, 'blocked', 'origin-not-allowed', undefined],
    ])(
      'explains a request of %s and ends with %i',
      async (origin, code, verdict, reason, granted) => {
        const args = [
          '--url',
          '/orders/7',
          '--method',
          'put',
          '--origin',
          origin,
          '--credentials',
          '--header',
          'X-A: 1',
        ];
        const ended = await run(['explain', fixture('app.module.js'), '--platform', platform, ...args, '--json']);
        const explanation = JSON.parse(ended.out) as { preflight: { headers: Record<string, string> } };
        expect(explanation).toMatchObject({
          verdict,
          reason,
          route: { handler: 'OrdersController.update', path: '/orders/:id', params: { id: '7' } },
          policy: { name: 'tenant' },
          provenance: { origin: 'policies.tenant', maxAge: 'OrdersController.update' },
          preflight: { status: 204, asks: { 'Access-Control-Request-Headers': 'x-a' } },
        });
        expect(explanation.preflight.headers['Access-Control-Allow-Origin']).toBe(granted);
        expect(ended.code).toBe(code);
      },
      60_000,
    );

    it('fails a check if a grant is wider than in the snapshot, and passes one if it is narrower', async () => {
      const file = join(folder, `${platform}.json`);
      const args = ['--platform', platform, '--snapshot', file];
      const missing = await run(['check', fixture('app.module.js'), '--strict', ...args]);
      expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('There is no snapshot') });
      expect(missing.err).toContain(
        `cors-policy check ${fixture('app.module.js')} --platform ${platform} --snapshot ${file} --write\n`,
      );
      expect(await run(['check', fixture('app.module.js'), '--write', ...args])).toMatchObject({ code: 0 });
      const written = await readFile(file, 'utf8');
      expect(await run(['check', fixture('app.module.js'), ...args])).toMatchObject({
        code: 0,
        out: expect.stringContaining('No change.'),
      });

      const step = join(folder, `${platform}.md`);
      const wider = await run(['check', fixture('wider.module.js'), ...args], {
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: folder,
        GITHUB_STEP_SUMMARY: step,
      });
      expect(wider.out).toContain('PUT /orders/:id is now open to https://*.partner.example with credentials\n');
      expect(wider.out).toContain(
        `::error file=${platform}.json,title=CORS%3A wider grant::PUT /orders/:id is now open to https://*.partner.example with credentials\n`,
      );
      expect(await readFile(step, 'utf8')).toContain('### CORS: a grant is wider');
      expect(wider.code).toBe(1);
      expect(await readFile(file, 'utf8')).toBe(written);

      const snapshot = JSON.parse(written) as { routes: { path: string; policy: { origin: string[] } }[] };
      snapshot.routes.find(({ path }) => path === '/orders')!.policy.origin.push('https://gone.example');
      await writeFile(file, JSON.stringify(snapshot));
      const narrower = await run(['check', fixture('app.module.js'), ...args]);
      expect(narrower).toMatchObject({ code: 0, out: expect.stringContaining('No grant is wider.') });
      expect(narrower.out).toContain('GET /orders is no longer open to https://gone.example');
      expect(await run(['check', fixture('app.module.js'), '--strict', ...args])).toMatchObject({ code: 1 });
      expect(await run(['check', fixture('app.module.js'), '--write', ...args])).toMatchObject({ code: 0 });
      expect(await readFile(file, 'utf8')).toBe(written);
    }, 120_000);
  });

  it.each<[what: string, args: string[], message: RegExp]>([
    ['a provider that fails', ['no-database.module.js'], /does not start: Error: connect ECONNREFUSED.*\n.*--preview/],
    ['an app that never is up', ['slow.module.js', '--timeout', '4'], /still being .* after 4 s\.\n.*--preview/],
    ['several modules', ['several.module.js'], /AdminModule, ShopModule\.\nChoose one: --export AdminModule/],
    ['a wrong configuration', ['wrong.module.js'], /OrdersController\.update: No policy is registered as "partnr"/],
    ['no CorsModule', ['without-cors.module.js'], /AppModule does not import CorsModule/],
    [
      'an option that a main file has no use for',
      ['main.js', '--global-prefix', 'api'],
      /cannot be used with "main\.js"/,
    ],
    ['a file that is neither', ['nothing.js'], /exports no class under @Module\(\); it exports "answer"/],
    ['a module that throws', ['throws.module.js'], /cannot be imported: Error: DATABASE_URL is not set/],
    [
      'a module that ends the process',
      ['exits.module.js'],
      /ended the process \(exit code 3\) while it was being imported/,
    ],
    [
      'a setup that is no function',
      ['app.module.js', '--setup', fixture('several.module.js')],
      /exports no function to set/,
    ],
    ['an unknown option', ['app.module.js', '--polcy', 'x'], /Did you mean --policy\?/],
    ['an unknown policy', ['app.module.js', '--policy', 'tenat'], /Did you mean --policy tenant\?/],
  ])(
    'explains %s, and ends with 2',
    async (_what, [name, ...args], message) => {
      const { code, out, err } = await run(['routes', fixture(name!), '--platform', 'express', ...args]);
      expect(err).toMatch(message);
      expect({ code, out }).toEqual({ code: 2, out: '' });
    },
    60_000,
  );

  it.each([
    ['an ES module that waits at its top level', 'main.js', '/orders'],
    ['CommonJS that listens later', 'main.cjs', '/api/orders'],
  ])(
    'starts an app by its main file, without listening: %s',
    async (_what, file, path) => {
      const { code, out, err } = await run(['routes', fixture(file), '--json']);
      expect(err).not.toContain('it listens');
      expect((JSON.parse(out) as { routes: { path: string }[] }).routes[0]?.path).toBe(path);
      expect(code).toBe(0);
      const asked = ['--url', path, '--origin', 'https://app.example'];
      expect(await run(['explain', fixture(file), ...asked])).toMatchObject({ code: 0 });
    },
    60_000,
  );

  it('reports that its output cannot be written, and ends with 2', async () => {
    const full = await open('/dev/full', 'w');
    const child = spawn(process.execPath, [entry, '--help'], { stdio: ['ignore', full.fd, 'pipe'] });
    let err = '';
    child.stderr!.on('data', (chunk) => (err += chunk));
    const code = await new Promise((done) => child.on('close', done));
    await full.close();
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('The output cannot be written') });
  }, 60_000);

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends the process of the app when it ends by %s',
    async (signal) => {
      const child = spawn(process.execPath, [entry, 'routes', fixture('slow.module.js'), '--platform', 'express'], {
        stdio: 'ignore',
      });
      const inside = `/proc/${child.pid}/task/${child.pid}/children`;
      let children = '';
      while (children === '') {
        await new Promise((done) => setTimeout(done, 50));
        children = await readFile(inside, 'utf8');
      }
      const ended = new Promise((done) => child.on('exit', (_code, by) => done(by)));
      child.kill(signal);
      expect(await ended).toBe(signal);
      let status = 'State: S';
      // A child that has ended is a zombie until its parent waits for it.
      for (let tries = 0; tries < 100 && !/^State:\s+(Z|gone)/m.test(status); tries++) {
        await new Promise((done) => setTimeout(done, 100));
        status = await readFile(`/proc/${children.trim()}/status`, 'utf8').catch(() => 'State: gone');
      }
      expect(status).toMatch(/^State:\s+(Z|gone)/m);
    },
    60_000,
  );

  it('shows where the decorators of ES modules are, in the source if there is a source map', async () => {
    // The folder is inside the package, because the app imports the package by its name.
    const build = await mkdtemp(resolve('.artifacts-command-'));
    try {
      const source = [
        "import { Controller, Get, Module } from '@nestjs/common';",
        "import { CorsModule, CorsPolicy } from 'nestjs-cors-policy';",
        "@Controller('a')",
        'export class A {',
        "  @CorsPolicy({ origin: 'https://a.example' })",
        '  @Get()',
        "  list() { return ''; }",
        '}',
        '@Module({ imports: [CorsModule.forRoot({})], controllers: [A] })',
        'export class AppModule {}',
      ].join('\n');
      const emitted = (map: boolean): ts.TranspileOutput =>
        ts.transpileModule(source, {
          fileName: 'app.module.ts',
          compilerOptions: {
            module: ts.ModuleKind.ESNext,
            target: ts.ScriptTarget.ES2022,
            experimentalDecorators: true,
            sourceMap: map,
          },
        });
      const file = join(build, 'app (1).js');
      const places = async (): Promise<unknown> => {
        const { out, err } = await run(['routes', file, '--platform', 'express', '--json']);
        expect(err).not.toContain('cors-policy:');
        return (JSON.parse(out) as { routes: { sources: object }[] }).routes[0]?.sources;
      };
      await writeFile(file, emitted(false).outputText);
      const line =
        emitted(false)
          .outputText.split('\n')
          .findIndex((text) => text.includes('CorsPolicy({')) + 1;
      expect(await places()).toEqual({ 'A.list': `${relative(process.cwd(), file)}:${line}` });
      const { outputText, sourceMapText = '' } = emitted(true);
      await writeFile(file, outputText);
      await writeFile(join(build, 'app.module.js.map'), sourceMapText);
      await writeFile(join(build, 'app.module.ts'), source);
      expect(await places()).toEqual({ 'A.list': `${relative(process.cwd(), join(build, 'app.module.ts'))}:5` });
    } finally {
      await rm(build, { recursive: true });
    }
  }, 60_000);

  it('explains without the providers, and reports that the answer depends on them', async () => {
    const args = ['--platform', 'express', '--url', '/orders', '--origin', 'https://tenant.example', '--preview'];
    const { code, out, err } = await run(['explain', fixture('no-database.module.js'), ...args]);
    expect(out).toContain('Unknown (provider-not-asked)');
    expect(out).toContain('leave out --preview');
    expect(err).toContain('no provider was created (--preview)');
    expect(code).toBe(2);
  }, 60_000);

  it('explains what is wrong with a question', async () => {
    const args = ['--platform', 'express', '--url', 'orders', '--origin', 'https://app.example'];
    const { code, err } = await run(['explain', fixture('app.module.js'), ...args]);
    expect(err).toContain('The question is not valid. The URL is "orders"; write a path');
    expect(code).toBe(2);
  }, 60_000);

  it('prints its version and its help', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
    expect(await run(['check', '--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--snapshot') });
    expect(await run([])).toMatchObject({ code: 2, out: expect.stringContaining('cors-policy probe') });
  }, 60_000);

  describe('probing a server', () => {
    let server: Server;
    let url: string;

    beforeAll(async () => {
      server = createServer(({ method, url: path, headers }, response) => {
        if (path === '/silent') {
          return;
        }
        if (path === '/flood') {
          response.writeHead(200, { 'X-Flood': 'a'.repeat(20_000) }).end();
          return;
        }
        const granted = path === '/open' && headers.origin === 'https://app.example';
        response.writeHead(method === 'OPTIONS' ? 204 : 200, {
          ...(granted ? { 'Access-Control-Allow-Origin': headers.origin } : {}),
          'Access-Control-Allow-Methods': 'PUT',
          Vary: 'Origin',
        });
        response.end(method === 'OPTIONS' ? undefined : 'x'.repeat(1_000_000));
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    it('reports what the browser would do, and ends with 0 or 1', async () => {
      const allowed = await run(['probe', `${url}/open`, '--origin', 'https://app.example', '--method', 'PUT']);
      expect(allowed.out).toContain('Allowed: the page gets the response.');
      expect(allowed).toMatchObject({ code: 0, err: '' });
      const blocked = await run(['probe', `${url}/closed`, '--origin', 'https://app.example', '--json']);
      expect(JSON.parse(blocked.out)).toMatchObject({ verdict: 'blocked', block: { reason: 'missing-allow-origin' } });
      expect(blocked.code).toBe(1);
    }, 60_000);

    it.each([
      ['silence', '/silent', /did not answer GET within 1 s/],
      ['an endless head', '/flood', /the head of its answer is longer than 16 KiB/],
    ])(
      'ends with 2 at %s',
      async (_what, path, message) => {
        const ended = await run(['probe', `${url}${path}`, '--origin', 'https://app.example', '--timeout', '1']);
        expect(ended.err).toMatch(message);
        expect(ended.code).toBe(2);
      },
      60_000,
    );

    it('ends with 2 if the server does not speak TLS', async () => {
      const https = url.replace('http:', 'https:');
      const ended = await run(['probe', https, '--origin', 'https://app.example']);
      expect(ended.err).toMatch(/does not speak TLS there/);
      expect(ended.code).toBe(2);
    }, 60_000);
  });
});
