import type { BrowserCredentials, BrowserMode } from '../../core/browser/request.js';
import type { BrowserRedirect } from '../../core/browser/request-check.js';
import { REFERRER_POLICIES, type ReferrerPolicyName } from './referrer.js';

/** The cache mode of `fetch()`. The HTTP cache is always empty here. */
export type BrowserCache = 'default' | 'no-store' | 'reload' | 'no-cache' | 'force-cache' | 'only-if-cached';

/**
 * The members that a page gives to `fetch()` besides the URL, with the defaults of the Fetch Standard: `GET`, `mode:
 * 'cors'`, `credentials: 'same-origin'`, `redirect: 'follow'`. A value that the standard does not know is a TypeError,
 * and nothing is sent.
 *
 * @example
 * await page.fetch('/orders/7', { method: 'PUT', headers: { 'X-Tenant': 'tea' }, body: '{}', credentials: 'include' });
 */
export interface BrowserFetchInit extends Pick<RequestInit, 'headers' | 'body' | 'signal'> {
  readonly method?: string;
  readonly mode?: BrowserMode;
  readonly credentials?: BrowserCredentials;
  readonly redirect?: BrowserRedirect;
  readonly cache?: BrowserCache;
  /** A URL of the page's own origin, `''` for none, or `about:client` for the page itself, which is the default. */
  readonly referrer?: string;
  readonly referrerPolicy?: ReferrerPolicyName;
  readonly keepalive?: boolean;
  /** Of no consequence here. */
  readonly priority?: 'high' | 'low' | 'auto';
}

/** The members in their final form; those that are missing are not given. */
export interface FetchMembers {
  readonly body?: unknown;
  readonly cache?: BrowserCache;
  readonly credentials?: BrowserCredentials;
  readonly headers?: readonly (readonly string[])[];
  readonly keepalive?: boolean;
  readonly method?: string;
  readonly mode?: BrowserMode | 'navigate';
  readonly redirect?: BrowserRedirect;
  readonly referrer?: string;
  readonly referrerPolicy?: ReferrerPolicyName;
  readonly signal?: AbortSignal | null;
}

/** An error of `fetch()`, in Chromium's words. */
export function failure(problem: string): TypeError {
  return new TypeError(`Failed to execute 'fetch' on 'Window': ${problem}`);
}

type Read = (value: unknown, fail: (problem: string) => TypeError) => unknown;

/** In the order in which the standard reads them (https://webidl.spec.whatwg.org/#js-to-dictionary). */
const MEMBERS: Readonly<Record<string, Read>> = {
  body: (value) => value,
  cache: oneOf('RequestCache', ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached']),
  credentials: oneOf('RequestCredentials', ['omit', 'same-origin', 'include']),
  duplex: oneOf('RequestDuplex', ['half']),
  headers: readHeaders,
  integrity: (value) => {
    if (text(value) !== '') {
      throw new Error('The test browser does not model `integrity`');
    }
  },
  keepalive: Boolean,
  method: text,
  mode: oneOf('RequestMode', ['navigate', 'same-origin', 'no-cors', 'cors']),
  priority: oneOf('FetchPriority', ['high', 'low', 'auto']),
  redirect: oneOf('RequestRedirect', ['follow', 'error', 'manual']),
  referrer: text,
  referrerPolicy: oneOf('ReferrerPolicy', REFERRER_POLICIES),
  signal: (value, fail) => {
    if (value !== null && typeof (value as { throwIfAborted?: unknown }).throwIfAborted !== 'function') {
      throw fail("Failed to convert value to 'AbortSignal'.");
    }
    return value;
  },
  window: (value, fail) => {
    if (value !== null) {
      throw fail('It can only be null.');
    }
  },
};

/**
 * Converts what a page hands to `fetch()` (https://fetch.spec.whatwg.org/#requestinit).
 *
 * @throws TypeError for a value that is none of its member's
 */
export function readMembers(init: unknown): FetchMembers {
  if (init === undefined || init === null) {
    return {};
  }
  if (typeof init !== 'object' && typeof init !== 'function') {
    throw failure("The provided value is not of type 'RequestInit'.");
  }
  const read: Record<string, unknown> = {};
  for (const [name, convert] of Object.entries(MEMBERS)) {
    const value = (init as Record<string, unknown>)[name];
    if (value !== undefined) {
      read[name] = convert(value, (problem) =>
        failure(`Failed to read the '${name}' property from 'RequestInit': ${problem}`),
      );
    }
  }
  return read;
}

function text(value: unknown): string {
  return `${value as string}`;
}

function oneOf(type: string, values: readonly string[]): Read {
  return (value, fail) => {
    const written = text(value);
    if (!values.includes(written)) {
      throw fail(`The provided value '${written}' is not a valid enum value of type ${type}.`);
    }
    return written;
  };
}

/** Pairs of names and values, as a record or as anything that can be iterated: `Headers`, a `Map`, arrays. */
function readHeaders(value: unknown, fail: (problem: string) => TypeError): readonly (readonly string[])[] {
  if (!isObject(value)) {
    throw fail(
      "The provided value is not of type '(record<ByteString, ByteString> or sequence<sequence<ByteString>>)'.",
    );
  }
  const bytes = (part: unknown): string => {
    const written = text(part);
    if (/[^\x00-\xff]/.test(written)) {
      throw fail('String contains non ISO-8859-1 code point.');
    }
    return written;
  };
  if (!(Symbol.iterator in value)) {
    return Object.entries(value).map((pair) => pair.map(bytes));
  }
  return [...(value as Iterable<unknown>)].map((pair) => {
    if (!isObject(pair) || !(Symbol.iterator in pair)) {
      throw fail('The provided value cannot be converted to a sequence.');
    }
    return [...(pair as Iterable<unknown>)].map(bytes);
  });
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
