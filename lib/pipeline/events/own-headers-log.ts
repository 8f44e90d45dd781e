import type { RequestDecision } from '../../engine/request-decision.js';

/**
 * Warns once for each route whose responses carry CORS headers of the app itself, in place of its policy's (rule 3.5).
 * The number of routes is fixed, so no client can fill the log or the memory.
 */
export class OwnHeadersLog {
  private readonly told = new Set<string>();

  constructor(private readonly write: (line: string) => void) {}

  /** Leaves out routes that are already in the log. */
  skip(routes: readonly string[]): void {
    routes.forEach((route) => this.told.add(route));
  }

  note({ route = 'A response that no route serves', policy }: RequestDecision): void {
    if (this.told.has(route)) {
      return;
    }
    this.told.add(route);
    const set = `${route}: the app itself (a handler, middleware, or a server behind it) set Access-Control-Allow-Origin`;
    this.write(
      policy?.kind === 'policy'
        ? `${set}, so its CORS headers were sent and those of policy ${policy.name} were not. Remove that header where the ` +
            "app sets it, or write `override: true` in the policy so that the policy's headers replace it."
        : `${set}, and pages of other origins may read the response although @NoCors() closes the route. Remove that header ` +
            'where the app sets it, or give the route a policy.',
    );
  }
}
