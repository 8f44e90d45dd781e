import 'reflect-metadata';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { printInvitation, printReport } from './report/print.js';
import { walk } from './report/walkthrough.js';
import { startShops } from './shops.js';

const HELP = `npm run start:websockets [-- --once]

  --once   end after the report: with 0 if every handshake ended as expected, else with 1

  PORT     port of the shop on socket.io, 3000 by default; the one on ws takes the one after it. 0: any free ports`;

try {
  const { values: options } = parseArgs({ options: { once: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (options.help) {
    console.log(HELP);
  } else {
    await run(options.once === true);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run(endsByItself: boolean): Promise<void> {
  const shops = await startShops(portFrom(process.env['PORT']));
  try {
    const walkthrough = await walk(shops);
    console.log(printReport(walkthrough, shops));
    process.exitCode = walkthrough.differences.length === 0 ? 0 : 1;
    if (!endsByItself) {
      console.log(printInvitation(shops));
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    }
  } finally {
    await Promise.all(shops.map(({ app }) => app.close()));
  }
}

function portFrom(text = '3000'): number {
  const port = Number(text);
  // The other shop needs the next port.
  if (!Number.isInteger(port) || port < 0 || port > 65_534) {
    throw new Error(`PORT must be a whole number from 0 to 65534, not "${text}"`);
  }
  return port;
}
