/** Longest address that is read, in characters. */
const MOST = 2048;

/** An address in a pasted text. */
export interface PastedAddress {
  /** As a page may ask for it: absolute, or a path where the text has only that. */
  readonly url: string;
  readonly webSocket?: true;
  /** `name:password` of the address. */
  readonly user?: string;
}

/**
 * Rejects a pasted text.
 *
 * @param why a sentence for the user
 */
export function problem(why: string): never {
  throw new Error(why);
}

/** Reads an address, and what it says besides. */
export function addressOf(written: string): PastedAddress {
  const isPath = written.startsWith('/') && !written.startsWith('//');
  const full = isPath || /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : 'http://' + written;
  if (!URL.canParse(full, 'http://localhost')) {
    problem('This is not an address: ' + written.slice(0, 200));
  }
  if (full.length > MOST) {
    problem('The address is longer than ' + MOST + ' characters.');
  }
  const url = new URL(full, 'http://localhost');
  if (!/^(?:https?|wss?):$/.test(url.protocol)) {
    problem('The address is of ' + url.protocol + ', and pages ask by http: and https:, or ws: and wss:.');
  }
  const user = url.username === '' ? undefined : decode(url.username) + ':' + decode(url.password);
  url.username = '';
  url.password = '';
  url.hash = '';
  return {
    url: isPath ? url.pathname + url.search : url.href,
    ...(/^wss?:$/.test(url.protocol) ? { webSocket: true } : {}),
    ...(user === undefined ? {} : { user }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
