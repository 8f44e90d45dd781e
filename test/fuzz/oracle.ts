import { AllowedMethods } from './allowed-methods.js';
import type { Answer, Client } from './client.js';
import { type Effective, type FuzzApp, type FuzzRequest, type NamedPolicy, ORIGIN } from './plan.js';
import { isFrameworkError } from './request-forms.js';
import { type Served, Serving } from './serving.js';
import {
  ENFORCED,
  expectedActual,
  expectedPreflight,
  grants,
  methodsIn,
  tellActual,
  tellPreflight,
} from './telling.js';

/** What ought to hold, and what was seen. */
export interface Mismatch {
  readonly request: FuzzRequest;
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

/**
 * Holds an app's answers against what the app itself does without CORS: a request without `Origin` tells which handler
 * serves it, and the same request with one, and its preflight, have to follow that handler's policy.
 */
export class Oracle {
  private readonly serving: Serving;
  private readonly methods: AllowedMethods;

  constructor(
    private readonly plan: FuzzApp,
    private readonly app: Client,
    entries: Client | undefined,
  ) {
    this.serving = new Serving(plan, app, entries);
    this.methods = new AllowedMethods(plan, this.serving);
  }

  async check(request: FuzzRequest): Promise<Mismatch | undefined> {
    const served = await this.serving.of(request);
    const tolerated = [undefined, served.outside, ...(await this.serving.repaired(request, served))];
    const { versions } = this.serving;
    for (const [at, answer] of served.plain.entries()) {
      const sent = { ...request, headers: Object.keys(versions[at]!) };
      const seen = await this.app.send(request.method, request.target, {
        Host: request.host,
        ...versions[at],
        Origin: ORIGIN,
      });
      const expected = this.expectedActual(sent, answer, served, tolerated);
      const told = tellActual(seen);
      if (!expected.includes(told)) {
        const what = `the request with version ${JSON.stringify(versions[at])}`;
        return { request, what, expected: expected.join(' or '), seen: told };
      }
    }
    return this.checkPreflight(request, served, tolerated);
  }

  private async checkPreflight(
    request: FuzzRequest,
    { plain, outside, candidates: served }: Served,
    tolerated: readonly Effective[],
  ): Promise<Mismatch | undefined> {
    // Nest's own 404 for a target that is no path, which no browser sends: its preflight may well be granted.
    const isPath = /^(\/|https?:\/\/[^/?]+\/)/i.test(request.target);
    if (this.plan.platform === 'fastify' && !isPath) {
      return undefined;
    }
    const seen = await this.app.send('OPTIONS', request.target, {
      Host: request.host,
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
    const granting = candidates.filter((policy): policy is NamedPolicy => grants(policy));
    const expected = [...new Set(bestOf(granting, broken).map(expectedPreflight))];
    if (granting.length === 0 || broken) {
      expected.push('nothing');
    }
    if (!expected.includes(told)) {
      return { request, what: 'the preflight', expected: expected.join(' or '), seen: told };
    }
    if (broken) {
      return undefined;
    }
    return granting.length === 0
      ? this.checkUngranted(request, seen, candidates)
      : this.checkMethods(request, bestOf(granting, broken)[0]!, seen);
  }

  private async checkMethods(request: FuzzRequest, granted: NamedPolicy, seen: Answer): Promise<Mismatch | undefined> {
    const wrong = request.eachMethod ? await this.methods.check(request, granted, methodsIn(seen)) : undefined;
    return wrong && { request, what: 'Access-Control-Allow-Methods', ...wrong };
  }

  /** Without any policy a preflight is the app's own affair; any other refusal is an answer. */
  private async checkUngranted(
    request: FuzzRequest,
    seen: Answer,
    candidates: readonly Effective[],
  ): Promise<Mismatch | undefined> {
    if (candidates.some((policy) => policy !== undefined)) {
      return seen.status === 204 && seen.handler === undefined
        ? undefined
        : { request, what: 'the refused preflight', expected: '204', seen: `${seen.status} ${seen.handler}` };
    }
    const own = await this.app.send('OPTIONS', request.target, { Host: request.host });
    return seen.handler === own.handler || seen.status === 403
      ? undefined
      : { request, what: 'who answers OPTIONS', expected: String(own.handler), seen: String(seen.handler) };
  }

  private expectedActual(
    request: SentRequest,
    answer: Answer,
    { candidates, outside }: Served,
    tolerated: readonly Effective[],
  ): readonly string[] {
    if (isFrameworkError(answer, request)) {
      // On Express one whose version-mates grant more is refused before its path turns out to be malformed.
      const told = tolerated.map((policy) => expectedActual(answer, policy));
      return [...new Set(told), ...(this.plan.platform === 'express' ? [ENFORCED] : [])];
    }
    const policy = this.serving.policyOf(answer, outside);
    const beyond = answer.passed === undefined ? differ(candidates) : grants(outside) && isPreflighted(request);
    return [beyond && !grants(policy) && answer.handler !== undefined ? ENFORCED : expectedActual(answer, policy)];
  }
}

interface SentRequest extends FuzzRequest {
  /** The names of those that say its version. */
  readonly headers: readonly string[];
}

/** Whether a browser asks before it sends this: what no preflight let through is not held to one. */
function isPreflighted({ method, headers }: SentRequest): boolean {
  return !['GET', 'HEAD', 'POST'].includes(method) || headers.some((name) => name.startsWith('X-'));
}

/** Of routes that only a version tells apart, one that does not admit what another may is enforced (DESIGN 3.4). */
function differ(policies: readonly Effective[]): boolean {
  const keys = policies.map((policy) =>
    policy?.kind === 'policy' ? `${policy.admits} ${policy.credentials}` : String(policy?.kind),
  );
  return new Set(keys).size > 1 && policies.some((policy) => policy?.kind === 'policy');
}

/** A grant with credentials serves a page that sends none as well. */
function bestOf(granting: readonly NamedPolicy[], all: boolean): readonly NamedPolicy[] {
  const withCredentials = granting.filter(({ credentials }) => credentials);
  return all || withCredentials.length === 0 ? granting : withCredentials;
}
