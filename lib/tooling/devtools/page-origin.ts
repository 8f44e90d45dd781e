import { quote } from '../../core/issues/text.js';

/** The reason why a text is not the origin of a page, and a valid correction. */
export interface PageOriginProblem {
  readonly reason: string;
  readonly suggestion?: string;
}

/** As long as an `Origin` that the library looks at. */
const MAX_LENGTH = 512;

/**
 * Finds what is wrong with a text as the value that a browser sends in `Origin`: a scheme and a host, without a path.
 *
 * @returns `undefined` where nothing is: `https://app.example`, `null`, `capacitor://localhost`
 */
export function originProblem(text: string): PageOriginProblem | undefined {
  if (isPageOrigin(text)) {
    return undefined;
  }
  const reason = reasonOf(text);
  const suggestion = [text, `https://${text}`].map(originIn).find((origin) => origin !== undefined);
  return suggestion === undefined ? { reason } : { reason, suggestion };
}

function isPageOrigin(text: string): boolean {
  if (text === 'null' || text === 'file://') {
    return true;
  }
  if (text.length > MAX_LENGTH || !/^[a-z][a-z0-9+.-]*:\/\/[\x21-\x7e]+$/.test(text) || text.includes('*')) {
    return false;
  }
  return !/^https?:/.test(text) || (URL.canParse(text) && new URL(text).origin === text);
}

function reasonOf(text: string): string {
  if (text.includes('*')) {
    return `${quote(text)} means many origins, and a page has one.`;
  }
  if (!text.includes('://')) {
    return `${quote(text)} has no scheme; an origin looks like https://app.example.`;
  }
  if (originIn(text) === undefined) {
    return `${quote(text)} is not an origin; an origin looks like https://app.example.`;
  }
  return `${quote(text)} is not what browsers send: they write scheme and host in lower case, without a path, a slash at the end or a default port.`;
}

function originIn(text: string): string | undefined {
  const written = text.trim();
  if (written.includes('*') || /\s/.test(written) || !URL.canParse(written)) {
    return undefined;
  }
  const { origin, hostname } = new URL(written);
  return /^https?:/.test(origin) && /[.:]|^localhost$/.test(hostname) && isPageOrigin(origin) ? origin : undefined;
}
