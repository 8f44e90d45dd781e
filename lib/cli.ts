#!/usr/bin/env node
import { WORKER_ARGUMENT } from './tooling/cli/app/run-app.js';
import { main } from './tooling/cli/main.js';
import { terminalOf } from './tooling/cli/text/terminal.js';

if (process.argv[2] === WORKER_ARGUMENT && process.send !== undefined) {
  // Nest is loaded only there.
  const { work } = await import('./tooling/cli/app/worker.js');
  work();
} else {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of the output may stop reading, as in `cors-policy routes … | head`. The exit code stays that of the
    // answer.
    if (error.code !== 'EPIPE') {
      process.stderr.write(`cors-policy: The output cannot be written: ${error.message}\n`);
      process.exit(2);
    } else if (process.argv.includes('--watch')) {
      // The next answer would have no reader.
      process.exit();
    }
  });
  process.exitCode = await main(process.argv.slice(2), terminalOf(process));
}
