import type { ServerResponse } from 'node:http';
import type { ErrorAnswer } from './protocol.js';

/** An answer that goes out whole. */
export interface PageAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function json(value: unknown, status = 200): PageAnswer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

/** @param error a sentence for the user of the page */
export function problem(error: string, status: number, about: Omit<ErrorAnswer, 'error'> = {}): PageAnswer {
  return json({ error, ...about } satisfies ErrorAnswer, status);
}

export function text(body: string, status: number): PageAnswer {
  return { status, type: 'text/plain; charset=utf-8', body };
}

/** Never kept, never framed, never read by another origin, never taken for another type. */
const SECURITY: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
};

/** Headers that keep the page from other pages. */
export const OWN_ORIGIN_ONLY: Readonly<Record<string, string>> = {
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
};

/**
 * Begins an answer with the headers that every one of them carries; what the app has set under these names gives way.
 */
export function begin(response: ServerResponse, status: number, fields: Readonly<Record<string, string>>): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries({ ...SECURITY, ...fields })) {
    response.setHeader(name, value);
  }
}

/** Writes a whole answer. */
export function send(
  response: ServerResponse,
  { status, type, body, headers = {} }: PageAnswer,
  fields: Readonly<Record<string, string>>,
): void {
  begin(response, status, { ...fields, ...headers, 'Content-Type': type });
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
