// Reads what a user pastes: the message of a browser, a curl command or a URL. It only reads text: it runs and sends
// nothing.
import { readCurl } from './curl.js';
import { addressOf, problem } from './address.js';

// Longest text that is read, in characters.
const MOST = 20000;
// Longest value of a header: its name decides, and of some a short value.
const MOST_VALUE = 500;

const UNKNOWN =
  'This is none of the messages, commands and addresses that this page can read. Paste the line of the console that says ' +
  'what was blocked, in English, or a curl command, or a URL.';

/**
 * Reads a pasted text.
 *
 * @param {string} pasted
 * @returns {import('./paste.js').Pasted}
 * @throws {Error} says what is wrong, for the user
 */
export function readPasted(pasted) {
  const text = pasted.trim();
  if (text === '') {
    problem('Paste something first: a message of the console, a curl command or a URL.');
  }
  if (text.length > MOST) {
    problem('The text is longer than ' + MOST + ' characters. Paste the one message, or the one command.');
  }
  const found = /^(?:\$\s+)?curl(?:\.exe)?\s/i.test(text) ? readCurl(text) : (readMessage(text) ?? readUrl(text));
  if (found === undefined) {
    problem(UNKNOWN);
  }
  const { headers = {}, notes = [], user, ...rest } = found;
  const long = Object.keys(headers).filter((name) => headers[name].length > MOST_VALUE);
  return {
    ...rest,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.slice(0, MOST_VALUE)])),
    notes: [
      ...notes,
      ...(user === undefined ? [] : ['The user in the address was left out: fetch() rejects such an address.']),
      ...(long.length > 0 ? ['Shortened, as their names decide: ' + long.join(', ') + '.'] : []),
    ],
  };
}

function readUrl(text) {
  const [, method, address] = /^(?:([A-Z]+) +)?(\S+)$/.exec(text) ?? [];
  const isAddress = address !== undefined && /^(?:https?:\/\/|wss?:\/\/|\/(?!\/)|localhost(?:[:/]|$))/i.test(address);
  return isAddress ? { method, ...addressOf(address) } : undefined;
}

function readMessage(text) {
  const found = chromium(text) ?? firefox(text) ?? safari(text) ?? socket(text) ?? networkLine(text);
  return found === undefined ? undefined : withDetails(found, text);
}

// Access to fetch at 'URL' (redirected from 'URL') from origin 'ORIGIN' has been blocked by CORS policy: …
const CHROMIUM =
  /Access to ([\w -]{1,40}?) at '([^\n]+?)' (?:\(redirected from '([^\n]+?)'\) )?from origin '([^'\n]+)' has been blocked by CORS policy/;

function chromium(text) {
  const match = CHROMIUM.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, , url, from, origin] = match;
  return {
    ...addressOf(url),
    origin,
    notes:
      from === undefined ? [] : ['The request was redirected from ' + from + '. This is about where it was led to.'],
  };
}

// In CORSNotSupportingCredentials alone the address is in quotes.
const FIREFOX =
  /The Same Origin Policy (?:disallows|will disallow) reading the remote resource at ‘?(\S+?)’?(?: soon)?\. \(Reason: /;
const FIREFOX_SOCKET = /Firefox can[’']t establish a connection to the server at (wss?:\/\/\S+?)\.(?:\s|$)/;

function firefox(text) {
  const url = FIREFOX.exec(text)?.[1] ?? FIREFOX_SOCKET.exec(text)?.[1];
  return url === undefined ? undefined : addressOf(url);
}

// Safari says the reason in one line, and the address in the next.
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

function safari(text) {
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

function socket(text) {
  const url = /WebSocket connection to '(wss?:\/\/[^\n]+?)' failed/.exec(text)?.[1];
  return url === undefined ? undefined : addressOf(url);
}

// The line that Chromium writes after its message: PUT https://api.example/orders net::ERR_FAILED
const NETWORK = /(?:^|\s)([A-Z]+) (https?:\/\/\S+) net::ERR_\w+/;

function networkLine(text) {
  const match = NETWORK.exec(text);
  return match === null ? undefined : { method: match[1], ...addressOf(match[2]) };
}

// What the reason says of the request.
function withDetails(found, text) {
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
