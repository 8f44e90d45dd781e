import { addressOf, problem } from './address.js';
import type { PastedPart } from './pasted.js';
import { wordsOf } from './words.js';

/** Long names of short options. */
const SHORT: Readonly<Record<string, string>> = {
  X: 'request',
  H: 'header',
  d: 'data',
  F: 'form',
  b: 'cookie',
  u: 'user',
  A: 'user-agent',
  e: 'referer',
  G: 'get',
  I: 'head',
  T: 'upload-file',
};
/** Short options that take a value. */
const SHORT_WITH_VALUE = 'XHdFbuAeToxwmcDKErCyYzUtQPh';
/** Long options that take a value. */
const WITH_VALUE: ReadonlySet<string> = new Set(
  (
    'request header data data-raw data-binary data-ascii data-urlencode json form form-string cookie user user-agent ' +
    'referer url upload-file output proxy write-out max-time connect-timeout cookie-jar dump-header config cert key ' +
    'cacert capath resolve connect-to retry retry-delay retry-max-time range oauth2-bearer interface limit-rate max-redirs ' +
    'noproxy proxy-user unix-socket tls-max ciphers aws-sigv4 url-query request-target time-cond speed-limit speed-time'
  ).split(' '),
);
const DATA: readonly string[] = [
  'data',
  'data-raw',
  'data-binary',
  'data-ascii',
  'data-urlencode',
  'json',
  'form',
  'form-string',
];

/** Set by browsers themselves: "Copy as cURL" writes them all, and a script set none of them. */
const OF_BROWSERS =
  /^(?:accept|accept-(?:encoding|language|charset)|cache-control|connection|content-length|dnt|expect|host|if-modified-since|if-none-match|keep-alive|pragma|priority|save-data|te|trailer|transfer-encoding|upgrade|upgrade-insecure-requests|user-agent|via|(?:sec|proxy)-.*)$/;

/** The values of each option by its long name; an option without a value has the value ''. */
type CurlOptions = (name: string) => readonly string[];
/** Headers by their name in lower case, with the name as written. */
type PastedFields = Map<string, readonly [name: string, value: string]>;

/**
 * Reads a curl command as the request that a page would make for the same purpose.
 *
 * @throws Error that says what is wrong, for the user
 */
export function readCurl(text: string): PastedPart {
  const { words, rest } = wordsOf(text.replace(/^\$\s+/, ''));
  const { urls, values } = optionsOf(words.slice(1));
  const of: CurlOptions = (name) => values.get(name) ?? [];
  const [written] = [...urls, ...of('url')];
  if (written === undefined) {
    problem('The curl command has no URL.');
  }
  const notes = rest === '' ? [] : ['What comes after the command was left out: ' + rest.slice(0, 60)];
  if (urls.length + of('url').length > 1) {
    notes.push('The command has several URLs. This is about the first.');
  }
  const { user: ofAddress, ...address } = addressOf(written);
  const fields = fieldsOf(of('header'), notes);
  addDefaults(fields, of, last(of, 'user') ?? ofAddress);

  // A preflight that was made by hand means the request that it asks about.
  const asked = fields.get('access-control-request-method')?.[1];
  const askedHeaders = asked === undefined ? '' : (fields.get('access-control-request-headers')?.[1] ?? '');
  for (const name of askedHeaders
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)) {
    fields.set(name.toLowerCase(), [name, name.toLowerCase() === 'content-type' ? 'application/json' : '1']);
  }
  if (asked !== undefined) {
    notes.push('The command sends a preflight. This is about the request that it asks about.');
  }

  const origin = fields.get('origin')?.[1] ?? originIn(fields.get('referer')?.[1] ?? last(of, 'referer'));
  const credentials = of('cookie').length > 0 || fields.has('cookie');
  const upgrades = fields.get('upgrade')?.[1].toLowerCase() === 'websocket';
  const left = [...fields].filter(([name]) => OF_BROWSERS.test(name)).map(([, [name]]) => name);
  if (left.length > 0) {
    notes.push('Left out, as browsers set them and scripts do not: ' + left.join(', ') + '.');
  }
  if (origin === undefined) {
    notes.push('The command has no Origin. Set that of the page, and explain again.');
  }
  const own = [...fields].filter(
    ([name]) => !OF_BROWSERS.test(name) && !/^(?:origin|referer|cookie2?|access-control-request-.*)$/.test(name),
  );
  return {
    ...address,
    ...(upgrades ? { webSocket: true, url: address.url.replace(/^http/, 'ws') } : { method: asked ?? methodOf(of) }),
    ...(origin === undefined ? {} : { origin }),
    headers: Object.fromEntries(own.map(([, field]) => field)),
    credentials,
    ...(of('get').length > 0 ? { url: withQuery(address.url, dataOf(of)) } : {}),
    notes,
  };
}

function last(of: CurlOptions, name: string): string | undefined {
  return of(name).at(-1);
}

function optionsOf(words: readonly string[]): {
  readonly urls: readonly string[];
  readonly values: ReadonlyMap<string, readonly string[]>;
} {
  const urls: string[] = [];
  const values = new Map<string, readonly string[]>();
  const add = (name: string, value: string): void => void values.set(name, [...(values.get(name) ?? []), value]);
  let at = 0;
  const valueOf = (option: string): string =>
    words[at++] ?? problem(`The option ${option} of the curl command has no value.`);
  while (at < words.length) {
    const word = words[at++] as string;
    if (word.startsWith('--') && word.length > 2) {
      const name = word.slice(2);
      add(name, WITH_VALUE.has(name) ? valueOf(word) : '');
    } else if (word.startsWith('-') && word.length > 1) {
      // Short options may be written together, the last with its value: -sXPUT
      for (let index = 1; index < word.length; index += 1) {
        const letter = word.charAt(index);
        const name = SHORT[letter] ?? letter;
        if (SHORT_WITH_VALUE.includes(letter)) {
          add(name, word.slice(index + 1) || valueOf('-' + letter));
          break;
        }
        add(name, '');
      }
    } else {
      urls.push(word);
    }
  }
  return { urls, values };
}

function fieldsOf(lines: readonly string[], notes: string[]): PastedFields {
  const fields: PastedFields = new Map();
  for (const line of lines) {
    const [, name, sign, value = ''] = /^([!#$%&'*+.^_`|~\w-]+)\s*([:;])\s*([^]*)$/.exec(line) ?? [];
    if (name === undefined) {
      notes.push('Not a header, and left out: ' + line.slice(0, 60));
    } else if (sign === ';' || value !== '') {
      // A header without a value is one that curl leaves out; a semicolon sends an empty one.
      fields.set(name.toLowerCase(), [name, sign === ';' ? '' : value.trim().replace(/[\r\n]+/g, ' ')]);
    }
  }
  return fields;
}

/** Adds the headers that curl adds for its options. */
function addDefaults(fields: PastedFields, of: CurlOptions, user: string | undefined): void {
  const add = (name: string, value: string): void => {
    if (!fields.has(name.toLowerCase())) {
      fields.set(name.toLowerCase(), [name, value]);
    }
  };
  if (of('json').length > 0) {
    add('Content-Type', 'application/json');
  } else if (of('form').length + of('form-string').length > 0) {
    add('Content-Type', 'multipart/form-data');
  } else if (DATA.some((name) => of(name).length > 0) && of('get').length === 0) {
    add('Content-Type', 'application/x-www-form-urlencoded');
  }
  const bearer = last(of, 'oauth2-bearer');
  if (user !== undefined) {
    const bytes = String.fromCharCode(...new TextEncoder().encode(user.slice(0, 1000)));
    add('Authorization', 'Basic ' + btoa(bytes));
  } else if (bearer !== undefined) {
    add('Authorization', 'Bearer ' + bearer);
  }
}

function methodOf(of: CurlOptions): string {
  const has = (name: string): boolean => of(name).length > 0;
  const implied = has('head')
    ? 'HEAD'
    : has('get')
      ? 'GET'
      : has('upload-file')
        ? 'PUT'
        : DATA.some(has)
          ? 'POST'
          : 'GET';
  return last(of, 'request') ?? implied;
}

function dataOf(of: CurlOptions): string {
  return ['data', 'data-raw', 'data-binary', 'data-ascii', 'data-urlencode'].flatMap(of).join('&');
}

function withQuery(url: string, query: string): string {
  return query === '' ? url : addressOf(url + (url.includes('?') ? '&' : '?') + query).url;
}

function originIn(address: string | undefined): string | undefined {
  return address !== undefined && /^https?:/i.test(address) && URL.canParse(address)
    ? new URL(address).origin
    : undefined;
}
