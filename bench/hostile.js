// Measures the cost of hostile requests as a multiple of a usual request, and the memory that they leave.
import { median, shuffled, spread } from './statistics.js';
import { startWorker } from './in-process/fleet.js';
import { HOSTILE } from './traffic.js';

const DISTINCT = 100_000;

/** @returns lines of Markdown */
export async function hostileTable({ rounds }) {
  const lines = [
    '| hostile request ÷ usual one of the same app | Express, enableCors() | Express, this library | Fastify, enableCors() | Fastify, this library |',
    '| --- | ---: | ---: | ---: | ---: |',
  ];
  const apps = ['express', 'fastify'].flatMap((framework) =>
    ['enableCors', 'ours'].map((variant) => ({ framework, variant, list: '3 origins', routes: 10 })),
  );
  const flags = ['--expose-gc', '--max-semi-space-size=64'];
  const workers = [];
  for (const app of apps) {
    workers.push(await startWorker({ app, list: '3 origins' }, flags));
  }
  for (const [kind, { usual }] of Object.entries(HOSTILE)) {
    const ratios = apps.map(() => []);
    for (let round = -2; round < rounds; round++) {
      for (const index of shuffled(apps.length)) {
        const time = (asked) => workers[index].ask({ job: 'time', kind: asked, count: 400 });
        const [hostile, plain] = [await time(kind), await time(usual)];
        if (round >= 0) {
          ratios[index].push(hostile / plain);
        }
      }
    }
    lines.push(`| ${kind} | ${ratios.map((each) => spread(each)).join(' | ')} |`);
  }
  for (const [what, kind] of [
    ['origins', 'no origin twice'],
    ['paths', 'preflight: no path twice'],
  ]) {
    const kept = [];
    for (const worker of workers) {
      const before = await worker.ask({ job: 'kept' });
      for (let sent = 0; sent < DISTINCT; sent += 1_000) {
        await worker.ask({ job: 'time', kind, count: 1_000 });
      }
      kept.push(`${(((await worker.ask({ job: 'kept' })) - before) / 1024).toFixed(0)} KiB`);
    }
    lines.push(`| _left in memory by ${DISTINCT.toLocaleString('en')} distinct ${what}_ | ${kept.join(' | ')} |`);
  }
  workers.forEach((worker) => worker.stop());
  return [...lines, ''];
}

/** @returns lines of Markdown: the bytes that one request allocates */
export async function allocationTable() {
  const variants = ['bare', 'floor', 'enableCors', 'ours'];
  const lines = [
    '| bytes that a request allocates, beyond the bare app | by hand | enableCors() | this library |',
    '| --- | ---: | ---: | ---: |',
  ];
  for (const framework of ['express', 'fastify']) {
    const bytes = {};
    for (const variant of [...variants, 'empty']) {
      const app = { framework, variant, list: '3 origins', routes: 10 };
      const worker = await startWorker({ app, list: '3 origins' }, [
        '--expose-gc',
        '--min-semi-space-size=256',
        '--max-semi-space-size=256',
      ]);
      for (const kind of ['allowed', 'preflight granted']) {
        for (let warm = 0; warm < 20; warm++) {
          await worker.ask({ job: 'time', kind, count: 500 });
        }
        const runs = [];
        for (let run = 0; run < 5; run++) {
          runs.push(await worker.ask({ job: 'bytes', kind, count: 1_000 }));
        }
        (bytes[kind] ??= {})[variant] = median(runs);
      }
      worker.stop();
    }
    for (const [kind, by] of Object.entries(bytes)) {
      const base = kind === 'allowed' ? by.bare : by.empty;
      const cells = variants.slice(1).map((variant) => (by[variant] - base).toFixed(0));
      lines.push(`| ${framework}, ${kind} | ${cells.join(' | ')} |`);
    }
  }
  return [...lines, ''];
}
