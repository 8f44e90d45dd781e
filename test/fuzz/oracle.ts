import type { Answer, Client } from './client.js';
import { type Effective, explicitPolicies, type FuzzApp, type FuzzRequest, namedPolicy, ORIGIN } from './plan.js';

/** What ought to hold, and what was seen. */
export interface Mismatch {
  readonly request: FuzzRequest;
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

/** What `tellActual` says of a request that the server itself refuses. */
const ENFORCED = '403 undefined nothing';

/**
 * Holds an app's answers against what the app itself does without CORS: a request without `Origin` tells which handler
 * serves it, and the same request with one, and its preflight, have to follow that handler's policy.
 */
export class Oracle {
  private readonly explicit: ReadonlyMap<string, Effective>;
  private readonly versions: readonly Readonly<Record<string, string>>[];

  constructor(
    private readonly plan: FuzzApp,
    private readonly app: Client,
    private readonly entries: Client | undefined,
  ) {
    this.explicit = explicitPolicies(plan);
    this.versions = versionHeaders(plan);
  }

  async check(request: FuzzRequest): Promise<Mismatch | undefined> {
    const { method, target } = request;
    const plain = await Promise.all(
      this.versions.map((version) => this.app.send(method, target, this.fields(request, version))),
    );
    const outside = await this.outside(request);
    const served = plain.filter(({ handler }) => handler !== undefined).map((answer) => this.policyOf(answer, outside));
    const mixed =
      served.some((policy) => policy?.kind === 'policy') && served.some((policy) => policy?.kind !== 'policy');
    const tolerated = [undefined, outside, ...(await this.repaired(request, plain, outside))];
    for (const [at, answer] of plain.entries()) {
      const seen = await this.app.send(method, target, { ...this.fields(request, this.versions[at]!), Origin: ORIGIN });
      const expected = this.expectedActual(request, answer, outside, mixed, tolerated);
      const told = tellActual(seen);
      if (!expected.includes(told)) {
        const version = JSON.stringify(this.versions[at]);
        return { request, what: `the request with version ${version}`, expected: expected.join(' or '), seen: told };
      }
    }
    return this.checkPreflight(request, plain, served, outside, tolerated);
  }

  private async checkPreflight(
    request: FuzzRequest,
    plain: readonly Answer[],
    served: readonly Effective[],
    outside: Effective,
    tolerated: readonly Effective[],
  ): Promise<Mismatch | undefined> {
    // Nest's own 404 for a target that is no path, which no browser sends: its preflight may well be granted.
    const isPath = /^(\/|https?:\/\/[^/?]+\/)/i.test(request.target);
    if (this.plan.platform === 'fastify' && (!isPath || plain.some(({ handler }) => this.isUnseen(handler)))) {
      return undefined;
    }
    const seen = await this.app.send('OPTIONS', request.target, {
      ...this.fields(request, {}),
      Origin: ORIGIN,
      'Access-Control-Request-Method': request.method,
    });
    const told = tellPreflight(seen);
    // Fastify answers a path that its router cannot read before any hook runs.
    if (this.plan.platform === 'fastify' && isFrameworkError(seen, request)) {
      return told === 'nothing' ? undefined : { request, what: 'the preflight', expected: 'nothing', seen: told };
    }
    const broken = plain.some((answer) => isFrameworkError(answer, request));
    const candidates = broken ? [...served, ...tolerated] : served.length === 0 ? [outside] : served;
    const granted = candidates.filter((policy) => policy?.kind === 'policy').map((policy) => `grant ${policy.maxAge}`);
    const expected = [...new Set(granted)];
    if (granted.length === 0 || broken) {
      expected.push('nothing');
    }
    if (!expected.includes(told)) {
      return { request, what: 'the preflight', expected: expected.join(' or '), seen: told };
    }
    if (granted.length === 0 && !broken) {
      return this.checkPassedOn(request, seen, candidates);
    }
    return undefined;
  }

  /** Without any policy a preflight is the app's own affair; `@NoCors()` answers it. */
  private async checkPassedOn(
    request: FuzzRequest,
    seen: Answer,
    candidates: readonly Effective[],
  ): Promise<Mismatch | undefined> {
    if (candidates.some((policy) => policy?.kind === 'no-cors')) {
      return seen.status === 204 && seen.handler === undefined
        ? undefined
        : { request, what: 'the preflight of @NoCors()', expected: '204', seen: `${seen.status} ${seen.handler}` };
    }
    const own = await this.app.send('OPTIONS', request.target, this.fields(request, {}));
    return seen.handler === own.handler || seen.status === 403
      ? undefined
      : { request, what: 'who answers OPTIONS', expected: String(own.handler), seen: String(seen.handler) };
  }

  private expectedActual(
    request: FuzzRequest,
    answer: Answer,
    outside: Effective,
    mixed: boolean,
    tolerated: readonly Effective[],
  ): readonly string[] {
    const tell = (policy: Effective): string =>
      `${answer.status} ${answer.handler} ${policy?.kind === 'policy' ? `exposes ${policy.header}` : 'nothing'}`;
    if (isFrameworkError(answer, request)) {
      // On Express one whose version-mates grant more is refused before its path turns out to be malformed.
      return [...new Set(tolerated.map(tell)), ...(this.plan.platform === 'express' ? [ENFORCED] : [])];
    }
    const policy = this.policyOf(answer, outside);
    // Of routes that only a version tells apart, one without a grant is enforced (DESIGN 3.4).
    const enforced = mixed && policy?.kind !== 'policy' && answer.handler !== undefined;
    return [enforced ? ENFORCED : tell(policy)];
  }

  /** The policy of what no decorator speaks about: an entry of `routes`, or else the default. */
  private async outside(request: FuzzRequest): Promise<Effective> {
    let entry = await this.entries?.send(request.method, request.target, { Host: request.host });
    if (entry?.status === 400 && this.plan.platform === 'express') {
      entry = await this.entries?.send(request.method, repairedTarget(request), { Host: request.host });
    }
    if (entry?.handler !== undefined) {
      return namedPolicy(entry.handler);
    }
    return this.plan.defaultPolicy ? namedPolicy('default') : undefined;
  }

  private policyOf({ handler }: Answer, outside: Effective): Effective {
    return (handler === undefined ? undefined : this.explicit.get(handler)) ?? outside;
  }

  /** Express finds a route before it fails to decode its parameters: the policies of where the path would have led. */
  private async repaired(request: FuzzRequest, plain: readonly Answer[], outside: Effective): Promise<Effective[]> {
    if (this.plan.platform !== 'express' || !plain.some(({ status }) => status === 400)) {
      return [];
    }
    const target = repairedTarget(request);
    const answers = await Promise.all(
      this.versions.map((version) => this.app.send(request.method, target, this.fields(request, version))),
    );
    return answers.map((answer) => this.policyOf(answer, outside));
  }

  /** Fastify tells nobody of a route that was registered before the module's hook was: its preflight cannot be known. */
  private isUnseen(handler: string | undefined): boolean {
    return handler?.startsWith('R') === true && this.plan.raw[Number(handler.slice(1))]?.when === 'before init';
  }

  private fields({ host }: FuzzRequest, version: Readonly<Record<string, string>>): Record<string, string> {
    return { Host: host, ...version };
  }
}

/**
 * Whether the framework itself answered, before a route was known or any hook ran: a malformed path, which is a 404 too
 * where Fastify has no route for the method, or a parameter that is too long.
 */
function isFrameworkError({ status, handler }: Answer, { target }: FuzzRequest): boolean {
  return status === 400 || status === 414 || (status === 404 && handler === undefined && isMalformed(target));
}

function isMalformed(target: string): boolean {
  try {
    decodeURIComponent(target.replace(/[?#].*/, ''));
    return false;
  } catch {
    return true;
  }
}

/** The target with nothing in it that cannot be decoded. */
function repairedTarget({ target }: FuzzRequest): string {
  return target.replace(/%(?![0-9a-f]{2})/gi, '~').replace(/%[89a-f][0-9a-f]/gi, '~');
}

/** Header fields for no version, for each that an app may have, for one that none has, and for several. */
function versionHeaders({ versioning }: FuzzApp): readonly Readonly<Record<string, string>>[] {
  const versions = ['1', '2', '3', '9'];
  switch (versioning?.type) {
    case 'header':
      return [{}, ...versions.map((version) => ({ 'X-Version': version }))];
    case 'media':
      return [{}, { Accept: '*/*' }, ...versions.map((version) => ({ Accept: `application/json;v=${version}` }))];
    case 'custom':
      return [{}, ...[...versions, 'neutral', 'neutral,9', '2,1', '9,1'].map((version) => ({ 'X-Versions': version }))];
    default:
      return [{}];
  }
}

function tellActual({ status, handler, cors }: Answer): string {
  const { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed, ...others } = cors;
  const odd = Object.keys(others).length > 0 || (exposed !== undefined && origin !== ORIGIN);
  const told = odd ? JSON.stringify(cors) : exposed === undefined ? 'nothing' : `exposes ${exposed}`;
  return `${status} ${handler} ${origin !== undefined && exposed === undefined ? JSON.stringify(cors) : told}`;
}

function tellPreflight({ cors }: Answer): string {
  const maxAge = cors['access-control-max-age'];
  if (maxAge !== undefined) {
    return cors['access-control-allow-origin'] === ORIGIN ? `grant ${maxAge}` : JSON.stringify(cors);
  }
  return cors['access-control-allow-methods'] === undefined ? 'nothing' : JSON.stringify(cors);
}
