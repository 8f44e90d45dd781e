import type { TesterPair } from '../../protocol.js';

/** The cookies of one request. */
export interface KeptCookies {
  readonly told: { readonly cookies?: readonly string[]; readonly cookieProblem?: string };
  /** Removes them again. */
  remove(): void;
}

/**
 * Sets cookies of the app's host in this document. Cookies belong to a host, whatever its port, so that the browser
 * sends them to the app if both are on one host.
 */
export function setCookies(cookies: readonly TesterPair[], url: string): KeptCookies {
  const { hostname } = new URL(url);
  if (cookies.length === 0) {
    return { told: {}, remove: () => undefined };
  }
  if (hostname !== location.hostname) {
    return refused(
      `No cookie was set: a document of ${location.hostname} sets none for ${hostname}. ` +
        `Open this page at ${location.hostname}, or choose the tester at ${hostname}.`,
    );
  }
  const taken = cookies.find(([name]) => has(name));
  if (taken !== undefined) {
    return refused(`No cookie was set: your browser has a cookie ${taken[0]} of ${hostname}, and sends that one.`);
  }
  cookies.forEach(([name, value]) => write(name, value, ''));
  const set = cookies.map(([name]) => name).filter(has);
  const lost = cookies.filter(([name]) => !set.includes(name));
  return {
    told: {
      cookies: set,
      ...(lost.length === 0
        ? {}
        : { cookieProblem: `Your browser did not take the cookie ${lost.map(([name]) => name).join(', ')}.` }),
    },
    remove: () => set.forEach((name) => write(name, '', '; Max-Age=0')),
  };
}

function refused(cookieProblem: string): KeptCookies {
  return { told: { cookies: [], cookieProblem }, remove: () => undefined };
}

function write(name: string, value: string, end: string): void {
  document.cookie = `${name}=${value}; Path=/; SameSite=Lax${end}`;
}

function has(name: string): boolean {
  return document.cookie.split('; ').some((pair) => pair.startsWith(`${name}=`));
}
