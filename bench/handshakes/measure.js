// Measures the cost of the check in a WebSocket handshake. The app has its own process, the client runs in this one.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { shuffled, spread } from '../statistics.js';
import { entriesOf } from '../traffic.js';

/** The variants. The bare adapter appears twice; the difference between the two is the noise. */
const VARIANTS = ['bare', 'again', 'ours'];
const LIST = '3 origins';
const BLOCK = 100;
const ORIGIN = [...entriesOf(LIST)][0];

/** @returns for each framework with its adapter, and for each variant, the time and the processor time of every round */
export async function measureHandshakes({ rounds }) {
  const results = {};
  for (const framework of ['express', 'fastify']) {
    for (const adapter of ['socket.io', 'ws']) {
      const servers = await Promise.all(VARIANTS.map((variant) => start({ framework, adapter, variant, list: LIST })));
      for (let round = -2; round < rounds; round++) {
        for (const index of shuffled(servers.length)) {
          const taken = await block(servers[index], adapter);
          if (round >= 0) {
            ((results[`${framework}, ${adapter}`] ??= {})[VARIANTS[index]] ??= []).push(taken);
          }
        }
      }
      servers.forEach(({ child }) => child.kill());
    }
  }
  return results;
}

async function start(options) {
  const child = fork(fileURLToPath(new URL('server.js', import.meta.url)), [JSON.stringify(options)]);
  const [port] = await once(child, 'message');
  return { child, port };
}

async function block({ child, port }, adapter) {
  child.send('begin');
  await once(child, 'message');
  const from = performance.now();
  for (let at = 0; at < BLOCK; at++) {
    await (adapter === 'ws' ? openWs(port) : openSocketIo(port));
  }
  const time = performance.now() - from;
  child.send('end');
  const [processor] = await once(child, 'message');
  return { time, processor };
}

/** Opens a socket, and drops it. */
async function openWs(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { origin: ORIGIN });
  await once(socket, 'open');
  socket.terminate();
}

/** Opens a transport of socket.io, joins its namespace, and drops it. */
async function openSocketIo(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, { origin: ORIGIN });
  await once(socket, 'message');
  socket.send('40');
  const [joined] = await once(socket, 'message');
  if (!joined.toString().startsWith('40{')) {
    throw new Error(`The client did not join: ${joined}`);
  }
  socket.terminate();
}

export function handshakesTable(results) {
  const lines = [
    '| as a multiple of the bare adapter | time | processor time of the app | _the bare adapter beside itself: time_ | _processor_ |',
    '| --- | ---: | ---: | ---: | ---: |',
  ];
  for (const [title, { bare, again, ours }] of Object.entries(results)) {
    const ratios = (rounds, field) => spreadOfMiddle(rounds.map((each, round) => each[field] / bare[round][field]));
    const cells = [ours, again].flatMap((rounds) => [ratios(rounds, 'time'), ratios(rounds, 'processor')]);
    lines.push(`| ${title} | ${cells.join(' | ')} |`);
  }
  return [...lines, ''];
}

/** Describes the median and the middle half. A block is short, and other work on the machine delays some blocks. */
function spreadOfMiddle(ratios) {
  const sorted = [...ratios].sort((a, b) => a - b);
  return spread(sorted.slice(sorted.length >> 2, Math.ceil(sorted.length * 0.75)));
}
