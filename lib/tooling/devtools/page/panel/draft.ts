import type { RequestTest, TesterBody } from '../../protocol.js';
import type { Question } from '../app/question.js';
import { headersWith, readCookies, readFields, readHeaders } from './body.js';

/** A file that the user has chosen. */
export type ChosenFile = Blob & { readonly name: string };

/** The form of the panel: texts as they are typed. */
export interface Draft {
  /** `WS` means a WebSocket. */
  readonly method: string;
  readonly url: string;
  readonly origin: string;
  readonly headers: string;
  readonly credentials: boolean;
  readonly namespace: string;
  readonly body: 'none' | TesterBody['kind'];
  readonly text: string;
  readonly fields: string;
  readonly file: string;
  readonly files: readonly ChosenFile[];
  readonly cookies: string;
  readonly message: string;
}

export const EMPTY: Draft = {
  method: 'GET',
  url: '/',
  origin: '',
  headers: '',
  credentials: false,
  namespace: '',
  body: 'none',
  text: '',
  fields: '',
  file: 'file',
  files: [],
  cookies: '',
  message: '',
};

/** A field of the form that cannot be read. */
export class FieldError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** The form after reading. */
export interface ReadDraft {
  /** As `explain.json` takes it. */
  readonly question: Question;
  readonly body?: TesterBody;
  readonly cookies: NonNullable<RequestTest['cookies']>;
  /** The first message on a WebSocket; empty: none. */
  readonly message: string;
}

export function isSocket({ method }: Pick<Draft, 'method'>): boolean {
  return method.trim() === 'WS';
}

/** Fills the form with a question. What it does not say of the origin stays as it is; the rest begins anew. */
export function filled(question: Question, before: Draft, page: string): Draft {
  const { method = 'GET', url, origin = before.origin, headers = {}, credentials = false, webSocket } = question;
  return {
    ...EMPTY,
    method: webSocket === true ? 'WS' : method,
    url: url.startsWith(`${page}/`) ? url.slice(page.length) : url,
    origin,
    headers: Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    credentials,
    namespace: question.namespace ?? '',
  };
}

/**
 * Reads the form.
 *
 * @param page origin of the page: a path is one of its app
 * @throws FieldError for the first field that cannot be read
 */
export function readDraft(draft: Draft, page: string): ReadDraft {
  const { namespace, credentials, message } = draft;
  const origin = draft.origin.trim() === '' ? {} : { origin: draft.origin.trim() };
  if (isSocket(draft)) {
    const url = addressOf(draft, page.replace(/^http/, 'ws'));
    const joined = namespace.trim() === '' ? {} : { namespace: namespace.trim() };
    return { question: { webSocket: true, url, ...origin, ...joined, credentials: true }, cookies: [], message };
  }
  const method = draft.method.trim() || 'GET';
  const body = inField(draft.body === 'json' ? 'text' : 'fields', () => bodyOf(draft));
  if (body !== undefined && /^(?:GET|HEAD)$/i.test(method)) {
    throw new FieldError('body', `A page sends no body with ${method.toUpperCase()}: choose another method.`);
  }
  const headers = headersWith(
    inField('headers', () => readHeaders(draft.headers)),
    body,
  );
  return {
    question: { method, url: addressOf(draft, page), ...origin, headers, credentials },
    ...(body === undefined ? {} : { body }),
    cookies: inField('cookies', () => readCookies(draft.cookies)),
    message: '',
  };
}

function addressOf({ url }: Draft, base: string): string {
  const written = url.trim();
  const full = written.startsWith('/') && !written.startsWith('//') ? base + written : written;
  return URL.canParse(full) ? full : fail('url', 'Write a path of this app, as in "/orders/1", or a whole address.');
}

function bodyOf({ body, text, fields, file, files }: Draft): TesterBody | undefined {
  switch (body) {
    case 'none':
      return undefined;
    case 'text':
      return { kind: body, text };
    case 'json':
      JSON.parse(text);
      return { kind: body, text };
    case 'form':
      return { kind: body, fields: readFields(fields) };
    case 'files':
      return {
        kind: body,
        fields: readFields(fields),
        files: files.map((content) => ({ field: file.trim() || 'file', name: content.name, content })),
      };
  }
}

function inField<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { message } = error as Error;
    return fail(field, error instanceof SyntaxError ? `This is not JSON: ${message}` : message);
  }
}

function fail(field: string, message: string): never {
  throw new FieldError(field, message);
}

/** Reports whether an address is one of this app. Its gateways may have ports of their own. */
export function isOfThisApp(address: string, page: string, ports: readonly (number | undefined)[]): boolean {
  const { origin, hostname, port } = new URL(address.replace(/^ws/, 'http'));
  const own = new URL(page);
  return origin === own.origin || (hostname === own.hostname && ports.some((each) => String(each) === port));
}
