import { METHODS } from 'node:http';
import { type BrowserRequest, normalizeMethod, originOfUrl } from '../../core/browser/browser-request.js';
import { nearest } from '../../core/problems/nearest.js';
import { quote } from '../../core/problems/quote.js';
import { isForbiddenRequestHeader } from '../../core/protocol/header-names.js';
import { isForbiddenMethod } from '../../core/protocol/methods.js';
import { isToken } from '../../core/protocol/tokens.js';
import type { ExplainRequest } from './explanation.js';

/** A question that has been read: everything in its final form. */
export interface Question {
  readonly method: string;
  readonly url: URL;
  readonly origin: string | undefined;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: boolean;
}

const FIELDS: readonly (keyof ExplainRequest)[] = ['method', 'url', 'origin', 'headers', 'credentials'];
/** What a path is completed with. */
const BASE = 'http://localhost';
/** What may stand in a header field: visible characters, spaces and tabs (RFC 9110, 5.5). */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const SERVED: ReadonlySet<string> = new Set(METHODS);

/**
 * Reads what was asked.
 *
 * @throws TypeError that says which field is wrong, and what to write instead
 */
export function readQuestion(asked: ExplainRequest): Question {
  if (typeof asked !== 'object' || asked === null) {
    fail(`${quote(asked)} is not an object; write explain({ method, url, origin })`);
  }
  for (const field of Object.keys(asked)) {
    if (!FIELDS.includes(field as keyof ExplainRequest)) {
      const meant = nearest(field, FIELDS);
      fail(
        `${quote(field)} is not a field of the question${meant === undefined ? '' : `; did you mean ${quote(meant)}?`}`,
      );
    }
  }
  const { credentials = false } = asked;
  if (typeof credentials !== 'boolean') {
    fail(`credentials is ${quote(credentials)}; it is true (credentials: 'include') or false`);
  }
  const origin = readOrigin(asked.origin);
  return {
    method: readMethod(asked.method),
    url: readUrl(asked.url),
    origin,
    headers: readHeaders(asked.headers ?? {}, origin !== undefined),
    credentials,
  };
}

/** The question as a browser has it before it; `undefined` where no page asks. */
export function browserRequestOf({ method, url, origin, headers, credentials }: Question): BrowserRequest | undefined {
  return origin === undefined
    ? undefined
    : {
        origin,
        url: url.href,
        method,
        headers: Object.entries(headers),
        credentials: credentials ? 'include' : 'same-origin',
      };
}

/** Whether the page is of the URL's own origin. */
export function isOfSameOrigin({ origin, url }: Question): boolean {
  return origin !== undefined && origin === originOfUrl(url.href);
}

function readMethod(method: unknown = 'GET'): string {
  if (typeof method !== 'string' || !isToken(method)) {
    return fail(`method is ${quote(method)}, which is no method (RFC 9110, 9.1)`);
  }
  if (isForbiddenMethod(method)) {
    fail(`no page can send ${quote(method)}: fetch() throws (Fetch, forbidden method)`);
  }
  const normalized = normalizeMethod(method);
  if (!SERVED.has(normalized)) {
    const upper = normalized.toUpperCase();
    const why = SERVED.has(upper)
      ? `fetch() sends ${quote(normalized)} as it is written, and no server knows it; write ${quote(upper)}`
      : `Node's HTTP server answers 400 to ${quote(normalized)}, before any code of the app runs`;
    fail(why);
  }
  return normalized;
}

function readUrl(url: unknown): URL {
  const isPath = typeof url === 'string' && url.startsWith('/');
  if (typeof url !== 'string' || !URL.canParse(url, isPath ? BASE : undefined)) {
    return fail(`url is ${quote(url)}; write a path ('/orders/1') or a whole address ('https://api.example/orders/1')`);
  }
  // As a browser resolves it; of `//host/path` the URL standard takes the host.
  const parsed = new URL(url, BASE);
  if (!/^https?:$/.test(parsed.protocol)) {
    fail(`url is ${quote(url)}; only http: and https: have CORS`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    fail('url carries a user name or a password; fetch() throws for it');
  }
  return parsed;
}

function readOrigin(origin: unknown): string | undefined {
  if (origin === undefined) {
    return undefined;
  }
  if (typeof origin !== 'string' || origin === '' || !FIELD_VALUE.test(origin)) {
    return fail(`origin is ${quote(origin)}; write the page's origin ('https://app.example'), or leave it out`);
  }
  return origin;
}

function readHeaders(headers: unknown, ofPage: boolean): Record<string, string> {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    return fail(`headers is ${quote(headers)}; write { 'X-Api-Key': '…' }`);
  }
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers) as [string, unknown][]) {
    const lower = name.toLowerCase();
    if (!isToken(name)) {
      fail(`${quote(name)} is not a header name (RFC 9110, 5.1)`);
    }
    if (typeof value !== 'string' || !FIELD_VALUE.test(value)) {
      fail(`the value of ${quote(name)} is ${quote(value)}, which no header field can have (RFC 9110, 5.5)`);
    }
    if (Object.hasOwn(read, lower)) {
      fail(`${quote(name)} stands in headers twice; join the values by a comma`);
    }
    const hint = OWN_FIELDS[lower] ?? (ofPage && isForbiddenRequestHeader(lower) ? BROWSERS_OWN : undefined);
    if (hint !== undefined) {
      fail(`${quote(name)} does not belong into headers: ${hint}`);
    }
    read[lower] = value.trim();
  }
  return read;
}

const PREFLIGHT = 'ask about the request that the page makes; its preflight is explained beside it';
const BROWSERS_OWN = 'no page can set it (Fetch, forbidden request-header)';
const OWN_FIELDS: Readonly<Record<string, string>> = {
  origin: 'give it as origin',
  host: 'give it by an absolute url',
  cookie: 'say credentials: true',
  'access-control-request-method': PREFLIGHT,
  'access-control-request-headers': PREFLIGHT,
};

function fail(why: string): never {
  throw new TypeError(`CorsInspector.explain(): ${why}.`);
}
