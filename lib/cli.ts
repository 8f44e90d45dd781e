#!/usr/bin/env node
import { WORKER_ARGUMENT } from './cli/app/run-app.js';
import { main } from './cli/main.js';
import { terminalOf } from './cli/text/terminal.js';

if (process.argv[2] === WORKER_ARGUMENT && process.send !== undefined) {
  // Nest is loaded there alone.
  const { work } = await import('./cli/app/worker.js');
  work();
} else {
  // Whoever reads the output may stop reading: `cors-policy routes … | head`.
  process.stdout.on('error', () => process.exit());
  process.exitCode = await main(process.argv.slice(2), terminalOf(process));
}
