import type { ServerResponse } from 'node:http';
import type { Decision } from '../core/decisions/decision.js';
import { keepVary } from './header-guard.js';
import { addVary, removeVary } from './vary.js';

/** Sets a decision's fields on a response that the app will complete. */
export function writeHeaders(response: ServerResponse, { headers, vary }: Decision): void {
  for (const [name, value] of headers) {
    response.setHeader(name, value);
  }
  const merged = addVary(response.getHeader('Vary'), vary);
  if (merged !== undefined) {
    response.setHeader('Vary', merged);
  }
  keepVary(response, vary);
}

/** Replaces what an earlier decision set by another one; what the app has set meanwhile stays. */
export function correctHeaders(response: ServerResponse, earlier: Decision, later: Decision): void {
  if (response.headersSent) {
    // Middleware has sent the head already: nothing can be mended, and to try would fail the request.
    return;
  }
  for (const [name, value] of earlier.headers) {
    if (response.getHeader(name) === value) {
      response.removeHeader(name);
    }
  }
  const vary = addVary(removeVary(response.getHeader('Vary'), earlier.vary), later.vary);
  if (vary === undefined) {
    response.removeHeader('Vary');
  } else {
    response.setHeader('Vary', vary);
  }
  for (const [name, value] of later.headers) {
    if (!response.hasHeader(name)) {
      response.setHeader(name, value);
    }
  }
  keepVary(response, later.vary);
}
