import type { TesterBody, TesterPair } from '../../protocol.js';

type Headers = Readonly<Record<string, string>>;

/** The `Content-Type` that `fetch()` sets for each kind of body; for JSON, the script sets it. */
const TYPES: Readonly<Record<TesterBody['kind'], string>> = {
  text: 'text/plain;charset=UTF-8',
  json: 'application/json',
  form: 'application/x-www-form-urlencoded;charset=UTF-8',
  files: 'multipart/form-data',
};

/** The headers that are sent with a body: those of the script, and a `Content-Type` where the script sets none. */
export function headersWith(headers: Headers, body: TesterBody | undefined): Headers {
  return body === undefined || typeIn(headers) !== undefined
    ? headers
    : { ...headers, 'Content-Type': TYPES[body.kind] };
}

/**
 * The headers that a script passes to `fetch()` with a body: a browser sets the type of a form itself, for the boundary
 * between its parts.
 */
export function scriptHeaders(headers: Headers, body: TesterBody | undefined): Headers {
  if (body?.kind === 'json') {
    return headersWith(headers, body);
  }
  const type = typeIn(headers);
  return type === undefined || body === undefined || headers[type] !== TYPES[body.kind]
    ? headers
    : Object.fromEntries(Object.entries(headers).filter(([name]) => name !== type));
}

function typeIn(headers: Headers): string | undefined {
  return Object.keys(headers).find((name) => name.toLowerCase() === 'content-type');
}

/**
 * Reads headers, one a line.
 *
 * @throws Error that quotes the line that is not a header
 */
export function readHeaders(text: string): Headers {
  return Object.fromEntries(pairsIn(text, ':', 'header', 'X-Api-Key: 1'));
}

/**
 * Reads the fields of a form, one a line.
 *
 * @throws Error that quotes the line that is not a field
 */
export function readFields(text: string): readonly TesterPair[] {
  return pairsIn(text, '=', 'field', 'name=value');
}

/**
 * Reads cookies, one a line.
 *
 * @throws Error that quotes the line that is not a cookie
 */
export function readCookies(text: string): readonly TesterPair[] {
  return pairsIn(text, '=', 'cookie', 'session=1');
}

function pairsIn(text: string, sign: string, what: string, example: string): readonly TesterPair[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf(sign);
      if (at < 0 || line.slice(0, at).trim() === '') {
        throw new Error(`Write one ${what} a line, as in "${example}"; this is not a ${what}: ${line.trim()}`);
      }
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
}
