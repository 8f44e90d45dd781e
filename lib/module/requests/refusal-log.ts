import { quote } from '../../core/problems/quote.js';
import type { Outcome } from './outcome.js';

/** How many different refusals are told before the log falls silent: whoever sends requests must not fill it. */
const MOST = 1000;

/** Tells each refusal once per reason, route and origin (`debug: true`). */
export class RefusalLog {
  private readonly told = new Set<string>();

  constructor(private readonly write: (line: string) => void) {}

  note({ kind, decision, policy, route = 'no route', request: { origin }, asked }: Outcome): void {
    const { allowed, reason } = decision;
    if (allowed || reason === 'no-policy' || origin === undefined || this.told.size > MOST) {
      return;
    }
    const key = `${reason} ${route} ${quote(origin)}`;
    if (this.told.has(key)) {
      return;
    }
    this.told.add(key);
    if (this.told.size > MOST) {
      this.write(`${MOST} different refusals were told; further ones are not.`);
      return;
    }
    const what = `${kind === 'preflight' ? 'the preflight for ' : ''}${quote(asked)}`;
    const under = policy?.kind === 'policy' ? ` (policy ${policy.name})` : '';
    this.write(`Refused ${what} of ${quote(origin)} for ${route}: ${reason}${under}`);
  }
}
