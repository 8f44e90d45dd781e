import type { BrowserRequest, HeaderField, ServerAnswer } from '../../../../lib/testing.js';

export const PAGE = 'https://app.example';
export const API = 'https://api.example';

/** A request of the page to the API. */
export function requestOf(parts: Partial<BrowserRequest> = {}): BrowserRequest {
  return { origin: PAGE, url: `${API}/orders`, method: 'GET', headers: [], credentials: 'same-origin', ...parts };
}

export function answerOf(status: number, headers: Record<string, string>): ServerAnswer {
  return { status, headers: Object.entries(headers) };
}

/** Fields from `name: value` lines. */
export function fields(...lines: string[]): HeaderField[] {
  return lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
}
