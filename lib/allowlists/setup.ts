import type { AllowlistLog } from './log.js';
import type { ResolvedAllowlistOptions } from './options.js';

/** What an allowlist of any kind is made of. */
export interface AllowlistSetup<Provider> {
  /** What the status names it by: the provider's token, or the function itself. */
  readonly token: unknown;
  /** What messages name it by: the name of the class, say. */
  readonly label: string;
  readonly provider: Provider;
  readonly options: ResolvedAllowlistOptions;
  readonly log: AllowlistLog;
}
