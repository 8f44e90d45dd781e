// Measures requests a second and latency over sockets: the app is in one process, the load generator in another.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { shuffled, spread } from '../statistics.js';

const VARIANTS = ['bare', 'floor', 'enableCors', 'ours'];
const KIND = 'allowed';
const LIST = '3 origins';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** @returns for each framework, variant and round `{ perSecond, p99, cpu }`, with `cpu` in microseconds a request */
export async function measureSockets({ rounds, seconds, connections = 64 }) {
  const results = {};
  for (const framework of ['express', 'fastify']) {
    const servers = [];
    for (const variant of VARIANTS) {
      const options = JSON.stringify({ framework, variant, list: LIST, routes: 10 });
      const child = fork(path('server.js'), [options], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      const [port] = await once(child, 'message');
      servers.push({ variant, child, port });
      await load({ port, connections, seconds: 2 });
    }
    for (let round = 0; round < rounds; round++) {
      for (const index of shuffled(servers.length)) {
        const { variant, child, port } = servers[index];
        child.send('begin');
        await once(child, 'message');
        const result = await load({ port, connections, seconds });
        child.send('end');
        const [cpuMicros] = await once(child, 'message');
        const answered = result.perSecond * seconds;
        ((results[framework] ??= {})[variant] ??= []).push({ ...result, cpu: cpuMicros / answered });
      }
    }
    servers.forEach(({ child }) => child.kill());
  }
  return results;
}

async function load(options) {
  const argument = JSON.stringify({ kind: KIND, list: LIST, ...options });
  const child = fork(path('load.js'), [argument], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [result] = await once(child, 'message');
  if (result.others > 0) {
    throw new Error(`${result.others} requests were not answered with 2xx.`);
  }
  return result;
}

export function socketsTable(results) {
  const lines = [];
  for (const [framework, variants] of Object.entries(results)) {
    lines.push(
      `| ${framework}, as a multiple of the bare app's | by hand | enableCors() | this library |`,
      '| --- | ---: | ---: | ---: |',
    );
    for (const [title, field] of [
      ['requests a second', 'perSecond'],
      ['processor time a request', 'cpu'],
      ['latency, 99 of 100', 'p99'],
    ]) {
      const cells = VARIANTS.slice(1).map((variant) =>
        spread(variants[variant].map((each, round) => each[field] / variants.bare[round][field])),
      );
      lines.push(`| ${title} | ${cells.join(' | ')} |`);
    }
    lines.push('');
  }
  return lines;
}
