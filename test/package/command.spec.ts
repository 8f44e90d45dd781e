import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
        // Of the process that tests: where that is a GitHub action, this is none.
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
    it('lists the routes, and keeps what the app prints out of the answer', async () => {
      const { code, out, err } = await run(['routes', fixture('app.module.js'), '--platform', platform]);
      expect(out.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
        'METHOD | PATH | POLICY | ORIGINS | CREDENTIALS | MAX AGE | ENFORCED | HANDLER',
        'GET | /orders | tenant | TenantOrigins, https://app.example | yes | - | - | OrdersController.list',
        'PUT | /orders/:id | tenant | TenantOrigins, https://app.example | yes | 60 s | - | OrdersController.update',
        'POST | /orders/purge | @NoCors() | nobody | - | - | - | OrdersController.purge',
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

    it('fails a check where a grant is wider than in the snapshot, and passes one where it is narrower', async () => {
      const file = join(folder, `${platform}.json`);
      const args = ['--platform', platform, '--snapshot', file];
      expect(await run(['check', fixture('app.module.js'), ...args])).toMatchObject({
        code: 2,
        err: expect.stringContaining('There is no snapshot'),
      });
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

      const snapshot = JSON.parse(written) as { routes: Record<string, { origin: string[] }> };
      snapshot.routes['GET /orders']!.origin.push('https://gone.example');
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
    ['a provider that fails', ['no-database.module.js'], /does not boot: Error: connect ECONNREFUSED.*\n.*--preview/],
    ['an app that never is up', ['slow.module.js', '--timeout', '4'], /still being .* after 4 s\.\n.*--preview/],
    ['several modules', ['several.module.js'], /AdminModule, ShopModule\.\nSay which: --export AdminModule/],
    ['a wrong configuration', ['wrong.module.js'], /OrdersController\.update: No policy is registered as "partnr"/],
    ['no CorsModule', ['without-cors.module.js'], /AppModule does not import CorsModule/],
    ['a main file', ['main.js'], /"main\.js" starts a server when it is imported/],
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

  it('explains in words why a request is blocked, also without the providers', async () => {
    const args = ['--platform', 'express', '--url', '/orders', '--origin', 'https://tenant.example', '--preview'];
    const { code, out, err } = await run(['explain', fixture('no-database.module.js'), ...args]);
    expect(out).toContain('Blocked (origin-not-allowed)');
    expect(out).toContain("Access to fetch at 'http://localhost/orders' from origin 'https://tenant.example' has been");
    expect(out).toContain('To mend it:');
    expect(err).toContain('no provider was made (--preview)');
    expect(code).toBe(1);
  }, 60_000);

  it('says what is wrong with a question', async () => {
    const args = ['--platform', 'express', '--url', 'orders', '--origin', 'https://app.example'];
    const { code, err } = await run(['explain', fixture('app.module.js'), ...args]);
    expect(err).toContain('The question makes no sense: url is "orders"; write a path');
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

    it('says what the browser would do, and ends with 0 or 1', async () => {
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

    it('ends with 2 where TLS is spoken to a server that speaks none', async () => {
      const https = url.replace('http:', 'https:');
      const ended = await run(['probe', https, '--origin', 'https://app.example']);
      expect(ended.err).toMatch(/does not speak TLS there/);
      expect(ended.code).toBe(2);
    }, 60_000);
  });
});
