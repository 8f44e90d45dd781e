import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { CorsModuleOptions } from '../../lib/index.js';
import { PLATFORMS, type PlatformName } from '../support/app.js';
import { builtLibrary } from '../support/built-library.js';
import { SPELLINGS } from '../support/path-spellings.js';

/*
 * Rule 3.3: without a Nest handler, the code behind an entry of `routes` reads the path in its own way. Every spelling
 * of the path grants at most what the policy of the file's own path grants. No spelling sends the content to an origin
 * that this policy refuses with `enforce`.
 */

const PAGE = 'https://page.example';
const PARTNER = 'https://partner.example';

interface Policy {
  readonly origin: string[];
  readonly credentials?: boolean;
  readonly enforce?: boolean;
}

const OPEN: Policy = { origin: [PAGE, PARTNER], credentials: true };
const NARROW: Policy = { origin: [PARTNER] };
const SECRET: Policy = { origin: [PARTNER], credentials: true, enforce: true };

/** Folders with one file each. The file contains the name of the folder. */
const FOLDERS = ['open', 'narrow', 'secret', 'rest'] as const;
type Folder = (typeof FOLDERS)[number];

interface Configuration {
  readonly name: string;
  readonly defaultPolicy?: Policy;
  /** Entries in order; `'*'` covers all folders. */
  readonly entries: readonly (readonly [folder: Folder | '*', policy: Policy])[];
}

const CONFIGURATIONS: readonly Configuration[] = [
  {
    name: 'entries alone',
    entries: [
      ['open', OPEN],
      ['narrow', NARROW],
      ['secret', SECRET],
    ],
  },
  {
    name: 'entries under an open default policy',
    defaultPolicy: OPEN,
    entries: [
      ['narrow', NARROW],
      ['secret', SECRET],
    ],
  },
  {
    name: 'an open entry before one for all folders',
    entries: [
      ['open', OPEN],
      ['narrow', NARROW],
      ['*', SECRET],
    ],
  },
];

const SERVERS: Readonly<Record<PlatformName, readonly string[]>> = {
  express: [
    'express.static under a path',
    'express.static at the root',
    '@nestjs/serve-static',
    'useStaticAssets',
    'a proxy under a path',
    'a proxy at the root',
    'a mounted Express app',
    'a raw route',
  ],
  fastify: [
    '@fastify/static',
    '@nestjs/serve-static',
    'useStaticAssets',
    'express.static under a path',
    'express.static at the root',
    'a proxy under a path',
    'a proxy at the root',
    'a mounted Express app',
    'a raw route',
  ],
};

const CASES = PLATFORMS.flatMap((platform) => SERVERS[platform].map((server) => ({ platform, server })));

let child: ChildProcess;
/** For each index in `CASES`, the ports of its app, one for each configuration. */
let ports: readonly (readonly number[])[];

beforeAll(async () => {
  await builtLibrary();
  const apps = CASES.flatMap(({ platform, server }) =>
    CONFIGURATIONS.map((configuration) => ({ platform, server, cors: optionsOf(configuration, platform) })),
  );
  child = spawn(process.execPath, ['test/fixtures/file-servers.js', JSON.stringify(apps)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const all = JSON.parse(line) as number[];
  ports = CASES.map((_case, at) => all.slice(at * CONFIGURATIONS.length, (at + 1) * CONFIGURATIONS.length));
}, 120_000);

afterAll(async () => {
  client.destroy();
  child.stdin!.end();
  await once(child, 'exit');
});

describe.each(CASES.map((each, at) => ({ ...each, at })))('on $platform, $server', ({ at }) => {
  /** The targets that lead to a file, with the folder of that file. */
  const leads = new Map<string, Folder>();

  beforeAll(async () => {
    await inParallel(TARGETS, async (target) => {
      const folder = folderIn(await send(ports[at]![0]!, 'GET', target));
      if (folder !== undefined) {
        leads.set(target, folder);
      }
    });
  });

  it('finds each file by several spellings of its path', () => {
    const counts = FOLDERS.map((folder) => [...leads.values()].filter((each) => each === folder).length);
    expect(Math.min(...counts)).toBeGreaterThan(5);
  });

  it.each(CONFIGURATIONS.map((configuration, index) => ({ ...configuration, index })))(
    'grants no more on any spelling of a path than the policy of its file: $name',
    async ({ index, ...configuration }) => {
      const port = ports[at]![index]!;
      const found: string[] = [];
      await inParallel([...leads], async ([target, folder]) => {
        for (const origin of [PAGE, PARTNER]) {
          const policy = policyOf(configuration, folder);
          const response = await send(port, 'GET', target, { Origin: origin });
          const preflight = await send(port, 'OPTIONS', target, {
            Origin: origin,
            'Access-Control-Request-Method': 'PUT',
          });
          const isRefused = policy?.enforce === true && !policy.origin.includes(origin);
          const wrong = [
            ...(isRefused && folderIn(response) !== undefined ? ['the content of an enforced entry'] : []),
            ...excessOf(response, grantOf(policy, origin)),
            ...excessOf(preflight, grantOf(policy, origin)).map((each) => `preflight ${each}`),
          ];
          found.push(...wrong.map((each) => `${target} of ${origin}: the file of ${folder}: ${each}`));
        }
      });
      expect(found.sort((one, other) => one.length - other.length)).toEqual([]);
    },
  );

  it.each(CONFIGURATIONS.map((configuration, index) => ({ ...configuration, index })))(
    'grants everything of the policy on the usual spelling: $name',
    async ({ index, ...configuration }) => {
      const port = ports[at]![index]!;
      for (const folder of FOLDERS) {
        const policy = policyOf(configuration, folder);
        for (const path of [`/assets/${folder}/a.json`, `/assets/${folder}/b%20c.json?v=1`]) {
          for (const origin of [PAGE, PARTNER]) {
            const { status, cors } = await send(port, 'GET', path, { Origin: origin });
            const isRefused = policy?.enforce === true && !policy.origin.includes(origin);
            const expected = { status: isRefused ? 403 : 200, cors: grantOf(policy, origin) };
            expect({ path, origin, status, cors }).toEqual({ path, origin, ...expected });
          }
          expect(folderIn(await send(port, 'GET', path))).toBe(folder);
        }
      }
    },
  );
});

const TARGETS = SPELLINGS.flatMap((spell) => FOLDERS.map((folder) => spell(folder, 'a.json')));

/** The policy of the usual path of the files in a folder. */
function policyOf({ entries, defaultPolicy }: Configuration, folder: Folder): Policy | undefined {
  return entries.find(([each]) => each === folder || each === '*')?.[1] ?? defaultPolicy;
}

function optionsOf({ entries, defaultPolicy }: Configuration, platform: PlatformName): CorsModuleOptions {
  const wildcard = platform === 'express' ? '*path' : '*';
  return {
    routes: entries.map(([folder, policy]) => ({
      path: folder === '*' ? `/assets/${wildcard}` : `/assets/${folder}/${wildcard}`,
      policy,
    })),
    ...(defaultPolicy && { defaultPolicy }),
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  /** The `Access-Control-*` fields. */
  readonly cors: Readonly<Record<string, string>>;
}

const client = new Agent({ keepAlive: true, maxSockets: 8 });

/** Sends a request. Node sends the target unchanged. */
function send(port: number, method: string, target: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent: client, port, host: '127.0.0.1', method, path: target, headers }, (response) => {
      const cors = Object.entries(response.headers).filter(([name]) => name.startsWith('access-control-'));
      let body = '';
      response.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, cors: Object.fromEntries(cors) as Answer['cors'] }),
      );
    });
    sent.on('error', reject).end();
  });
}

function folderIn({ body }: Answer): Folder | undefined {
  return FOLDERS.find((folder) => body.includes(`the file of ${folder}`));
}

/** The granted fields that exceed the allowed ones. Max age, methods and headers are not grants by themselves. */
function excessOf({ cors }: Answer, granted: Readonly<Record<string, string>>): string[] {
  return ['access-control-allow-origin', 'access-control-allow-credentials'].flatMap((name) =>
    cors[name] === undefined || cors[name] === granted[name] ? [] : [`${name}: ${cors[name]}`],
  );
}

function grantOf(policy: Policy | undefined, origin: string): Readonly<Record<string, string>> {
  return policy?.origin.includes(origin)
    ? {
        'access-control-allow-origin': origin,
        ...(policy.credentials && { 'access-control-allow-credentials': 'true' }),
      }
    : {};
}

async function inParallel<T>(all: readonly T[], run: (each: T) => Promise<void>): Promise<void> {
  const rest = [...all];
  const work = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      await run(next);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}
