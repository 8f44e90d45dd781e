import { adviceForPolicy } from '../../core/browser/advice.js';
import type { Block } from '../../core/browser/block.js';
import type { ServerAnswer } from '../../core/browser/request.js';
import { unsafeHeaderNames } from '../../core/browser/safelist.js';
import { nearMiss } from './near-miss.js';
import { parseOriginPattern } from '../../core/origin/parse-pattern.js';
import { quote } from '../../core/issues/text.js';
import { diagnoseEntry, plainChecks } from '../../config/origin-entry.js';
import type { EffectivePolicy } from '../../config/policy-registry.js';
import type { ExplainedFacts } from './explanation.js';

/** The facts that advice needs besides the explanation. */
export interface AdviceGround {
  readonly effective: EffectivePolicy;
  /** The methods that handlers serve on this path. */
  readonly served: readonly string[];
  readonly blocked: Block | undefined;
  /** The answer that the block is about. */
  readonly answer: ServerAnswer;
  /** The reasons why the policy's providers cannot answer. */
  readonly troubles: readonly string[];
}

/** Most near misses that are reported. */
const MOST_MISSES = 3;

/** Advice about a blocked request, in sentences; empty if nothing is blocked. */
export function adviceFor(facts: ExplainedFacts, ground: AdviceGround): readonly string[] {
  return facts.verdict === 'allowed' ? [] : Object.freeze([...fix(facts, ground)]);
}

function fix(facts: ExplainedFacts, ground: AdviceGround): readonly string[] {
  const { request, policy, reason } = facts;
  const origin = request.origin ?? '';
  switch (reason) {
    case 'no-policy':
      return [
        `Put @CorsPolicy(…) on ${facts.route?.handler ?? 'the handler'} or its controller, add an entry of routes for it, or give a defaultPolicy.`,
      ];
    case 'no-route':
      return withoutRoute(ground);
    case 'no-cors':
      return [`To let pages of ${quote(origin)} use it, replace @NoCors()${whereClosed(facts)} with @CorsPolicy(…).`];
    case 'origin-not-allowed':
      return [...misses(origin, ground), addition(origin, facts)];
    case 'provider-failing':
      return [
        ...ground.troubles.map((trouble) => `${trouble}.`),
        'A provider that cannot answer allows no origin: fix it. CorsAllowlists.status() shows the state of each.',
      ];
    case 'origin-null':
      return [
        'Browsers send "null" for sandboxed frames, file: and some redirects. Serve the page from an origin of its own; ' +
          "to allow it anyway, list 'null' and set dangerously: { allowNullOrigin: true }, which allows every such page.",
      ];
    case 'origin-malformed':
      return malformed(origin);
    case 'method-not-allowed':
      return policy?.methods?.includes(request.method.toUpperCase()) === false
        ? [`Add ${quote(request.method)} to the methods of ${placeOf(facts, 'methods')}, or leave methods out there.`]
        : [`Write the method in upper case in the page: ${quote(request.method.toUpperCase())}.`];
    case 'header-not-allowed':
      return lackingHeaders(facts, ground);
    case 'headers-unreadable':
      return ['Send fewer headers from the page, or put their values into one: 128 names and 4096 bytes are read.'];
    case 'credentials-not-allowed':
      return withoutCredentials(facts);
    case 'beyond-own-grant':
      return [
        'A preflight carries nothing that selects this route (no version, for example), and it was granted for another ' +
          'route. Give both one policy, or add what the page uses to the policy of this route.',
      ];
    case 'not-routable':
      return ['Encode the path, or shorten its parameters: no policy can answer for an address that is not routed.'];
    default:
      return fallback(facts, ground);
  }
}

/** Advice on a request that no policy decides about. */
function fallback(
  { request: { origin = '', credentials } }: ExplainedFacts,
  { blocked, answer }: AdviceGround,
): readonly string[] {
  return blocked === undefined
    ? ['Look at what the app itself sets on this response.']
    : [adviceForPolicy({ block: blocked, origin, credentials, answer })];
}

function withoutRoute({ served }: AdviceGround): readonly string[] {
  const others =
    served.length === 0
      ? 'No route is registered on this path, or none for this host or version'
      : `This path serves ${served.join(', ')}`;
  return [
    `${others}: compare method, path, host and version with CorsInspector.routes().`,
    'What app.use() mounts is not a route: add an entry of routes for it. To let pages see the 404 of a path that no route serves, give a defaultPolicy.',
  ];
}

function whereClosed({ sources }: ExplainedFacts): string {
  const [place] = Object.values(sources);
  return place === undefined ? '' : ` (${place})`;
}

function misses(origin: string, { effective }: AdviceGround): readonly string[] {
  const terms = effective?.kind === 'merged' ? (effective.fields.origin ?? []) : [];
  return terms
    .flatMap((term) => {
      const miss = term.kind === 'pattern' ? nearMiss(origin, term.pattern) : undefined;
      return miss === undefined || term.kind !== 'pattern' ? [] : [`${quote(term.pattern.text)} ${miss}.`];
    })
    .slice(0, MOST_MISSES);
}

/** Advises to add an origin, with the reason why this policy would reject it. */
function addition(origin: string, facts: ExplainedFacts): string {
  const problems = diagnoseEntry(origin, [plainChecks(facts.policy?.credentials === true)]);
  const why = problems.map(({ reason }) => ` ${reason}`).join('');
  return `Add ${quote(origin)} to the origin of ${placeOf(facts, 'origin')}.${why}`;
}

function malformed(origin: string): readonly string[] {
  const problem = parseOriginPattern(origin);
  const compare = 'The origin of a page is what location.origin shows there.';
  if (!('code' in problem)) {
    return [`${quote(origin)} is not the origin of one page. ${compare}`];
  }
  const { reason, suggestion } = problem;
  return [`${reason} ${suggestion === undefined ? compare : `Ask about ${quote(suggestion)}. ${compare}`}`];
}

function lackingHeaders({ request, policy, ...facts }: ExplainedFacts, { blocked }: AdviceGround): readonly string[] {
  const granted = policy === null || typeof policy.allowedHeaders === 'string' ? [] : policy.allowedHeaders;
  const known = new Set(granted.map((name) => name.toLowerCase()));
  const lacking = unsafeHeaderNames(Object.entries(request.headers)).filter((name) => !known.has(name));
  const names = lacking.length === 0 ? [blocked?.value ?? ''] : lacking;
  const place = placeOf({ request, policy, ...facts }, 'allowedHeaders');
  return [`Add ${names.map(quote).join(', ')} to the allowedHeaders of ${place}, or do not send it from the page.`];
}

function withoutCredentials(facts: ExplainedFacts): readonly string[] {
  const any = facts.policy?.origin.includes('*') === true;
  const fixed = any
    ? `List the origins and set credentials: true in ${placeOf(facts, 'origin')}: browsers refuse "*" together with cookies.`
    : `Set credentials: true in ${placeOf(facts, 'credentials')}.`;
  return [fixed, "If the route needs no cookies, leave credentials: 'include' out of the page's fetch()."];
}

/** The place where a field is written, or else where it would be. */
function placeOf({ policy, provenance, sources }: ExplainedFacts, field: string): string {
  const place = provenance[field] ?? provenance['origin'] ?? policy?.name ?? 'its policy';
  const source = sources[place];
  return source === undefined ? place : `${place} (${source})`;
}
