// The global set-up of jest. It finds the services that some tests need, once in each run. It is JavaScript because
// jest does not compile a set-up that is an ES module. The tests read the result with services.ts.
import { accessSync, constants, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, isAbsolute, join } from 'node:path';
import { writeSourceAssets } from '../../tools/page-assets.js';

/** The variable that passes the result to the test workers: JSON of `{ [name]: { address } | { missing } }`. */
export const OUTCOME = 'CORS_TEST_SERVICES';

// `recognises` checks the first reply of a server. `greeting` is sent first if the protocol lets the client begin.
const servers = {
  postgres: {
    variable: 'CORS_TEST_POSTGRES_URL',
    address: 'postgres://postgres@127.0.0.1:5432/postgres',
    greeting: Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), // SSLRequest
    recognises: (reply) => /^[SN]/.test(reply),
  },
  mariadb: {
    variable: 'CORS_TEST_MARIADB_URL',
    address: 'mysql://root@127.0.0.1:3306',
    recognises: (reply) => reply.charCodeAt(4) === 10, // protocol version 10
  },
  redis: {
    variable: 'CORS_TEST_REDIS_URL',
    address: 'redis://127.0.0.1:6379',
    greeting: Buffer.from('PING\r\n'),
    recognises: (reply) => /^(\+PONG|-NOAUTH)/.test(reply),
  },
  nats: {
    variable: 'CORS_TEST_NATS_URL',
    address: 'nats://127.0.0.1:4222',
    recognises: (reply) => /^INFO .*"jetstream":true/.test(reply),
  },
};

const executables = {
  chromium: {
    variable: 'CHROMIUM_PATH',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    others: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  },
  firefox: {
    variable: 'FIREFOX_PATH',
    names: ['firefox', 'firefox-esr'],
    others: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  },
  // Executables of servers that a test starts, stops and breaks. Debian does not put these folders on the path.
  postgres_server: {
    variable: 'CORS_TEST_POSTGRES_SERVER',
    names: ['postgres'],
    others: debianPostgres(),
  },
  redis_server: {
    variable: 'CORS_TEST_REDIS_SERVER',
    names: ['redis-server'],
    others: [],
  },
  // The one of util-linux, which runs a command in its own terminal.
  script: { variable: 'CORS_TEST_SCRIPT', names: ['script'], others: [] },
  zsh: { variable: 'CORS_TEST_ZSH', names: ['zsh'], others: [] },
  fish: { variable: 'CORS_TEST_FISH', names: ['fish'], others: [] },
};

/** Further services that a required service needs. */
const implied = { postgres: ['postgres_server'], redis: ['redis_server'] };

/** The `postgres` executables of Debian's packages, the newest version first. */
function debianPostgres() {
  const folder = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(folder).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(folder, version, 'bin/postgres'));
  } catch {
    return [];
  }
}

export const serviceNames = [...Object.keys(servers), ...Object.keys(executables)];

/**
 * The required services: the comma-separated list `CORS_TEST_REQUIRE`, and the executables that `implied` adds to it.
 * Throws on an unknown name.
 */
export function requiredServices(env = process.env) {
  const names = (env.CORS_TEST_REQUIRE ?? '').split(',').map((name) => name.trim());
  const given = names.filter((name) => name !== '');
  const unknown = given.filter((name) => !serviceNames.includes(name));
  if (unknown.length > 0) {
    throw new Error(`CORS_TEST_REQUIRE names ${unknown.join(', ')}; the services are ${serviceNames.join(', ')}`);
  }
  return [...new Set(given.flatMap((name) => [name, ...(implied[name] ?? [])]))];
}

function detectServer({ variable, address: standard, greeting, recognises }, env, timeoutMs) {
  const address = env[variable] || standard;
  const where = env[variable] ? variable : new URL(standard).host; // the value of the variable may be secret
  if (!URL.canParse(address)) {
    return { missing: `${variable} is not a URL` };
  }
  return new Promise((resolve) => {
    const url = new URL(address);
    const socket = connect({ host: url.hostname, port: Number(url.port || new URL(standard).port) });
    const end = (outcome) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(timeoutMs, () => end({ missing: `no answer at ${where}` }));
    socket.on('error', () => end({ missing: `nothing listens at ${where}` }));
    socket.on('end', () => end({ missing: `something else listens at ${where}` }));
    socket.on('connect', () => greeting && socket.write(greeting));
    socket.on('data', (data) =>
      end(recognises(data.toString('latin1')) ? { address } : { missing: `something else listens at ${where}` }),
    );
  });
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function detectExecutable({ variable, names, others }, env) {
  if (env[variable]) {
    // If the given path is wrong, no other path is tried.
    return isExecutable(env[variable]) ? { address: env[variable] } : { missing: `${variable} is not an executable` };
  }
  const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...others];
  const found = candidates.find(isExecutable);
  return found ? { address: found } : { missing: `none of ${names.join(', ')} was found, and ${variable} is not set` };
}

/** Detects all services, with one round trip to each of at most `timeoutMs`. Leaves no handle open. */
export async function detectServices(env = process.env, timeoutMs = 1000) {
  const outcomes = await Promise.all([
    ...Object.entries(servers).map(async ([name, server]) => [name, await detectServer(server, env, timeoutMs)]),
    ...Object.entries(executables).map(([name, executable]) => [name, detectExecutable(executable, env)]),
  ]);
  return Object.fromEntries(outcomes);
}

export default async function globalSetup() {
  writeSourceAssets();
  const required = requiredServices();
  const services = await detectServices();
  const missing = required.filter((name) => 'missing' in services[name]);
  if (missing.length > 0) {
    const lines = missing.map((name) => `  ${name}: ${services[name].missing}`);
    throw new Error(`CORS_TEST_REQUIRE names services that are missing:\n${lines.join('\n')}`);
  }
  process.env[OUTCOME] = JSON.stringify(services);
}
