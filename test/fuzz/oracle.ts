import { AllowedMethods } from './allowed-methods.js';
import type { Answer, Client } from './client.js';
import { defaultPolicyOf, type Effective, type FuzzApp, type FuzzRequest, type NamedPolicy, ORIGIN } from './plan.js';
import { isFrameworkError, rewrittenForm } from './request-forms.js';
import { type Served, Serving } from './serving.js';
import {
  ENFORCED,
  expectedActual,
  expectedPreflight,
  grants,
  isWithin,
  methodsIn,
  tellActual,
  tellPreflight,
} from './telling.js';

/** The expected and the actual result of a request. */
export interface Mismatch {
  readonly request: FuzzRequest;
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

/**
 * Compares an app's answers with its behaviour without CORS. A request without `Origin` shows which handler serves it.
 * The same request with `Origin`, and its preflight, must follow the policy of that handler.
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
    if (request.rewritten) {
      return (await this.checkRewritten(request, served)) ?? this.checkRecord(request);
    }
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
      const isLoose = !this.serving.isNest(answer) && this.serving.isLoose(request);
      const isTolerated =
        isLoose && (told === ENFORCED || (seen.handler === answer.handler && isWithin(seen, served.outside)));
      const mayServe = expected.some((each) => each !== ENFORCED);
      if (!expected.includes(told) && !(isTolerated && mayServe)) {
        const what = `the request with version ${JSON.stringify(versions[at])}`;
        return { request, what, expected: expected.join(' or '), seen: told };
      }
    }
    return (await this.checkPreflight(request, served, tolerated)) ?? this.checkRecord(request);
  }

  /** A request that middleware changes has the policy of the handler that serves it, or is refused. */
  private async checkRewritten(request: FuzzRequest, served: Served): Promise<Mismatch | undefined> {
    for (const version of this.serving.versions) {
      const form = rewrittenForm(this.plan, request);
      const headers = { ...form.headers, ...version };
      const plain = await this.app.send(form.method, form.target, headers);
      if (isFrameworkError(plain, { ...request, target: form.target })) {
        continue;
      }
      const answer = await this.app.send(form.method, form.target, { ...headers, Origin: ORIGIN });
      const seen = tellActual(answer);
      // Without a handler, the entry or the default policy applies, for the original or for the changed address.
      const isHandled = this.serving.isNest(plain) && plain.passed === undefined;
      const others = isHandled ? [] : [served.outside, defaultPolicyOf(this.plan)];
      const isTolerated = plain.handler === answer.handler && others.some((policy) => isWithin(answer, policy));
      const expected = [expectedActual(plain, this.serving.policyOf(plain, served)), ENFORCED];
      if (!expected.includes(seen) && !isTolerated) {
        const what = `the rewritten request with ${JSON.stringify(headers)}`;
        return { request, what, expected: expected.join(' or '), seen };
      }
    }
    return undefined;
  }

  /** A request that a preflight granted is served only if the handler's own policy grants it (rules 3.4 and 3.6). */
  private async checkRecord(request: FuzzRequest): Promise<Mismatch | undefined> {
    const { target, headers, method } = request.rewritten
      ? rewrittenForm(this.plan, request)
      : { target: request.target, headers: { Host: request.host }, method: request.method };
    const isChosen = request.eachMethod || request.rewritten;
    const isAsked = isChosen && isPreflighted({ method, headers: Object.keys(headers) }) && method !== 'OPTIONS';
    if (!isAsked || isFrameworkError(await this.app.send(method, target, headers), { ...request, target })) {
      return undefined;
    }
    for (const version of this.serving.versions) {
      const names = Object.keys({ ...headers, ...version }).filter((name) => name.startsWith('X-'));
      const preflight = await this.app.send('OPTIONS', target, {
        Host: headers.Host,
        Origin: ORIGIN,
        'Access-Control-Request-Method': method,
        ...(names.length > 0 && { 'Access-Control-Request-Headers': names.join(',') }),
      });
      const isGranted = preflight.cors['access-control-allow-origin'] === ORIGIN && methodsIn(preflight).has(method);
      if (!isGranted) {
        continue;
      }
      const cookie = preflight.cors['access-control-allow-credentials'] === 'true' ? { Cookie: 'sid=1' } : {};
      const { handler, cors } = await this.app.send(method, target, {
        ...headers,
        ...version,
        ...cookie,
        Origin: ORIGIN,
      });
      const isOwn =
        cors['access-control-allow-origin'] === ORIGIN &&
        (cookie.Cookie === undefined || cors['access-control-allow-credentials'] === 'true');
      if (handler !== undefined && !isOwn) {
        const what = `what its preflight granted, ${JSON.stringify({ ...headers, ...version, ...cookie })}`;
        return {
          request,
          what,
          expected: 'a handler that grants it, or 403',
          seen: `${handler} ${JSON.stringify(cors)}`,
        };
      }
    }
    return undefined;
  }

  private async checkPreflight(
    request: FuzzRequest,
    { plain, outside, candidates: served }: Served,
    tolerated: readonly Effective[],
  ): Promise<Mismatch | undefined> {
    const isLoose = this.serving.isLoose(request) && !plain.every((answer) => this.serving.isNest(answer));
    // Nest answers 404 to a target that is not a path. No browser sends it, so its preflight may be granted.
    // Fastify's router takes a scheme in capitals for no path before find-my-way 9.10 (Nest 11).
    const isPath = /^(\/|https?:\/\/[^/?]+\/)/.test(request.target);
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
    if (granting.length === 0 || broken || isLoose) {
      expected.push('nothing');
    }
    if (!expected.includes(told) && !(isLoose && isWithin(seen, outside))) {
      return { request, what: 'the preflight', expected: expected.join(' or '), seen: told };
    }
    if (broken || isLoose) {
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

  /** Without a policy the app answers the preflight. Otherwise the library answers, also with a refusal. */
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
    served: Served,
    tolerated: readonly Effective[],
  ): readonly string[] {
    const { candidates, outside } = served;
    if (isFrameworkError(answer, request)) {
      // If another version of the route grants more, Express refuses the request before it finds the malformed path.
      const told = tolerated.map((policy) => expectedActual(answer, policy));
      return [...new Set(told), ...(this.plan.platform === 'express' ? [ENFORCED] : [])];
    }
    const policy = this.serving.policyOf(answer, served);
    // A raw route that calls next() has the policy of the entry or the default. It may be the only code that runs.
    if (answer.passed !== undefined && expectedActual(answer, outside) === ENFORCED) {
      return [ENFORCED];
    }
    const beyond = answer.passed === undefined ? differ(candidates) : grants(outside) && isPreflighted(request);
    const isRefused = beyond && !grants(policy) && answer.handler !== undefined;
    return [isRefused ? ENFORCED : expectedActual(answer, policy)];
  }
}

interface SentRequest extends FuzzRequest {
  /** The names of the header fields that state the version. */
  readonly headers: readonly string[];
}

/** Tells if a browser sends a preflight first. A request without a preflight is not checked against one. */
function isPreflighted({ method, headers }: Pick<SentRequest, 'method' | 'headers'>): boolean {
  return !['GET', 'HEAD', 'POST'].includes(method) || headers.some((name) => name.startsWith('X-'));
}

/** Routes that differ only by version: one that refuses what another may grant is enforced (rule 3.4). */
function differ(policies: readonly Effective[]): boolean {
  const keys = policies.map((policy) =>
    policy?.kind === 'policy' ? `${policy.admits} ${policy.credentials}` : String(policy?.kind),
  );
  return new Set(keys).size > 1 && policies.some((policy) => policy?.kind === 'policy');
}

/** A grant with credentials also serves a page that sends no credentials. */
function bestOf(granting: readonly NamedPolicy[], all: boolean): readonly NamedPolicy[] {
  const withCredentials = granting.filter(({ credentials }) => credentials);
  return all || withCredentials.length === 0 ? granting : withCredentials;
}
