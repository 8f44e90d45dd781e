import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectServices, requiredServices } from './detect-services.js';
import { describeWith, requireService } from './services.js';
import SummaryReporter from './summary-reporter.js';

describe('required services', () => {
  it('are listed in CORS_TEST_REQUIRE, and an unknown name is an error', () => {
    expect(requiredServices({})).toEqual([]);
    expect(requiredServices({ CORS_TEST_REQUIRE: 'redis, chromium,' })).toEqual(['redis', 'redis_server', 'chromium']);
    expect(() => requiredServices({ CORS_TEST_REQUIRE: 'redis,chrome' })).toThrow(/names chrome; the services are/);
  });
});

describe('detection', () => {
  const servers: Server[] = [];
  let folder: string;

  /** Listens on a free port. Sends `reply` when a client connects, or after the client's first data if `waits`. */
  async function listen(reply: string | Buffer | undefined, waits = false): Promise<string> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      const answer = (): void => void (reply !== undefined && socket.write(reply));
      if (waits) {
        socket.once('data', answer);
      } else {
        answer();
      }
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `any://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'services-'));
    for (const name of ['chromium', 'postgres', 'redis-server']) {
      await writeFile(join(folder, name), '');
      await chmod(join(folder, name), 0o755);
    }
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    await rm(folder, { recursive: true });
  });

  it('accepts a server that speaks its protocol', async () => {
    const env = {
      CORS_TEST_POSTGRES_URL: await listen('N', true),
      CORS_TEST_MARIADB_URL: await listen(Buffer.from([74, 0, 0, 0, 10, 53])),
      CORS_TEST_REDIS_URL: await listen('+PONG\r\n', true),
      CORS_TEST_NATS_URL: await listen('INFO {"server_id":"N","jetstream":true}\r\n'),
      PATH: `relative:${folder}`,
    };

    expect(await detectServices(env)).toEqual({
      postgres: { address: env.CORS_TEST_POSTGRES_URL },
      mariadb: { address: env.CORS_TEST_MARIADB_URL },
      redis: { address: env.CORS_TEST_REDIS_URL },
      nats: { address: env.CORS_TEST_NATS_URL },
      chromium: { address: join(folder, 'chromium') },
      firefox: { missing: 'none of firefox, firefox-esr was found, and FIREFOX_PATH is not set' },
      postgres_server: { address: join(folder, 'postgres') },
      redis_server: { address: join(folder, 'redis-server') },
      script: { missing: 'none of script was found, and CORS_TEST_SCRIPT is not set' },
      zsh: { missing: 'none of zsh was found, and CORS_TEST_ZSH is not set' },
      fish: { missing: 'none of fish was found, and CORS_TEST_FISH is not set' },
    });
  });

  it('reports what is wrong with the others, without their addresses', async () => {
    const env = {
      CORS_TEST_POSTGRES_URL: await listen('HTTP/1.1 400 Bad Request\r\n', true),
      CORS_TEST_MARIADB_URL: await listen(undefined),
      CORS_TEST_REDIS_URL: 'redis://user:secret@127.0.0.1:1',
      CORS_TEST_NATS_URL: await listen('INFO {"server_id":"without JetStream"}\r\n'),
      CHROMIUM_PATH: join(folder, 'none'),
      CORS_TEST_POSTGRES_SERVER: join(folder, 'none'),
      CORS_TEST_REDIS_SERVER: join(folder, 'none'),
      PATH: folder,
    };

    expect(await detectServices(env, 50)).toEqual({
      postgres: { missing: 'something else listens at CORS_TEST_POSTGRES_URL' },
      mariadb: { missing: 'no answer at CORS_TEST_MARIADB_URL' },
      redis: { missing: 'nothing listens at CORS_TEST_REDIS_URL' },
      nats: { missing: 'something else listens at CORS_TEST_NATS_URL' },
      chromium: { missing: 'CHROMIUM_PATH is not an executable' },
      firefox: { missing: 'none of firefox, firefox-esr was found, and FIREFOX_PATH is not set' },
      postgres_server: { missing: 'CORS_TEST_POSTGRES_SERVER is not an executable' },
      redis_server: { missing: 'CORS_TEST_REDIS_SERVER is not an executable' },
      script: { missing: 'none of script was found, and CORS_TEST_SCRIPT is not set' },
      zsh: { missing: 'none of zsh was found, and CORS_TEST_ZSH is not set' },
      fish: { missing: 'none of fish was found, and CORS_TEST_FISH is not set' },
    });
    const unusable = await detectServices({ ...env, CORS_TEST_REDIS_URL: 'not a URL' }, 50);
    expect(unusable['redis']).toEqual({ missing: 'CORS_TEST_REDIS_URL is not a URL' });
  });
});

describe('a test that needs a service', () => {
  const found = process.env['CORS_TEST_SERVICES'];
  process.env['CORS_TEST_SERVICES'] = JSON.stringify({ redis: { address: 'redis://somewhere' } });
  describeWith('redis', 'receives its address', (address) => {
    it('runs if it is available', () => {
      expect(address).toBe('redis://somewhere');
    });
  });
  process.env['CORS_TEST_SERVICES'] = found;

  const services = (outcomes: object, body: () => void): void => {
    process.env['CORS_TEST_SERVICES'] = JSON.stringify(outcomes);
    try {
      body();
    } finally {
      process.env['CORS_TEST_SERVICES'] = found;
    }
  };

  it('receives its address or an error from requireService()', () => {
    services({ redis: { address: 'redis://somewhere' }, mariadb: { missing: 'nothing listens' } }, () => {
      expect(requireService('redis')).toBe('redis://somewhere');
      expect(() => requireService('mariadb')).toThrow('mariadb is missing: nothing listens');
      expect(() => requireService('postgres')).toThrow('There is no service postgres');
    });
  });
});

describe('the end of a run', () => {
  const printed = (results: object): string => {
    const lines: string[] = [];
    new SummaryReporter((text: string) => lines.push(text)).onRunComplete(undefined, results);
    return lines.join('');
  };
  const run = { numPassedTests: 12, numFailedTests: 0, numRuntimeErrorTestSuites: 0, testResults: [] };

  it('prints the counts on a separate line, with a file that did not load as one failure', () => {
    expect(printed(run)).toBe('\n12 passed, 0 failed\n');
    expect(printed({ ...run, numFailedTests: 2, numRuntimeErrorTestSuites: 1 })).toBe('\n12 passed, 3 failed\n');
  });

  it('lists the services that were missing', () => {
    const testResults = [
      { status: 'passed', fullName: 'passes' },
      { status: 'pending', fullName: 'a page [needs chromium] is blocked' },
      { status: 'pending', fullName: 'a page [needs chromium] is let through' },
      { status: 'pending', fullName: 'filtered out by a name pattern' },
    ];
    expect(printed({ ...run, testResults: [{ testResults }] })).toBe(
      '\nSkipped, because chromium is missing: 2 tests\n12 passed, 0 failed, 2 skipped\n',
    );
  });
});
