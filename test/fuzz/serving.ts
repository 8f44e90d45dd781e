import type { Answer, Client } from './client.js';
import { repairedTarget, versionHeaders } from './request-forms.js';
import {
  defaultPolicyOf,
  type Effective,
  type FuzzApp,
  type FuzzRequest,
  namedPolicy,
  replacing,
  servedHandlers,
} from './plan.js';

/** The handler of a method on a path, found with requests without `Origin`. */
export interface Served {
  /** The answers for each version, in the order of `Serving.versions`. */
  readonly plain: readonly Answer[];
  /** The entry of `routes` that covers the path. An unmanaged entry has no policy. */
  readonly entry: { readonly policy: Effective } | undefined;
  /** The policy of a route without a decorator: the policy of the entry, or else the default policy. */
  readonly outside: Effective;
  /** The policies that may apply to a preflight. */
  readonly candidates: readonly Effective[];
}

/** Finds the handler of a request by asking the app, and the policy of that handler in the plan. */
export class Serving {
  /** Header fields for no version, and for each version of the app. */
  readonly versions: readonly Readonly<Record<string, string>>[];
  private readonly explicit: ReadonlyMap<string, Effective>;
  private readonly fallback: Effective;

  constructor(
    private readonly plan: FuzzApp,
    private readonly app: Client,
    private readonly entries: Client | undefined,
  ) {
    const decorated = servedHandlers(plan).filter(({ policy }) => policy !== undefined);
    this.explicit = new Map(decorated.map(({ name, policy }) => [name, policy]));
    this.fallback = defaultPolicyOf(plan);
    this.versions = versionHeaders(plan);
  }

  async of(request: FuzzRequest): Promise<Served> {
    const [plain, entry] = await Promise.all([this.ask(request, request.target), this.entryOf(request)]);
    const outside = entry === undefined ? this.fallback : entry.policy;
    const answered = plain.filter(({ handler }) => handler !== undefined);
    // A raw route that calls next() could also have answered, so a preflight may be answered for it.
    const candidates = plain.some(({ passed }) => passed !== undefined)
      ? [outside]
      : answered.map((answer) => this.policyOf(answer, { entry, outside }));
    return { plain, entry, outside, candidates };
  }

  policyOf({ handler }: Answer, { entry, outside }: Pick<Served, 'entry' | 'outside'>): Effective {
    const own = handler === undefined ? undefined : this.explicit.get(handler);
    return own === undefined ? outside : replacing(own, entry?.policy);
  }

  /** Tells if a Nest handler answers. Only a Nest handler is sure to read the path as it is sent. */
  isNest({ handler }: Answer): boolean {
    return handler !== undefined && !/^R\d/.test(handler);
  }

  /**
   * Tells if an entry may apply that the routing of the platform does not show. This happens if code outside Nest may
   * read the path in another way (a static file server answers a directory with its index), and below an enforced
   * entry (rules 3.3 and 3.6).
   */
  isLoose({ target }: FuzzRequest): boolean {
    const { raw } = this.plan;
    const isAmbiguous = /[A-Z%\\]|\/\/|\/\.{1,2}|\/$/.test(
      target.replace(/^https?:\/\/[^/?#]*/, '').replace(/[?#].*/, ''),
    );
    return raw.some(({ entry, entryMark }) => entry !== 'none' && (isAmbiguous || entryMark === 'enforced'));
  }

  /** The policies of the routes that match a malformed path: Express finds a route before it decodes parameters. */
  async repaired(request: FuzzRequest, served: Served): Promise<readonly Effective[]> {
    if (this.plan.platform !== 'express' || !served.plain.some(({ status }) => status === 400)) {
      return [];
    }
    const answers = await this.ask(request, repairedTarget(request));
    return answers.map((answer) => this.policyOf(answer, served));
  }

  private ask({ method, host }: FuzzRequest, target: string): Promise<Answer[]> {
    return Promise.all(this.versions.map((version) => this.app.send(method, target, { Host: host, ...version })));
  }

  private async entryOf(request: FuzzRequest): Promise<Served['entry']> {
    const { method, target, host } = request;
    let entry = await this.entries?.send(method, target, { Host: host });
    if (entry?.status === 400 && this.plan.platform === 'express') {
      entry = await this.entries?.send(method, repairedTarget(request), { Host: host });
    }
    const at = /^E(\d+)$/.exec(entry?.handler ?? '')?.[1];
    if (at === undefined) {
      return undefined;
    }
    const { entryMark } = this.plan.raw[Number(at)]!;
    const policy = entryMark === 'unmanaged' ? undefined : namedPolicy(`E${at}`, entryMark);
    return { policy: replacing(policy, this.fallback) };
  }
}
