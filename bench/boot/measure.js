// What the library adds to the start of an app, and what it takes to import and to install.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, spread } from '../statistics.js';

const ONCE = fileURLToPath(new URL('once.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

async function run(...args) {
  const child = fork(ONCE, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [answer] = await once(child, 'message');
  await once(child, 'exit');
  return answer;
}

/** @returns lines of Markdown */
export async function bootTable({ launches, routes = [10, 5_000] }) {
  const lines = [
    '| start of an app | added to the boot | as a multiple of the bare boot | first request | first preflight |',
    '| --- | ---: | ---: | ---: | ---: |',
  ];
  for (const framework of ['express', 'fastify']) {
    for (const count of routes) {
      const runs = [];
      for (let launch = 0; launch < launches; launch++) {
        const bare = await run('boot', JSON.stringify({ framework, variant: 'empty', routes: count }));
        const ours = await run('boot', JSON.stringify({ framework, variant: 'ours', routes: count }));
        runs.push({ bare, ours });
      }
      const added = (field) =>
        spread(
          runs.map(({ bare, ours }) => ours[field] - bare[field]),
          1,
        );
      const times = spread(runs.map(({ bare, ours }) => ours.booted / bare.booted));
      lines.push(
        `| ${framework}, ${count.toLocaleString('en')} routes | ${added('booted')} ms | ${times} | +${added('first')} ms | +${added('firstPreflight')} ms |`,
      );
    }
  }
  return [...lines, ''];
}

const PEERS = ['nestjs-cors-policy', 'cors', '@fastify/cors', 'hono/cors', 'h3'];

/** @returns lines of Markdown */
export async function sizeTable({ launches }) {
  const lines = ['| package | import | installed packages | installed size |', '| --- | ---: | ---: | ---: |'];
  for (const name of PEERS) {
    const times = [];
    for (let launch = 0; launch < launches; launch++) {
      times.push(await run('import', name));
    }
    const { packages, bytes } = installed(name.startsWith('@') ? name : name.split('/')[0]);
    lines.push(`| ${name} | ${median(times).toFixed(1)} ms | ${packages} | ${(bytes / 1024).toFixed(0)} KiB |`);
  }
  return [...lines, ''];
}

/** A package with everything that is installed with it: itself and its dependencies, as they lie on the disk. */
function installed(name) {
  const seen = new Set();
  let bytes = 0;
  const visit = (folder, files) => {
    if (seen.has(folder)) {
      return;
    }
    seen.add(folder);
    bytes += files ?? sizeOf(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    Object.keys(dependencies).forEach((each) => visit(folderOf(each, folder)));
  };
  if (name === 'nestjs-cors-policy') {
    visit(ROOT, packedSize());
  } else {
    visit(folderOf(name, ROOT));
  }
  return { packages: seen.size, bytes };
}

/** What a user gets of this package. */
function packedSize() {
  const [{ unpackedSize }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  return unpackedSize;
}

function folderOf(name, from) {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name);
  const place = places
    .map((each) => join(each, name))
    .find((each) => statSync(join(each, 'package.json'), { throwIfNoEntry: false }));
  return place ?? dirname(createRequire(join(from, 'package.json')).resolve(name));
}

function sizeOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name === 'node_modules' ? sum : sum + sizeOf(path);
    }
    return sum + statSync(path).size;
  }, 0);
}
