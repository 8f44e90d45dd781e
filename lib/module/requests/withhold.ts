import type { IncomingMessage } from 'node:http';
import { bareDecision } from '../../core/decisions/decision.js';
import { heldOf, lastWord } from '../../platform/held.js';

/** Takes back what was decided about a request: its response carries nothing of this library's but `Vary`. */
export function withhold(request: IncomingMessage): void {
  const held = heldOf(request);
  if (held !== undefined) {
    const decided = lastWord(held);
    const { vary } = decided.decision;
    held.decided = { ...decided, decision: bareDecision('no-cors', vary) };
  }
}
