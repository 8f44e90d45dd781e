import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { builtLibrary } from '../support/built-library.js';

/* Rules 6.2 and 8.6: the command runs in its own process, on an app with gateways. */

const TIMEOUT_MS = 60_000;
const fixture = (name: string): string => resolve('test/fixtures/command', name);

let entry: string;
let folder: string;

beforeAll(async () => {
  entry = join(await builtLibrary(), 'esm/cli.js');
  folder = await mkdtemp(join(tmpdir(), 'command-'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

function run(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
  const env = { ...process.env, GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', NO_COLOR: '1' };
  return new Promise((done) => {
    const child = execFile(process.execPath, [entry, ...args], { env }, (_error, out) => {
      done({ code: child.exitCode ?? -1, out });
    });
  });
}

describe.each([
  ['express', []],
  ['fastify', []],
  ['express', ['--preview']],
  ['fastify', ['--preview']],
])('on %s %j', (platform, more) => {
  const args = ['--platform', platform, ...more];

  it(
    'lists the gateways',
    async () => {
      const { code, out } = await run('routes', fixture('sockets.module.js'), ...args);
      expect(out.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
        expect.stringMatching(/^METHOD/),
        'WS | /socket.io | partners | https://app.example | - | - | yes | ChatGateway',
        'WS | /socket.io (namespace /admin) | @NoCors() | no origin | - | - | yes | AdminGateway',
        '',
      ]);
      expect(code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['https://app.example', 0, 'allowed'],
    ['https://stranger.example', 1, 'origin-not-allowed'],
  ])(
    'explains the handshake of %s, and ends with %i',
    async (origin, code, reason) => {
      const asked = ['--url', 'ws://localhost/socket.io/', '--origin', origin, '--json'];
      const ended = await run('explain', fixture('sockets.module.js'), ...asked, ...args);
      expect(JSON.parse(ended.out)).toMatchObject({ request: { webSocket: true }, reason });
      expect(ended.code).toBe(code);
    },
    TIMEOUT_MS,
  );

  it(
    'fails a check if a gateway is open to one more origin than in the snapshot',
    async () => {
      const at = ['--snapshot', join(folder, `${args.join('')}.json`), ...args];
      expect(await run('check', fixture('sockets.module.js'), '--write', ...at)).toMatchObject({ code: 0 });
      expect(await run('check', fixture('sockets.module.js'), ...at)).toMatchObject({ code: 0 });
      expect(await run('check', fixture('wider-sockets.module.js'), ...at)).toEqual({
        code: 1,
        out: expect.stringContaining('WS /socket.io is now open to https://new.example'),
      });
    },
    TIMEOUT_MS,
  );
});
