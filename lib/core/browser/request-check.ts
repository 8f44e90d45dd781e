import { block, type Block } from './block.js';
import { type BrowserRequest, isCrossOrigin, isHttp } from './request.js';

/** The redirect mode of `fetch()`; `follow` by default. */
export type BrowserRedirect = 'follow' | 'error' | 'manual';

/** Ports to which browsers send nothing, because other protocols use them (https://fetch.spec.whatwg.org/#bad-port). */
const BAD_PORTS: ReadonlySet<string> = new Set(
  (
    '0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 ' +
    '135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 ' +
    '995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080'
  ).split(' '),
);

/** Reports whether browsers send nothing to the port of a URL. */
export function isUnsafePort(port: string): boolean {
  return BAD_PORTS.has(port);
}

/**
 * Judges a request before anything is sent (https://fetch.spec.whatwg.org/#concept-main-fetch): its scheme, its port,
 * and what its mode excludes.
 *
 * @param redirect what the page asked for; with `mode: 'no-cors'`, a request to another origin needs `follow`
 * @returns `undefined` where the browser goes on
 *
 * @example
 * checkRequest({ ...request, url: 'https://api.example:6000/' })?.reason; // 'unsafe-port'
 */
export function checkRequest(request: BrowserRequest, redirect: BrowserRedirect = 'follow'): Block | undefined {
  const url = new URL(request.url);
  if (!isHttp(url)) {
    return block(request, 'response', 'unsupported-scheme');
  }
  if (isUnsafePort(url.port)) {
    return block(request, 'response', 'unsafe-port', url.port);
  }
  if (!isCrossOrigin(request)) {
    return undefined;
  }
  if (request.mode === 'same-origin') {
    return block(request, 'response', 'mode-same-origin');
  }
  return request.mode === 'no-cors' && redirect !== 'follow' ? block(request, 'response', 'mode-no-cors') : undefined;
}
