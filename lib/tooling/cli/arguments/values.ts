import { normalizeMethod } from '../../../core/browser/request.js';
import type { HeaderField } from '../../../core/http/headers.js';
import { isForbiddenMethod } from '../../../core/http/methods.js';
import { isToken } from '../../../core/http/lists.js';
import { isSharedOrigin, parseOrigin } from '../../../core/origin/origin.js';
import { quote } from '../../../core/issues/text.js';
import { CommandFailure } from '../failure.js';

/** @throws CommandFailure for what no page can send */
export function readMethod(text = 'GET'): string {
  if (!isToken(text) || isForbiddenMethod(text)) {
    throw new CommandFailure(`${quote(text)} is not a method that a page can send.`);
  }
  return normalizeMethod(text);
}

/**
 * Reads the origin of a page: what a browser would send. `https://app.example/` and the like are corrected, as they are
 * meant.
 *
 * @throws CommandFailure for what is no origin
 */
export function readOrigin(text: string): string {
  if (isSharedOrigin(text) || parseOrigin(text) !== undefined) {
    return text;
  }
  const corrected = /^[\w.-]+(:\d+)?$/.test(text) ? `https://${text}` : text;
  const url = URL.canParse(corrected) ? new URL(corrected) : undefined;
  const isBare = url !== undefined && url.pathname === '/' && url.search === '' && url.hash === '';
  if (url !== undefined && isBare && corrected === text && parseOrigin(url.origin) !== undefined) {
    return url.origin;
  }
  throw new CommandFailure(
    `${quote(text)} is not the origin of a page: scheme://host[:port], or null.`,
    url !== undefined && parseOrigin(url.origin) !== undefined ? `Did you mean --origin ${url.origin}?` : undefined,
  );
}

/**
 * Reads headers as `Name: value`.
 *
 * @throws CommandFailure for a name that is no token, and for a value that no header can have
 */
export function readHeaders(texts: readonly string[]): readonly HeaderField[] {
  return texts.map((text): HeaderField => {
    const colon = text.indexOf(':');
    const name = text.slice(0, colon).trim();
    const value = text.slice(colon + 1).trim();
    if (colon < 1 || !isToken(name)) {
      throw new CommandFailure(`${quote(text)} is not a header: --header 'Name: value'.`);
    }
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new CommandFailure(`${quote(text)} contains a character that no header can have (RFC 9110, 5.5).`);
    }
    return [name, value];
  });
}

/**
 * Reads a number of seconds as milliseconds.
 *
 * @throws CommandFailure for what is no number above zero
 */
export function readTimeout(text: string | undefined, ifMissing: number): number {
  const seconds = text === undefined ? ifMissing : Number(text);
  if (!(seconds > 0 && seconds <= 3600)) {
    throw new CommandFailure(`--timeout is ${quote(text)}: a number of seconds, above 0 and at most 3600.`);
  }
  return seconds * 1000;
}
