import { quote } from '../../core/problems/quote.js';
import type { CorsRequest } from '../../core/requests/request.js';
import type { Outcome } from './engine.js';

/** How many different refusals are told before the log falls silent: whoever sends requests must not fill it. */
const MOST = 1000;

/** Tells each refusal once per reason, route and origin (`debug: true`). */
export class RefusalLog {
  private readonly told = new Set<string>();

  constructor(private readonly write: (line: string) => void) {}

  note(request: CorsRequest, { kind, decision, policy, target }: Outcome): void {
    if (decision.allowed || decision.reason === 'no-policy' || request.origin === undefined || this.told.size > MOST) {
      return;
    }
    const route = target?.name ?? 'no route';
    const line = `Refused ${kind === 'preflight' ? 'the preflight' : quote(request.method)} of ${quote(request.origin)} for ${route}: ${decision.reason}`;
    if (this.told.has(line)) {
      return;
    }
    this.told.add(line);
    if (this.told.size > MOST) {
      this.write(`${MOST} different refusals were told; further ones are not.`);
      return;
    }
    this.write(policy?.kind === 'policy' ? `${line} (policy ${policy.name})` : line);
  }
}
