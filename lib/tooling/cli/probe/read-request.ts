import type { BrowserRequest } from '../../../core/browser/request.js';
import { isHeaderForbiddenToPages } from '../../../core/browser/safelist.js';
import { quote } from '../../../core/issues/text.js';
import type { CommandArguments } from '../arguments/read-arguments.js';
import { readHeaders, readMethod, readOrigin } from '../arguments/values.js';
import { CommandFailure } from '../failure.js';

/** The request of a page that the arguments describe. */
export interface ProbedRequest {
  readonly request: BrowserRequest;
  readonly body: string | undefined;
  /** Headers that a browser drops. */
  readonly dropped: readonly string[];
}

/** @throws CommandFailure for what `fetch()` refuses, too */
export function readRequest(given: CommandArguments): ProbedRequest {
  const url = readUrl(given.argument);
  const method = readMethod(given.value('method'));
  const body = given.value('data');
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) {
    throw new CommandFailure(`A ${method} request has no body: fetch() refuses it.`, 'Use --method POST.');
  }
  const written = readHeaders(given.all('header'));
  const headers = written.filter(([name, value]) => !isHeaderForbiddenToPages(name, value));
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    request: {
      origin: readOrigin(given.value('origin') ?? ''),
      url,
      method,
      // What fetch() sets for a string.
      headers: body === undefined || typed ? headers : [...headers, ['Content-Type', 'text/plain;charset=UTF-8']],
      credentials: given.flag('credentials') ? 'include' : 'same-origin',
    },
    body,
    dropped: written.filter((header) => !headers.includes(header)).map(([name]) => name),
  };
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const corrected = `http://${text}`;
    throw new CommandFailure(
      `${quote(text)} is not an http: or https: URL.`,
      /^[\w.-]+(:\d+)?(\/|$)/.test(text) && URL.canParse(corrected) ? `Did you mean ${corrected}?` : undefined,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new CommandFailure('The URL contains a user name or a password: fetch() refuses it.', 'Leave them out.');
  }
  url.hash = '';
  return url.href;
}
