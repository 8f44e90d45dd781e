import { checkHandshake } from '../../../core/browser/web-socket.js';
import { handshakeKey } from '../../../platform/handshake-key.js';
import { paragraph } from '../text/paragraph.js';
import type { CommandArguments } from '../arguments/read-arguments.js';
import { readHeaders, readOrigin } from '../arguments/values.js';
import { CommandFailure, EXIT } from '../failure.js';
import { harmless, jsonText, stylesFor, type Terminal } from '../text/terminal.js';
import { shake, type Shaken } from './send.js';

/** The result of a handshake. */
interface HandshakeReport {
  readonly url: string;
  readonly origin: string;
  readonly verdict: 'opened' | 'refused';
  readonly status: number;
  /** The code that a server of this package gives with a refusal. */
  readonly reason?: string;
  readonly message?: string;
  readonly notes: readonly string[];
}

/** Does the handshake that a page's browser would do, and hangs up. Answers with the exit code. */
export async function probeWebSocket(given: CommandArguments, timeoutMs: number, terminal: Terminal): Promise<number> {
  const url = readUrl(given.argument);
  const origin = readOrigin(given.value('origin') ?? '');
  const { key, accept } = handshakeKey();
  const dropped = readHeaders(given.all('header')).map(([name]) => name);
  const shaken = await shake(
    url.replace(/^ws/i, 'http'),
    [
      ['Origin', origin],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', key],
      ['Sec-WebSocket-Version', '13'],
    ],
    timeoutMs,
  );
  const report = reportOn(url, origin, accept, shaken, dropped);
  terminal.out(given.flag('json') ? jsonText(report) : textOf(report, terminal));
  return report.verdict === 'opened' ? EXIT.ok : EXIT.refused;
}

function reportOn(
  url: string,
  origin: string,
  accept: string,
  { answer, body }: Shaken,
  dropped: readonly string[],
): HandshakeReport {
  const block = checkHandshake({ url, protocols: [], accept }, answer);
  const isOpen = block === undefined;
  const reason = reasonIn(body);
  return {
    url,
    origin,
    verdict: isOpen ? 'opened' : 'refused',
    status: answer.status,
    ...(isOpen ? {} : { message: block.message }),
    ...(reason === undefined ? {} : { reason }),
    notes: [
      ...dropped.map((name) => `No page can set the header ${name} of a handshake. It was not sent.`),
      ...(isOpen ? ['A browser sends cookies with a handshake, whatever the policy says. None was sent here.'] : []),
      ...(isOpen && /[?&]EIO=/.test(url)
        ? ['This is the transport of socket.io: each namespace may still refuse the page.']
        : []),
    ],
  };
}

function reasonIn(body: string): string | undefined {
  try {
    const { reason } = JSON.parse(body) as { readonly reason?: unknown };
    return typeof reason === 'string' ? reason : undefined;
  } catch {
    return undefined;
  }
}

function textOf({ url, origin, verdict, status, reason, message, notes }: HandshakeReport, terminal: Terminal): string {
  const styles = stylesFor(terminal.colour);
  const say = (text: string): string => paragraph(harmless(text), terminal.columns, '  ');
  return [
    `${styles.bold(`WebSocket ${harmless(url)}`)} from a page of ${styles.bold(origin)}\n`,
    `\n1. Handshake: GET ${harmless(url)}\n   > Origin: ${harmless(origin)}\n   < ${status}\n`,
    `\n${
      verdict === 'opened'
        ? `${styles.good('Opened')}: the page has a connection.`
        : `${styles.bad('Refused')}: the page gets no connection${reason === undefined ? '' : ` (${harmless(reason)})`}.`
    }\n`,
    ...(message === undefined ? [] : ['\nThe console of the browser (Chromium):\n', `  ${harmless(message)}\n`]),
    ...(notes.length === 0 ? [] : ['\nNote:\n', ...notes.map(say)]),
  ].join('');
}

function readUrl(text: string): string {
  if (!URL.canParse(text)) {
    throw new CommandFailure(`${JSON.stringify(text)} is not a ws: or wss: URL.`);
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new CommandFailure('The URL contains a user name or a password.', 'Leave them out.');
  }
  url.hash = '';
  return url.href;
}
