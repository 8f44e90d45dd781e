import { addressOf, problem } from './address.js';
import type { PastedPart } from './pasted.js';

/**
 * Reads the message of a browser: of Chromium, Firefox or Safari, in English.
 *
 * @throws Error where a line of Safari has no address
 */
export function readMessage(text: string): PastedPart | undefined {
  const found = chromium(text) ?? firefox(text) ?? safari(text) ?? socket(text) ?? networkLine(text);
  return found === undefined ? undefined : withDetails(found, text);
}

/**
 * `Access to fetch at 'URL' (redirected from 'URL') from origin 'ORIGIN' has been blocked by CORS policy: …`
 *
 * The addresses have a longest length, so that a text which only resembles a message is read quickly.
 */
const CHROMIUM =
  /Access to ([\w -]{1,40}?) at '([^\n]{1,4096}?)' (?:\(redirected from '([^\n]{1,4096}?)'\) )?from origin '([^'\n]+)' has been blocked by CORS policy/;

function chromium(text: string): PastedPart | undefined {
  const match = CHROMIUM.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, , url = '', from, origin = ''] = match;
  return {
    ...addressOf(url),
    origin,
    notes:
      from === undefined ? [] : ['The request was redirected from ' + from + '. This is about where it was led to.'],
  };
}

/** In CORSNotSupportingCredentials alone the address is in quotes. */
const FIREFOX =
  /The Same Origin Policy (?:disallows|will disallow) reading the remote resource at ‘?(\S+?)’?(?: soon)?\. \(Reason: /;
const FIREFOX_SOCKET = /Firefox can[’']t establish a connection to the server at (wss?:\/\/\S+?)\.(?:\s|$)/;

function firefox(text: string): PastedPart | undefined {
  const url = FIREFOX.exec(text)?.[1] ?? FIREFOX_SOCKET.exec(text)?.[1];
  return url === undefined ? undefined : addressOf(url);
}

/** Safari says the reason in one line, and the address in the next. */
const SAFARI =
  /(?:Fetch API|XMLHttpRequest|EventSource|Beacon API) cannot load (\S+?)(?:\.(?=\s|$)|\s+due to access control checks)/;
const SAFARI_ORIGIN = /Origin (\S+) is not allowed by Access-Control-Allow-Origin/;
const SAFARI_REASONS = [
  SAFARI_ORIGIN,
  /Preflight response is not successful/,
  /(?:Method|Request header field) \S+ is not allowed by Access-Control-Allow-(?:Methods|Headers)\./,
  /Credentials flag is true, but Access-Control-Allow-Credentials/,
  /Cannot use wildcard in Access-Control-Allow-Origin/,
  /Access-Control-Allow-Origin cannot contain more than one origin/,
];

function safari(text: string): PastedPart | undefined {
  const url = SAFARI.exec(text)?.[1];
  const origin = SAFARI_ORIGIN.exec(text)?.[1];
  if (url !== undefined) {
    return { ...addressOf(url), ...(origin === undefined ? {} : { origin }) };
  }
  if (SAFARI_REASONS.some((reason) => reason.test(text))) {
    problem('This line of Safari has no address. Paste the line with "cannot load https://…" as well, both together.');
  }
  return undefined;
}

function socket(text: string): PastedPart | undefined {
  const url = /WebSocket connection to '(wss?:\/\/[^\n]+?)' failed/.exec(text)?.[1];
  return url === undefined ? undefined : addressOf(url);
}

/** The line that Chromium writes after its message: `PUT https://api.example/orders net::ERR_FAILED` */
const NETWORK = /(?:^|\s)([A-Z]+) (https?:\/\/\S+) net::ERR_\w+/;

function networkLine(text: string): PastedPart | undefined {
  const [, method, url] = NETWORK.exec(text) ?? [];
  return method === undefined || url === undefined ? undefined : { method, ...addressOf(url) };
}

/** Adds what the reason says of the request. */
function withDetails(found: PastedPart, text: string): PastedPart {
  const [, method] = /Method (\S+) is not allowed by Access-Control-Allow-Methods/.exec(text) ?? [];
  const [, , header] = /(Request header field |header ‘)(\S+?)’? is not allowed (?:by|according to)/.exec(text) ?? [];
  const notes = [...(found.notes ?? [])];
  const known = method ?? found.method ?? NETWORK.exec(text)?.[1];
  if (header !== undefined) {
    notes.push('The message does not say the value of ' + header + '.');
  }
  if (found.webSocket !== true && known === undefined) {
    notes.push(
      header === undefined && /preflight|Did not find method|invalid token/i.test(text)
        ? 'The message does not say the method and the headers that the browser asked about. Set them, and explain again.'
        : 'The message does not say the method.',
    );
  }
  if (found.origin === undefined) {
    notes.push('The message does not say the origin of the page. Set it, and explain again.');
  }
  const credentials =
    /credentials mode is 'include'|Credential is not supported|expected ‘true’ in CORS header|[Cc]redentials flag is true/;
  return {
    ...found,
    ...(known === undefined ? {} : { method: known }),
    ...(header === undefined
      ? {}
      : { headers: { [header]: header.toLowerCase() === 'content-type' ? 'application/json' : '1' } }),
    ...(credentials.test(text) ? { credentials: true } : {}),
    notes,
  };
}
