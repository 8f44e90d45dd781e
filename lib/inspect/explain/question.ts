import { METHODS } from 'node:http';
import { type BrowserRequest, normalizeMethod, originOfUrl } from '../../core/browser/request.js';
import { expectFields } from '../../core/issues/fields.js';
import { quote } from '../../core/issues/text.js';
import { isForbiddenRequestHeader } from '../../core/http/header-names.js';
import { isForbiddenMethod } from '../../core/http/methods.js';
import { isToken } from '../../core/http/lists.js';
import type { ExplainRequest } from './explanation.js';

/** A question that has been read: everything in its final form. */
export interface Question {
  readonly method: string;
  readonly url: URL;
  readonly origin: string | undefined;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: boolean;
  /** True of a WebSocket; the URL is then that of its handshake, of `http:` or `https:`. */
  readonly webSocket: boolean;
  /** The namespace of socket.io. */
  readonly namespace: string;
}

/** The field of a question that is wrong. */
export type QuestionField = Exclude<keyof ExplainRequest, 'webSocket'>;

/** The error about a wrong question. */
export class QuestionError extends TypeError {
  constructor(
    why: string,
    readonly field: QuestionField | undefined,
  ) {
    super(`${READER}: ${why}.`);
  }
}

const READER = 'CorsInspector.explain()';
const FIELDS: readonly (keyof ExplainRequest)[] = [
  'method',
  'url',
  'origin',
  'headers',
  'credentials',
  'webSocket',
  'namespace',
];
/** The host that a path is completed with. */
const BASE = 'http://localhost';
/** The characters that a header field may contain: visible ones, spaces and tabs (RFC 9110, 5.5). */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const SERVED: ReadonlySet<string> = new Set(METHODS);

/**
 * Reads a question.
 *
 * @throws TypeError with the wrong field, and what to write instead
 */
export function readQuestion(asked: ExplainRequest): Question {
  if (typeof asked !== 'object' || asked === null) {
    fail(`The question is ${quote(asked)}, which is not an object; write explain({ method, url, origin })`);
  }
  expectFields(asked, FIELDS, READER);
  const { credentials = false } = asked;
  if (typeof credentials !== 'boolean') {
    fail(`The field credentials is ${quote(credentials)}; it is true (credentials: 'include') or false`, 'credentials');
  }
  const origin = readOrigin(asked.origin);
  const webSocket = readWebSocket(asked);
  return {
    method: readMethod(asked.method),
    url: readUrl(webSocket && typeof asked.url === 'string' ? asked.url.replace(/^ws(?=s?:)/i, 'http') : asked.url),
    webSocket,
    namespace: asked.namespace ?? '/',
    origin,
    headers: readHeaders(asked.headers ?? {}, origin !== undefined),
    credentials,
  };
}

/** Reads the fields for WebSockets. No page can choose the method or set a header of a handshake. */
function readWebSocket({ webSocket = false, namespace, method, headers }: ExplainRequest): boolean {
  if (typeof webSocket !== 'boolean') {
    fail(`The field webSocket is ${quote(webSocket)}; it is true or false`);
  }
  if (webSocket && ((method !== undefined && method !== 'GET') || headers !== undefined)) {
    fail('A page can neither choose the method of a WebSocket handshake nor set headers; leave method and headers out');
  }
  const isName = typeof namespace === 'string' && namespace.startsWith('/');
  if (namespace !== undefined && !(webSocket && isName)) {
    fail(
      `The namespace is ${quote(namespace)}; write one of socket.io ('/admin'), beside webSocket: true`,
      'namespace',
    );
  }
  return webSocket;
}

/** The question as a browser's request; `undefined` without a page. */
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

/** Reports whether the page is of the URL's own origin. */
export function isOfSameOrigin({ origin, url }: Question): boolean {
  return origin !== undefined && origin === originOfUrl(url.href);
}

function readMethod(method: unknown = 'GET'): string {
  if (typeof method !== 'string' || !isToken(method)) {
    return fail(`The method ${quote(method)} has a character that no method can have (RFC 9110, 9.1)`, 'method');
  }
  if (isForbiddenMethod(method)) {
    fail(`No page can send ${quote(method)}: fetch() throws (Fetch, forbidden method)`, 'method');
  }
  const normalized = normalizeMethod(method);
  if (!SERVED.has(normalized)) {
    const upper = normalized.toUpperCase();
    const why = SERVED.has(upper)
      ? `No server knows the method ${quote(normalized)}, and fetch() sends it as it is written; write ${quote(upper)}`
      : `Node's HTTP server answers 400 to ${quote(normalized)}, before any code of the app runs`;
    fail(why, 'method');
  }
  return normalized;
}

function readUrl(url: unknown): URL {
  const isPath = typeof url === 'string' && url.startsWith('/');
  if (typeof url !== 'string' || !URL.canParse(url, isPath ? BASE : undefined)) {
    return fail(
      `The URL is ${quote(url)}; write a path ('/orders/1') or a whole address ('https://api.example/orders/1')`,
      'url',
    );
  }
  // As a browser resolves it; of `//host/path` the URL standard takes the host.
  const parsed = new URL(url, BASE);
  if (!/^https?:$/.test(parsed.protocol)) {
    fail(`The URL is ${quote(url)}; only http: and https: have CORS`, 'url');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    fail('The URL has a user name or a password; fetch() throws for it', 'url');
  }
  return parsed;
}

function readOrigin(origin: unknown): string | undefined {
  if (origin === undefined) {
    return undefined;
  }
  if (typeof origin !== 'string' || origin === '' || !FIELD_VALUE.test(origin)) {
    return fail(
      `The origin is ${quote(origin)}; write the page's origin ('https://app.example'), or leave it out`,
      'origin',
    );
  }
  return origin;
}

function readHeaders(headers: unknown, ofPage: boolean): Record<string, string> {
  const read = new Map<string, string>();
  for (const [name, value] of fieldsIn(headers)) {
    const lower = name.toLowerCase();
    if (!isToken(name)) {
      fail(`The header name ${quote(name)} has a character that no header name can have (RFC 9110, 5.1)`, 'headers');
    }
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!values.every(isFieldValue)) {
      fail(`The value of ${quote(name)} is ${quote(value)}, which no header field can have (RFC 9110, 5.5)`, 'headers');
    }
    const hint = OWN_FIELDS[lower] ?? (ofPage && isForbiddenRequestHeader(lower) ? BROWSERS_OWN : undefined);
    if (hint !== undefined) {
      fail(`The header ${quote(name)} does not belong in headers: ${hint}`, 'headers');
    }
    // Fields of one name are joined as `Headers` joins them
    // (https://fetch.spec.whatwg.org/#concept-header-list-combine).
    const known = read.get(lower);
    read.set(lower, [...(known === undefined ? [] : [known]), ...values.map(withoutBlanks)].join(', '));
  }
  return Object.fromEntries(read);
}

/** The fields in any form that `fetch()` takes (https://fetch.spec.whatwg.org/#typedefdef-headersinit). */
function fieldsIn(headers: unknown): readonly (readonly [name: string, value: unknown])[] {
  if (typeof headers !== 'object' || headers === null) {
    return fail(
      `The headers are ${quote(headers)}; write { 'X-Api-Key': '…' }, or give Headers, a Map or a list of pairs`,
      'headers',
    );
  }
  if (!(Symbol.iterator in headers)) {
    return Object.entries(headers);
  }
  return [...(headers as Iterable<unknown>)].map((pair) =>
    Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string'
      ? [pair[0], pair[1] as unknown]
      : fail(`The list of headers has ${quote(pair)}; each item is a pair, a name and a value`, 'headers'),
  );
}

function isFieldValue(value: unknown): value is string {
  return typeof value === 'string' && FIELD_VALUE.test(value);
}

/** Spaces and tabs around a value are ignored (RFC 9110, 5.6.3). */
function withoutBlanks(value: string): string {
  let [start, end] = [0, value.length];
  while (isBlank(value[start])) {
    start++;
  }
  while (end > start && isBlank(value[end - 1])) {
    end--;
  }
  return value.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

const PREFLIGHT = 'ask about the request that the page makes; its preflight is explained beside it';
const BROWSERS_OWN = 'no page can set it (Fetch, forbidden request-header)';
const OWN_FIELDS: Readonly<Record<string, string>> = {
  origin: 'give it as origin',
  host: 'write an absolute url',
  cookie: 'set credentials: true',
  'access-control-request-method': PREFLIGHT,
  'access-control-request-headers': PREFLIGHT,
};

function fail(why: string, field?: QuestionField): never {
  throw new QuestionError(why, field);
}
