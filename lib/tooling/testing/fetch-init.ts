import { type BrowserMode, type BrowserRequest, normalizeMethod } from '../../core/browser/request.js';
import type { BrowserRedirect } from '../../core/browser/request-check.js';
import { isHeaderForbiddenToPages, isSafelistedRequestHeader } from '../../core/browser/safelist.js';
import type { HeaderField } from '../../core/http/headers.js';
import { isForbiddenMethod, isSafelistedMethod } from '../../core/http/methods.js';
import { isToken } from '../../core/http/lists.js';
import { type BrowserCache, failure, type FetchMembers, readMembers } from './fetch-members.js';
import type { ReferrerPolicyName } from './referrer.js';

/** The first argument of `fetch()`: an address, or a request that was made before. */
export type BrowserFetchInput = string | URL | Request;

/** A request of a page, and what else the page has asked for. */
export interface PageRequest {
  readonly request: BrowserRequest;
  readonly body: Uint8Array | undefined;
  readonly redirect: BrowserRedirect;
  readonly cache: BrowserCache;
  /** `undefined`: no `Referer`. */
  readonly referrer: URL | undefined;
  readonly referrerPolicy: ReferrerPolicyName;
  readonly keepalive: boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads what a page hands to `fetch()` (https://fetch.spec.whatwg.org/#dom-request). Headers that a page must not set
 * are dropped, as browsers do it.
 *
 * @param base what a relative URL is resolved against
 * @throws TypeError for what `fetch()` refuses before anything is sent
 */
export async function readInit(
  origin: string,
  base: URL,
  input: BrowserFetchInput,
  init: unknown,
): Promise<PageRequest> {
  const given = readMembers(init);
  const made = isRequest(input) ? await membersOf(input, given.body) : {};
  const members: FetchMembers = { ...made, ...given };
  const url = readUrl(isRequest(input) ? input.url : input, base);
  const referrer = readReferrer(members.referrer, origin);
  const { mode = 'cors', credentials = 'same-origin', cache = 'default', body } = members;
  const method = normalizeMethod(members.method ?? 'GET');
  if (mode === 'navigate') {
    throw failure("Cannot construct a Request with a RequestInit whose mode member is set as 'navigate'.");
  }
  if (cache === 'only-if-cached' && mode !== 'same-origin') {
    throw failure("'only-if-cached' can be set only with 'same-origin' mode");
  }
  checkMethod(method, mode);
  const headers = new PageHeaders(mode);
  members.headers?.forEach((pair) => headers.append(pair));
  const carrier = bodyOf(body, method);
  const type = carrier?.headers.get('content-type') ?? undefined;
  if (type !== undefined && !headers.has('content-type')) {
    headers.append(['content-type', type]);
  }
  return {
    request: { origin, url: url.href, method, headers: headers.list(), credentials, mode },
    body: carrier && new Uint8Array(await carrier.arrayBuffer()),
    redirect: members.redirect ?? 'follow',
    cache,
    referrer,
    referrerPolicy: members.referrerPolicy ?? '',
    keepalive: members.keepalive ?? false,
    signal: members.signal ?? new AbortController().signal,
  };
}

function isRequest(input: BrowserFetchInput): input is Request {
  return typeof input === 'object' && 'headers' in input;
}

/** The members of a request that was made before, for those that the page does not give. */
async function membersOf(request: Request, otherBody: unknown): Promise<FetchMembers> {
  const { method, headers, mode, credentials, cache, redirect, referrer, referrerPolicy, keepalive, signal } = request;
  const made = { method, headers, mode, credentials, cache, redirect, referrer, referrerPolicy, keepalive, signal };
  if (request.bodyUsed) {
    throw failure('Cannot construct a Request with a Request object that has already been used.');
  }
  const body = request.body === null || otherBody !== undefined ? undefined : await request.arrayBuffer();
  return readMembers({ ...made, body });
}

function readUrl(input: string | URL, base: URL): URL {
  if (!URL.canParse(String(input), base.href)) {
    throw failure(`Failed to parse URL from ${String(input)}`);
  }
  const url = new URL(input, base);
  if (url.username !== '' || url.password !== '') {
    throw failure(`Request cannot be constructed from a URL that includes credentials: ${String(input)}`);
  }
  return url;
}

/** The page's own URL replaces a URL of another origin; a page of an opaque origin has no URL that it may show. */
function readReferrer(referrer: string | undefined, origin: string): URL | undefined {
  const page = origin === 'null' ? undefined : new URL(origin);
  const base = page?.href ?? 'https://opaque.invalid';
  if (referrer === undefined || referrer === '') {
    return referrer === undefined ? page : undefined;
  }
  if (!URL.canParse(referrer, base)) {
    throw failure(`Referrer '${referrer}' is not a valid URL.`);
  }
  const given = new URL(referrer, base);
  return given.origin === origin ? given : page;
}

function checkMethod(method: string, mode: BrowserMode): void {
  if (!isToken(method)) {
    throw failure(`'${method}' is not a valid HTTP method.`);
  }
  if (isForbiddenMethod(method)) {
    throw failure(`'${method}' HTTP method is unsupported.`);
  }
  if (mode === 'no-cors' && !isSafelistedMethod(method)) {
    throw failure(`'${method}' is unsupported in no-cors mode.`);
  }
}

/** The headers of a request, with the guard of its mode (https://fetch.spec.whatwg.org/#concept-headers-append). */
class PageHeaders {
  readonly #headers = new Headers();
  readonly #mode: BrowserMode;

  constructor(mode: BrowserMode) {
    this.#mode = mode;
  }

  append(pair: readonly string[]): void {
    const [name = '', written = ''] = pair;
    const value = written.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
    if (pair.length !== 2) {
      throw failure('Invalid value');
    }
    if (!isToken(name)) {
      throw failure('Invalid name');
    }
    if (/[\0\r\n]/.test(value)) {
      throw failure('Invalid value');
    }
    if (this.#accepts(name.toLowerCase(), value)) {
      this.#headers.append(name, value);
    }
  }

  has(name: string): boolean {
    return this.#headers.has(name);
  }

  list(): HeaderField[] {
    return [...this.#headers];
  }

  #accepts(name: string, value: string): boolean {
    if (this.#mode !== 'no-cors') {
      return !isHeaderForbiddenToPages(name, value);
    }
    const before = this.#headers.get(name);
    return name !== 'range' && isSafelistedRequestHeader(name, before === null ? value : `${before}, ${value}`);
  }
}

/** The platform knows what a body becomes: its bytes, and the media type that goes with them. */
function bodyOf(body: unknown, method: string): Response | undefined {
  if (body === undefined || body === null) {
    return undefined;
  }
  if (method === 'GET' || method === 'HEAD') {
    throw failure('Request with GET/HEAD method cannot have body.');
  }
  if (body instanceof ReadableStream) {
    throw failure('A stream as a body needs HTTP/2, which this browser does not speak.');
  }
  return new Response(body as string);
}
