import { quote } from '../../core/issues/text.js';
import type { RequestDecision } from '../../engine/request-decision.js';

/** Most different refusals that are logged: a client must not fill the log. */
const MOST = 1000;

/** Logs each refusal once per reason, route and origin (`debug: true`). */
export class RefusalLog {
  private readonly told = new Set<string>();

  constructor(private readonly write: (line: string) => void) {}

  note({ kind, decision, policy, route = 'no route', request: { origin }, asked }: RequestDecision): void {
    const { allowed, reason } = decision;
    if (allowed || reason === 'no-policy' || reason === 'no-route' || origin === undefined || this.told.size > MOST) {
      return;
    }
    const key = `${reason} ${route} ${quote(origin)}`;
    if (this.told.has(key)) {
      return;
    }
    this.told.add(key);
    if (this.told.size > MOST) {
      this.write(`${MOST} different refusals were logged; further ones are not.`);
      return;
    }
    const what = `${kind === 'preflight' ? 'the preflight for ' : ''}${quote(asked)}`;
    const under = policy?.kind === 'policy' ? ` (policy ${policy.name})` : '';
    this.write(`Refused ${what} of ${quote(origin)} for ${route}: ${reason}${under}`);
  }
}
