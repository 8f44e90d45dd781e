import { execFile } from 'node:child_process';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { promisify } from 'node:util';
import { builtLibrary } from '../support/built-library.js';
import { freePort } from '../support/free-port.js';

/** Starts and ends a watch, and prints the number of milliseconds until the process ends. */
const script = (entry: string, name: string, connection: string): string => `
  import { ${name} } from 'nestjs-cors-policy/${entry}';
  const log = { log() {}, warn() {}, error() {} };
  const end = new ${name}({ connection: '${connection}', log }).watch(() => {}, 'list');
  setTimeout(async () => {
    const from = performance.now();
    process.on('exit', () => console.log(Math.round(performance.now() - from)));
    await end();
  }, 500);
`;

describe('a feed that is closed', () => {
  let silent: Server;
  beforeAll(async () => {
    await builtLibrary();
    silent = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  }, 300_000);
  afterAll(() => silent.close());

  it.each([
    ['redis', 'RedisNotify', 'redis://127.0.0.1:'],
    ['postgres', 'PostgresNotify', 'postgres://x@127.0.0.1:'],
  ])(
    'lets the process end within a second, without a listener and without an answer: %s',
    async (entry, name, address) => {
      for (const port of [await freePort(), (silent.address() as AddressInfo).port]) {
        const args = ['--input-type=module', '-e', script(entry, name, `${address}${port}`)];
        const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
        expect(stdout).toMatch(/^\d+$/m);
        expect(Number(stdout)).toBeLessThan(1_000);
      }
    },
    60_000,
  );
});
