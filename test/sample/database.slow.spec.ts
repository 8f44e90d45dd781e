import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import pg from 'pg';
import request from 'supertest';
import { corsHeaders } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { ownRedis } from '../support/own-server.js';
import { describeWith } from '../support/services.js';
import { until } from '../support/until.js';
import { buildQuickstart, runQuickstart, spawnQuickstart, START_TIMEOUT_MS } from './quickstart-process.js';

const EMBEDDED = { DATABASE_URL: undefined, REDIS_URL: undefined, ADMIN_TOKEN: undefined };
const TEA_HOUSE = 'https://tea-house.example';
const CORNER_SHOP = 'https://corner-shop.example';

/** Milliseconds that an instance has to act or to end, on a busy machine. */
const SOON_MS = 30_000;

beforeAll(() => buildQuickstart('03-database'), START_TIMEOUT_MS);

/** Runs the walk-through to its end and returns its lines. */
async function walk(env: NodeJS.ProcessEnv): Promise<string[]> {
  const { code, stdout, stderr } = await runQuickstart(['--once'], { ...EMBEDDED, ...env }, '03-database');
  expect({ code, stderr, difference: /NOT as expected[^]*/.exec(stdout)?.[0] }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n');
}

/** Expects that both changes reached both instances, and that the milliseconds of each are printed. */
function expectChanges(lines: readonly string[]): void {
  const seen = (word: string): string => `${word} after [\\d.]+ ms +${word} after [\\d.]+ ms`;
  for (const row of [
    `^ +\\+ ${CORNER_SHOP} +instance 1 +201 in [\\d.]+ ms +${seen('granted')}$`,
    `^ +- ${CORNER_SHOP} +instance 2 +204 in [\\d.]+ ms +${seen('refused')}$`,
  ]) {
    expect(lines).toContainEqual(expect.stringMatching(row));
  }
}

describe('the shop with its tenants in an embedded database, once', () => {
  let lines: string[];

  beforeAll(async () => {
    lines = await walk({});
  }, START_TIMEOUT_MS);

  it('shows the database, how changes arrive, and both instances', () => {
    expect(lines).toContainEqual(expect.stringMatching(/^ +database +SQLite, embedded: file:/));
    expect(lines).toContainEqual(expect.stringMatching(/^ +changes +found by each instance, .* every second$/));
    for (const name of ['instance 1', 'instance 2']) {
      expect(lines).toContainEqual(expect.stringMatching(`^ +${name} +http://localhost:\\d+ +process \\d+$`));
    }
  });

  it('allows exactly the listed origins, on both instances', () => {
    expect(lines).toContainEqual(expect.stringMatching(`^ +${TEA_HOUSE} +granted +granted$`));
    expect(lines).toContainEqual(expect.stringMatching(`^ +${CORNER_SHOP} +refused +refused$`));
  });

  it('shows after how many milliseconds a change reaches each instance', () => {
    expectChanges(lines);
  });

  it.each([
    ['401  without the token', /^Send the admin token$/],
    [`204  the preflight of a page, ${TEA_HOUSE}`, /^No Access-Control-\* header/],
    [`400  ${CORNER_SHOP}/start`, /^origin-path: .* Instead: https:\/\/corner-shop\.example$/],
    ['400  http://corner-shop.example', /^origin-insecure: /],
    ['400  https://*.github.io', /^origin-public-suffix: /],
    ['400  *', /^origin-any: /],
    [`409  ${TEA_HOUSE}`, /^origin-taken: /],
    ['404  removing https://unlisted.example', /^origin-unknown: /],
  ])('the admin endpoint refuses with %s', (title, reason) => {
    const index = lines.indexOf(`  ${title}`);
    const next = lines.slice(index + 1).findIndex((line) => /^ {2}\d|^$/.test(line));
    const said = lines.slice(index + 1, index + 1 + next).map((line) => line.trim());
    expect(said.join(' ')).toMatch(reason);
  });

  it('fits a terminal, writes no colours into a pipe, and leaves no file', () => {
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
    expect(lines.join()).not.toContain('\u001b');
    const file = /file:(\S+)/.exec(lines.join('\n'))?.[1];
    expect(existsSync(file!)).toBe(false);
  });
});

describe('the shop with its tenants in an embedded database', () => {
  let shop: Running;

  beforeEach(async () => {
    shop = await Running.start();
  }, START_TIMEOUT_MS);
  afterEach(async () => {
    await shop.end('SIGKILL');
    await rm(dirname(shop.file), { recursive: true, force: true });
  });

  it(
    'keeps running for the commands that it prints, and ends cleanly',
    async () => {
      const [first, second] = shop.urls as [string, string];
      const token = /Bearer (\S+?)'/.exec(shop.text)?.[1];
      expect(shop.text).toContain(`curl -i '${second}/storefront' -H 'Origin: ${CORNER_SHOP}'`);
      const grant = async (): Promise<object> =>
        corsHeaders(await request(second).get('/storefront').set('Origin', CORNER_SHOP));
      expect(await grant()).toEqual({});

      const entry = { tenant: 'corner-shop', origin: CORNER_SHOP };
      await request(first).post('/admin/origins').send(entry).expect(401);
      await request(first).post('/admin/origins').set('Authorization', 'Bearer guess').send(entry).expect(401);
      await request(first).post('/admin/origins').set('Authorization', `Bearer ${token}`).send(entry).expect(201);
      await until(async () => Object.keys(await grant()).length > 0, SOON_MS);
      expect(await grant()).toEqual({
        'access-control-allow-origin': CORNER_SHOP,
        'access-control-allow-credentials': 'true',
      });
      await request(second).get('/storefront').set('Origin', CORNER_SHOP).expect(200, { tenant: 'corner-shop' });
      const { body } = await request(second).get('/admin/origins').set('Authorization', `Bearer ${token}`).expect(200);
      expect(body.entries.map(({ origin }: { origin: string }) => origin)).toEqual([TEA_HOUSE, CORNER_SHOP]);

      expect(await shop.end('SIGTERM')).toBe(0);
      expect(existsSync(shop.file)).toBe(false);
      expect(shop.alive()).toEqual([]);
    },
    START_TIMEOUT_MS,
  );

  it(
    'exits with 1 if one instance ends, and stops the other one',
    async () => {
      process.kill(shop.pids[1]!, 'SIGKILL');
      expect(await shop.ended).toBe(1);
      expect(shop.stderr).toContain('instance 2');
      expect(shop.alive()).toEqual([]);
    },
    START_TIMEOUT_MS,
  );

  it(
    'leaves no instance running if it is killed',
    async () => {
      await shop.end('SIGKILL');
      await until(() => shop.alive().length === 0, SOON_MS);
    },
    START_TIMEOUT_MS,
  );
});

it.each([
  ['mysql://root@127.0.0.1/shop', 'mysql:'],
  ['shop.db', '":"'],
])(
  'the shop refuses a database without a driver: %s',
  async (url, named) => {
    const { code, stderr } = await runQuickstart(['--once'], { ...EMBEDDED, DATABASE_URL: url }, '03-database');
    expect([code, stderr]).toEqual([1, expect.stringContaining('DATABASE_URL must begin with postgres:// or file:')]);
    expect(stderr).toContain(named);
  },
  START_TIMEOUT_MS,
);

it(
  'the shop reports that Redis does not answer, and its changes still arrive',
  async () => {
    const env = { ...EMBEDDED, REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
    const { code, stdout } = await runQuickstart(['--once'], env, '03-database');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +changes +Redis does not answer at REDIS_URL: found by each instance/m);
    expectChanges(stdout.split('\n'));
  },
  START_TIMEOUT_MS,
);

describeWith('postgres', 'the shop with its tenants in PostgreSQL', (address) => {
  const schema = `cors_shop_${process.pid}`;
  let database: pg.Client;

  beforeAll(async () => {
    database = new pg.Client(address);
    await database.connect();
    await database.query(`CREATE SCHEMA ${schema}`);
  });
  afterAll(async () => {
    await database.query(`DROP SCHEMA ${schema} CASCADE`);
    await database.end();
  });

  it(
    'gets changes from PostgreSQL, and starts again on existing tables',
    async () => {
      const url = new URL(address);
      url.searchParams.set('options', `-c search_path=${schema}`);
      for (const run of ['first', 'second']) {
        const lines = await walk({ DATABASE_URL: url.href });
        expect([run, ...lines]).toContainEqual(expect.stringMatching(/^ +changes +announced by PostgreSQL/));
        expectChanges(lines);
      }
      const { rows } = await database.query(`SELECT allowlist, origin, note FROM ${schema}.cors_origins`);
      expect(rows).toEqual([{ allowlist: 'tenants', origin: TEA_HOUSE, note: 'tea-house' }]);
    },
    START_TIMEOUT_MS,
  );
});

describeWith('redis_server', 'the shop with its tenants in an embedded database and Redis', (executable) => {
  it(
    'announces changes through Redis',
    async () => {
      const redis = await ownRedis(executable);
      try {
        await redis.start();
        const lines = await walk({ REDIS_URL: redis.url });
        expect(lines).toContainEqual(expect.stringMatching(/^ +changes +announced through Redis$/));
        expectChanges(lines);
      } finally {
        await redis.remove();
      }
    },
    START_TIMEOUT_MS,
  );
});

/** The sample as a process that keeps running. */
class Running {
  /** The exit code; `null` if a signal ended the process. */
  readonly ended: Promise<number | null>;
  text = '';
  stderr = '';

  private constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    this.ended = once(child, 'exit').then(([code]) => code);
    child.stderr.on('data', (chunk) => (this.stderr += chunk));
  }

  /** Starts the sample, and waits until it has printed the commands to try. */
  static async start(): Promise<Running> {
    const running = new Running(spawnQuickstart([], EMBEDDED, '03-database'));
    for await (const line of createInterface({ input: running.child.stdout })) {
      running.text += `${line}\n`;
      if (line.includes('-X DELETE')) {
        return running;
      }
    }
    throw new Error(`The sample ended before it printed the commands to try:\n${running.text}${running.stderr}`);
  }

  get urls(): string[] {
    return [...this.text.matchAll(/^ +instance \d +(\S+)/gm)].map(([, url = '']) => url);
  }

  get file(): string {
    return /file:(\S+)/.exec(this.text)?.[1] ?? '';
  }

  get pids(): number[] {
    return [...this.text.matchAll(/ process (\d+)$/gm)].map(([, pid]) => Number(pid));
  }

  /** The process ids of the instances that still run. */
  alive(): number[] {
    return this.pids.filter((pid) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    });
  }

  end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}
