import { addressOf, problem } from './address.js';
import { readCurl } from './curl.js';
import { readMessage } from './message.js';
import type { Pasted, PastedPart } from './pasted.js';

/** Longest text that is read, in characters. */
const MOST = 20000;
/** Longest value of a header, in characters: its name decides, and of some a short value. */
const MOST_VALUE = 500;

const UNKNOWN =
  'This is none of the messages, commands and addresses that this page can read. Paste the line of the console that says ' +
  'what was blocked, in English, or a curl command, or a URL.';

/**
 * Reads a pasted text: the message of a browser, a curl command or a URL. It only reads: it runs and sends nothing.
 *
 * @throws Error that says what is wrong, for the user
 */
export function readPasted(pasted: string): Pasted {
  const text = pasted.trim();
  if (text === '') {
    problem('Paste something first: a message of the console, a curl command or a URL.');
  }
  if (text.length > MOST) {
    problem('The text is longer than ' + MOST + ' characters. Paste the one message, or the one command.');
  }
  const found = /^(?:\$\s+)?curl(?:\.exe)?\s/i.test(text) ? readCurl(text) : (readMessage(text) ?? readUrl(text));
  if (found === undefined) {
    return problem(UNKNOWN);
  }
  const { headers = {}, notes = [], user, ...rest } = found;
  const entries = Object.entries(headers);
  const long = entries.filter(([, value]) => value.length > MOST_VALUE).map(([name]) => name);
  return {
    ...rest,
    headers: Object.fromEntries(entries.map(([name, value]) => [name, value.slice(0, MOST_VALUE)])),
    notes: [
      ...notes,
      ...(user === undefined ? [] : ['The user in the address was left out: fetch() rejects such an address.']),
      ...(long.length > 0 ? ['Shortened, as their names decide: ' + long.join(', ') + '.'] : []),
    ],
  };
}

function readUrl(text: string): PastedPart | undefined {
  const [, method, address] = /^(?:([A-Z]+) +)?(\S+)$/.exec(text) ?? [];
  const isAddress = address !== undefined && /^(?:https?:\/\/|wss?:\/\/|\/(?!\/)|localhost(?:[:/]|$))/i.test(address);
  return isAddress ? { ...(method === undefined ? {} : { method }), ...addressOf(address) } : undefined;
}
