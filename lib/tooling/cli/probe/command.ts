import type { CommandArguments } from '../arguments/read-arguments.js';
import { readTimeout } from '../arguments/values.js';
import { EXIT } from '../failure.js';
import { packageVersion } from '../own-package.js';
import { jsonText, type Terminal } from '../text/terminal.js';
import { probeServer } from './probe.js';
import { readRequest } from './read-request.js';
import { reportOn } from './report.js';
import { send } from './send.js';
import { probeText } from './text.js';
import { probeWebSocket } from './web-socket.js';

/** `cors-policy probe`: sends a running server what a page's browser would send. Returns the exit code. */
export async function probe(given: CommandArguments, terminal: Terminal): Promise<number> {
  const timeoutMs = readTimeout(given.value('timeout'), 10);
  if (/^wss?:/i.test(given.argument)) {
    return probeWebSocket(given, timeoutMs, terminal);
  }
  const page = readRequest(given);
  const agent = ['User-Agent', `cors-policy/${packageVersion()}`] as const;
  const probed = await probeServer(page.request, {
    body: page.body,
    preflightOnly: given.flag('preflight-only'),
    follow: given.flag('follow'),
    send: (request) => send({ ...request, headers: [...request.headers, agent] }, timeoutMs),
  });
  const report = reportOn(page, probed);
  terminal.out(given.flag('json') ? jsonText(report) : probeText(page.request, report, terminal));
  switch (report.verdict) {
    case 'allowed':
    case 'preflight-passed':
      return EXIT.ok;
    case 'blocked':
      return EXIT.refused;
    case 'redirected':
      return EXIT.failed;
  }
}
