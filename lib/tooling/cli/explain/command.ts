import type { CorsQuestion } from '../../../nest/command-port.js';
import { askApp } from '../app/ask-app.js';
import type { CommandArguments } from '../arguments/read-arguments.js';
import { readHeaders } from '../arguments/values.js';
import { EXIT } from '../failure.js';
import { jsonText, type Terminal } from '../text/terminal.js';
import { explanationText } from './text.js';

/** `cors-policy explain`: what a browser would do with a request, and why. Answers with the exit code. */
export async function explain(given: CommandArguments, terminal: Terminal): Promise<number> {
  const { explanation } = await askApp(given, terminal, readQuestion(given));
  terminal.out(given.flag('json') ? jsonText(explanation) : explanationText(explanation!, terminal));
  return { allowed: EXIT.ok, blocked: EXIT.refused, unknown: EXIT.failed }[explanation!.verdict];
}

/** Reports whether the page opens a WebSocket: it says so, or the URL does. */
function isWebSocket(given: CommandArguments): boolean {
  return given.flag('web-socket') || given.value('namespace') !== undefined || /^wss?:/i.test(given.value('url') ?? '');
}

/** The question as it was typed: the app's own inspector says what is wrong with it. */
export function readQuestion(given: CommandArguments): CorsQuestion {
  const headers = new Map<string, readonly [name: string, value: string]>();
  for (const [name, value] of readHeaders(given.all('header'))) {
    const known = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), known === undefined ? [name, value] : [known[0], `${known[1]}, ${value}`]);
  }
  const namespace = given.value('namespace');
  return {
    url: given.value('url')!,
    ...(given.value('origin') === undefined ? {} : { origin: given.value('origin') }),
    credentials: given.flag('credentials'),
    ...(isWebSocket(given)
      ? { webSocket: true, ...(namespace === undefined ? {} : { namespace }) }
      : { method: given.value('method') ?? 'GET', headers: Object.fromEntries(headers.values()) }),
  };
}
