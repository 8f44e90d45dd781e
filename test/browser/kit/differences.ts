const CACHE = 'Chromium adds Cache-Control: max-age=0 to conditional requests, and its cache mode to preflights too';
const POLICY = 'Chromium shows the origin of a POST that is not of CORS whatever the referrer policy is';
const WINDOW = 'Chromium does not know the member `window`';
const USER_AGENT = 'Chromium drops the User-Agent of a script without a word; Firefox and the standard ask for it';
const RANGE = 'Chromium rewrites the value on its way to the network, and knows no number of more than 64 bits';
const LOCATION = 'Chromium refuses several Locations that differ with any status, and follows equal ones';
const EMPTY = 'Chromium takes an empty Location for none';
const ORDER = 'Chromium looks at the Location ahead of everything else';
const NO_LOCATION = 'Chromium takes a redirect without a Location for an answer like any other';
const SWITCH = 'Chromium shows 101 as an empty answer with status 200 and no header';
const HINTS = 'Chromium safelists client hints that have left the standard';

/** Known differences of Chromium from the standard, by the title of the case. The kit follows the standard. */
export const differences: ReadonlyMap<string, string> = new Map([
  ["init: { cache: 'no-store', headers: { 'X-A': '1' } }", CACHE],
  ...['If-Modified-Since', 'If-Unmodified-Since', 'If-Match', 'If-Range'].map(
    (name) => [`sets ${name}`, CACHE] as const,
  ),
  ["init: { referrerPolicy: 'no-referrer', method: 'POST', mode: 'no-cors' }", POLICY],
  ["init: { referrerPolicy: 'no-referrer', method: 'POST', mode: 'no-cors' }, at home", POLICY],
  ["init: { referrerPolicy: 'same-origin', method: 'POST', mode: 'no-cors' }", POLICY],
  ...['{ window: 1 }', "{ window: '' }"].flatMap((init) => [
    [`init: ${init}`, WINDOW] as const,
    [`init: ${init}, at home`, WINDOW] as const,
  ]),
  ...['', ', at home'].flatMap((place) => [
    [
      `init: { keepalive: true, method: 'POST', body: 'x'.repeat(65537) }${place}`,
      'Chromium says nothing on the console',
    ] as const,
    [
      `init: { method: 'POST', body: new ReadableStream() }${place}`,
      'Chromium asks for `duplex` first; the kit takes no stream at all',
    ] as const,
  ]),
  ...['{}', '{"credentials":"include"}', '{"method":"PUT"}'].map(
    (init) => [`a User-Agent of the script's own: ${init}`, USER_AGENT] as const,
  ),
  ['tab in Range, within', RANGE],
  ['blank in Range, within', RANGE],
  ...['99999999999999999999-100000000000000000000', '007-8', '0000000000000000000000000000000000008-9', '+1-2'].map(
    (range) => [`Range bytes=${range}`, RANGE] as const,
  ),
  ['Range BYTES=0-1', RANGE],
  ...['with status 200', 'of a preflight', 'of a good preflight', 'by hand', 'an error', 'not allowed'].map(
    (variant) => [`Location twice, different, ${variant}`, LOCATION] as const,
  ),
  ['Location twice, equal', LOCATION],
  ['Location empty', EMPTY],
  ['Location empty, of a preflight', EMPTY],
  ['Location empty, an error', EMPTY],
  ...['to about:blank', 'to javascript:', 'to a blob:', 'to file:', 'to a scheme of its own', 'with a backslash'].map(
    (location) => [`Location ${location}, an error`, ORDER] as const,
  ),
  ...['of a preflight', 'by hand', 'not allowed'].map(
    (variant) => [`Location with a backslash, ${variant}`, ORDER] as const,
  ),
  ...[301, 302, 303, 307, 308].map((status) => [`${status} without a Location, an error`, NO_LOCATION] as const),
  ...['answered 101', 'answered 101, not allowed', 'answered 101, no-cors', 'answered 101, at home'].map(
    (title) => [title, SWITCH] as const,
  ),
  ['a preflight answered 101', SWITCH],
  ['CORP same-site, no-cors from opaque, at localhost', 'Chromium remembers where an opaque origin comes from'],
  ['a cookie with Max-Age=+5', 'Chromium takes a plus sign for part of the number'],
  ['sets RTT', HINTS],
  ['sets Downlink', HINTS],
  ['Content-Disposition twice', 'Chromium refuses several values that differ'],
]);
