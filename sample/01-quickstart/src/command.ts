import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { INestApplication } from '@nestjs/common';
import { startQuickstart } from './quickstart.js';
import { printInvitation, printReport } from './report/print-report.js';

const HELP = `npm start [-- --once] [-- --json]    (on Fastify: npm run start:fastify)

  --once   end after the report: with 0 if every verdict is as expected, else with 1
  --json   print the addresses and the results as one line of JSON instead of the report

  PORT     port of the API, 3000 by default; the pages take the three after it. 0: any free ports`;

/** Runs the command line with the API that `createApi` builds. After an error the process ends with exit code 1. */
export async function runCommand(createApi: () => Promise<INestApplication>): Promise<void> {
  try {
    await command(createApi);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

async function command(createApi: () => Promise<INestApplication>): Promise<void> {
  const { values: options } = parseArgs({
    options: { once: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) {
    console.log(HELP);
    return;
  }

  const quickstart = await startQuickstart(portFrom(process.env['PORT']), createApi);
  try {
    const { addresses } = quickstart;
    const results = await quickstart.runReport();
    console.log(
      options.json ? JSON.stringify({ addresses, results }) : printReport(quickstart.routes(), results, addresses),
    );
    if (options.once) {
      process.exitCode = results.every((result) => result.difference === undefined) ? 0 : 1;
      return;
    }
    if (!options.json) {
      console.log(printInvitation(addresses));
    }
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  } finally {
    await quickstart.close();
  }
}

function portFrom(text = '3000'): number {
  const port = Number(text);
  // The pages need the three ports after it.
  if (!Number.isInteger(port) || port < 0 || port > 65_532) {
    throw new Error(`PORT must be a whole number from 0 to 65532, not "${text}"`);
  }
  return port;
}
