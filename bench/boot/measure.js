// What the library adds to the start of an app, and what it takes to import and to install.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, spread } from '../statistics.js';

const ONCE = fileURLToPath(new URL('once.js', import.meta.url));
const COLD = fileURLToPath(new URL('cold.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const run = (...args) => runFile(ONCE, ...args);

async function runFile(file, ...args) {
  const child = fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [answer] = await once(child, 'message');
  await once(child, 'exit');
  return answer;
}

/** The apps whose start is measured, each beside the same app without CORS. */
const STARTS = [
  ...['express', 'fastify'].flatMap((framework) => [
    { framework, variant: 'ours', base: 'empty', title: `this library on ${framework}` },
    { framework, variant: 'enableCors', base: 'empty', title: `enableCors() on ${framework}` },
  ]),
  ...['hono', 'h3'].map((framework) => ({
    framework,
    variant: 'cors',
    base: 'bare',
    title: `${framework}'s own CORS`,
  })),
];

/**
 * The least of some launches: whatever else runs on the machine only adds.
 *
 * @returns lines of Markdown
 */
export async function bootTable({ launches, routes = [10, 5_000] }) {
  const lines = [
    '| start of an app | added to the boot | as a multiple of the bare boot | first request | first preflight |',
    '| --- | ---: | ---: | ---: | ---: |',
  ];
  for (const { framework, variant, base, title } of STARTS) {
    for (const count of variant === 'ours' ? routes : routes.slice(0, 1)) {
      const runs = { [base]: [], [variant]: [] };
      for (let launch = 0; launch < launches; launch++) {
        for (const each of [base, variant]) {
          runs[each].push(await run('boot', JSON.stringify({ framework, variant: each, routes: count })));
        }
      }
      const least = (each, field) => Math.min(...runs[each].map((times) => times[field]));
      const added = (field) => `${(least(variant, field) - least(base, field)).toFixed(1)} ms`;
      const times = (least(variant, 'booted') / least(base, 'booted')).toFixed(2);
      lines.push(
        `| ${title}, ${count.toLocaleString('en')} routes | ${added('booted')} | ${times} | ${added('first')} | ${added('firstPreflight')} |`,
      );
    }
  }
  return [...lines, ''];
}

const OURS = 'nestjs-cors-policy';
const PEERS = [OURS, 'cors', '@fastify/cors', 'hono/cors', 'h3'];

/**
 * Imports each package in processes of their own, by turns, in an app that has loaded Nest.
 *
 * Processor time would be less exact: V8 collects garbage and compiles on other threads, in some processes and not in
 * others.
 *
 * @returns {Promise<Map<string, number[]>>} milliseconds by name
 */
async function measureImports(names, launches) {
  const times = new Map(names.map((name) => [name, []]));
  for (let launch = 0; launch < launches; launch++) {
    for (const name of names) {
      times.get(name).push(await run('import', name));
    }
  }
  return times;
}

/** @returns lines of Markdown */
export async function sizeTable({ launches }) {
  const times = await measureImports(PEERS, launches);
  const least = (name) => Math.min(...times.get(name));
  const basis = least('@fastify/cors');
  const lines = [
    '| package | import | ÷ @fastify/cors | files | its size | packages | size with these |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  for (const name of PEERS) {
    const { packages, bytes, own } = installed(name.startsWith('@') ? name : name.split('/')[0]);
    const ms = least(name);
    const kib = (size) => `${(size / 1024).toFixed(0)} KiB`;
    lines.push(
      `| ${name} | ${ms.toFixed(1)} ms | ${(ms / basis).toFixed(1)} | ${own.files} | ${kib(own.bytes)} | ${packages} | ${kib(bytes)} |`,
    );
  }
  return [...lines, ''];
}

/** @returns lines of Markdown */
export async function coldStartTable({ launches }) {
  const variants = { bare: 'without CORS', enableCors: 'with `enableCors()`', ours: 'with this library' };
  const times = Object.fromEntries(Object.keys(variants).map((variant) => [variant, []]));
  for (let launch = 0; launch < launches; launch++) {
    for (const variant of Object.keys(variants)) {
      times[variant].push(await runFile(COLD, variant));
    }
  }
  return [
    '| cold start of a function on Express, first answer included | processor time | ÷ without CORS |',
    '| --- | ---: | ---: |',
    ...Object.entries(variants).map(
      ([variant, title]) =>
        `| ${title} | ${spread(times[variant], 0)} ms | ${(median(times[variant]) / median(times.bare)).toFixed(2)} |`,
    ),
    '',
  ];
}

/** @returns what is the same on every machine, nearly: the import beside that of `@fastify/cors`, the files, the MiB */
export async function startRatios({ launches }) {
  const times = await measureImports([OURS, '@fastify/cors'], launches);
  // The least: whatever else runs on the machine only adds.
  const least = (name) => Math.min(...times.get(name));
  const { files, bytes } = packed();
  return {
    'import: this library ÷ @fastify/cors': Number((least(OURS) / least('@fastify/cors')).toFixed(3)),
    'installed files ÷ 60': Number((files / 60).toFixed(3)),
    'installed size ÷ 1 MiB': Number((bytes / 2 ** 20).toFixed(3)),
  };
}

/** A package with everything that is installed with it: itself and its dependencies, as they lie on the disk. */
function installed(name) {
  const seen = new Map();
  const visit = (folder, own = filesOf(folder)) => {
    if (seen.has(folder)) {
      return;
    }
    seen.set(folder, own);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    Object.keys(dependencies).forEach((each) => visit(folderOf(each, folder)));
  };
  if (name === OURS) {
    visit(ROOT, packed());
  } else {
    visit(folderOf(name, ROOT));
  }
  const [own] = seen.values();
  return { packages: seen.size, bytes: [...seen.values()].reduce((sum, { bytes }) => sum + bytes, 0), own };
}

/** What a user gets of this package. */
function packed() {
  const [{ unpackedSize, entryCount }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  return { files: entryCount, bytes: unpackedSize };
}

function folderOf(name, from) {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name);
  const place = places
    .map((each) => join(each, name))
    .find((each) => statSync(join(each, 'package.json'), { throwIfNoEntry: false }));
  return place ?? dirname(createRequire(join(from, 'package.json')).resolve(name));
}

/** The files of a package and their bytes, without packages inside of it. */
function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce(
    ({ files, bytes }, entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const below = entry.name === 'node_modules' ? { files: 0, bytes: 0 } : filesOf(path);
        return { files: files + below.files, bytes: bytes + below.bytes };
      }
      return { files: files + 1, bytes: bytes + statSync(path).size };
    },
    { files: 0, bytes: 0 },
  );
}
