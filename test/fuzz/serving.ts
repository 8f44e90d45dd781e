import type { Answer, Client } from './client.js';
import { repairedTarget, versionHeaders } from './request-forms.js';
import {
  defaultPolicyOf,
  type Effective,
  type FuzzApp,
  type FuzzRequest,
  namedPolicy,
  type NamedPolicy,
  servedHandlers,
} from './plan.js';

/** Who serves a method on a path, as requests without `Origin` tell. */
export interface Served {
  /** What was answered under each version, in the order of `Serving.versions`. */
  readonly plain: readonly Answer[];
  /** The entry of `routes` that covers it. */
  readonly entry: NamedPolicy | undefined;
  /** The policy of what no decorator speaks about: that entry's, or else the default. */
  readonly outside: Effective;
  /** The policies that a preflight could be about. */
  readonly candidates: readonly Effective[];
}

/** Learns from the app itself which handler serves a request, and from the plan which policy that handler has. */
export class Serving {
  /** Header fields for no version, and for each that the app may have. */
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
    const outside = entry ?? this.fallback;
    const answered = plain.filter(({ handler }) => handler !== undefined);
    // What only passes a request on may as well have served it, and a preflight is answered for it.
    const candidates = plain.some(({ passed }) => passed !== undefined)
      ? [outside]
      : answered.map((answer) => this.policyOf(answer, outside));
    return { plain, entry, outside, candidates };
  }

  policyOf({ handler }: Answer, outside: Effective): Effective {
    return (handler === undefined ? undefined : this.explicit.get(handler)) ?? outside;
  }

  /** Express finds a route before it fails to decode its parameters: the policies of where the path would have led. */
  async repaired(request: FuzzRequest, { plain, outside }: Served): Promise<readonly Effective[]> {
    if (this.plan.platform !== 'express' || !plain.some(({ status }) => status === 400)) {
      return [];
    }
    const answers = await this.ask(request, repairedTarget(request));
    return answers.map((answer) => this.policyOf(answer, outside));
  }

  private ask({ method, host }: FuzzRequest, target: string): Promise<Answer[]> {
    return Promise.all(this.versions.map((version) => this.app.send(method, target, { Host: host, ...version })));
  }

  private async entryOf(request: FuzzRequest): Promise<NamedPolicy | undefined> {
    const { method, target, host } = request;
    let entry = await this.entries?.send(method, target, { Host: host });
    if (entry?.status === 400 && this.plan.platform === 'express') {
      entry = await this.entries?.send(method, repairedTarget(request), { Host: host });
    }
    return entry?.handler === undefined ? undefined : namedPolicy(entry.handler);
  }
}
