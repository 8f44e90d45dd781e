import { pageToken } from '../../../01-quickstart/src/development-page.js';
import { paint, table, wrap } from '../../../01-quickstart/src/report/terminal.js';
import type { Shop } from '../shops.js';
import { handshakeUrl } from './visit.js';
import { type Attempt, NEWCOMER, type Walkthrough } from './walkthrough.js';

const WIDTH = 108;
const INDENT = ' '.repeat(11);

/** The whole report. */
export function printReport({ attempts, changes, differences }: Walkthrough, shops: readonly Shop[]): string {
  return [
    '',
    paint('bold', "The shop's chat, on socket.io and on ws, under one policy: @CorsPolicy('tenant')"),
    '',
    ...shops.map(({ name, url }) => `  ${name.padEnd(9)}  ${url}`),
    '',
    paint(
      'dim',
      '  A customer, Ada, is signed in. Her browser sends her cookie with every handshake, whichever page opens it.',
    ),
    ...attempts.flatMap((attempt, index) => [
      ...(attempts[index - 1]?.caller === attempt.caller ? [] : headlineOf(attempt)),
      printVisit(attempt),
      ...(attempts[index + 1]?.explanation.summary === attempt.explanation.summary ? [] : printReason(attempt)),
    ]),
    '',
    `${paint('bold', 'A tenant comes and goes')}  ${NEWCOMER}`,
    '',
    table(
      ['STEP', ...shops.map(({ name }) => name)],
      changes.map(({ title, outcomes }) => [title, ...outcomes]),
    ),
    '',
    paint('dim', '  A changed list applies to the next handshake. It closes nothing: the app does, if it wants to.'),
    '',
    ...(differences.length === 0
      ? [paint('green', `  All ${attempts.length} handshakes ended as expected, and as explain() says.`)]
      : [paint('red', '  NOT as expected:'), ...differences.map((difference) => `    ${difference}`)]),
    '',
  ].join('\n');
}

/** Commands to try while the shops run. */
export function printInvitation(shops: readonly Shop[]): string {
  const probes = shops
    .map((shop) => handshakeUrl({ title: shop.name, shop, transport: 'websocket' }))
    .map((url) => `  npx cors-policy probe '${url}' --origin https://stranger.example`);
  return [
    `${paint('bold', 'Try it')} (Ctrl+C ends)`,
    '',
    ...probes,
    '',
    `${paint('bold', 'See every policy')}: the development page`,
    '',
    ...shops.map(({ url }) => `  ${url}/__cors?token=${pageToken}`),
    '',
  ].join('\n');
}

function headlineOf({ caller: { title, origin } }: Attempt): readonly string[] {
  const sent = origin === undefined ? 'without an Origin' : `Origin: ${origin}`;
  return ['', `${paint('bold', title)}  ${sent}`, ''];
}

function printVisit({ way, visit }: Attempt): string {
  const verdict = (visit.opened ? 'open' : String(visit.status)).padEnd(INDENT.length - 4);
  const seen = visit.opened
    ? `Ada reads: ${visit.socket.history.at(-1)?.text ?? 'nothing'}`
    : `The page gets ${visit.seen}.`;
  return `  ${paint(visit.opened ? 'green' : 'red', verdict)}  ${way.title.padEnd(20)}  ${seen}`;
}

/** The reason in the words of the library. */
function printReason({ explanation: { summary } }: Attempt): readonly string[] {
  return wrap(summary, WIDTH - INDENT.length).map((line) => INDENT + paint('dim', line));
}
