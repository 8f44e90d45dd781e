import type { Block } from '../../core/browser/block.js';
import { unsafeHeaderNames } from '../../core/browser/request-safelist.js';
import { nearMiss } from '../../core/origins/near-miss.js';
import { parseOriginPattern } from '../../core/origins/origin-pattern.js';
import { quote } from '../../core/problems/quote.js';
import type { EffectivePolicy } from '../configuration/policy-book.js';
import type { Explanation } from './explanation.js';

type Facts = Omit<Explanation, 'summary' | 'advice'>;

/** What advice needs beside what the explanation says. */
export interface AdviceGround {
  readonly effective: EffectivePolicy;
  /** The methods that handlers serve on this path. */
  readonly served: readonly string[];
  readonly blocked: Block | undefined;
  /** What keeps the policy's providers from answering. */
  readonly troubles: readonly string[];
}

/** How many near misses are told. */
const MOST_MISSES = 3;

/** How to mend what is blocked, a sentence each; nothing where nothing is. */
export function adviceFor(facts: Facts, ground: AdviceGround): readonly string[] {
  return facts.verdict === 'allowed' ? [] : Object.freeze([...mend(facts, ground)]);
}

function mend(facts: Facts, ground: AdviceGround): readonly string[] {
  const { request, policy, reason } = facts;
  const origin = request.origin ?? '';
  switch (reason) {
    case 'no-policy':
      return withoutPolicy(facts, ground);
    case 'no-cors':
      return [`If pages of ${quote(origin)} are to use it, replace @NoCors()${whereClosed(facts)} by @CorsPolicy(…).`];
    case 'origin-not-allowed':
      return [...misses(origin, ground), `Add ${quote(origin)} to the origin of ${placeOf(facts, 'origin')}.`];
    case 'provider-failing':
      return [
        ...ground.troubles.map((trouble) => `${trouble}.`),
        'What cannot be asked denies: mend the source. CorsAllowlists.status() says how each is doing.',
      ];
    case 'origin-null':
      return [
        'Browsers send "null" for sandboxed frames, file: and some redirects. Serve the page from an origin of its own; ' +
          "to admit it anyway, list 'null' under dangerously: { allowNullOrigin: true }, which admits every such page.",
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
      return ['Send fewer headers from the page, or put their values into one.'];
    case 'credentials-not-allowed':
      return withoutCredentials(facts);
    case 'beyond-own-grant':
      return [
        'A preflight carries no version, so it was granted for another version of this route. Give the versions one ' +
          'policy, or add what the page uses to the policy of this one.',
      ];
    case 'not-routable':
      return ['Encode the path, or shorten its parameters: no policy can answer for an address that is not routed.'];
    default:
      return ['Look at what the app itself sets on this response.'];
  }
}

function withoutPolicy({ route }: Facts, { served }: AdviceGround): readonly string[] {
  if (route !== null) {
    return [
      `Put @CorsPolicy(…) on ${route.handler} or its controller, cover it by an entry of routes, or give a defaultPolicy.`,
    ];
  }
  const others = served.length === 0 ? 'Nothing is served on this path' : `This path serves ${served.join(', ')}`;
  return [
    `${others}: compare method, path, host and version with CorsInspector.routes().`,
    'To let pages see the 404 of what no route serves, give a defaultPolicy.',
  ];
}

function whereClosed({ sources }: Facts): string {
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

function malformed(origin: string): readonly string[] {
  const problem = parseOriginPattern(origin);
  if (!('code' in problem)) {
    return ['No browser sends such an Origin.'];
  }
  const { reason, suggestion } = problem;
  return [`${reason} No browser sends it so.${suggestion === undefined ? '' : ` Ask about ${quote(suggestion)}.`}`];
}

function lackingHeaders({ request, policy, ...facts }: Facts, { blocked }: AdviceGround): readonly string[] {
  const granted = policy === null || typeof policy.allowedHeaders === 'string' ? [] : policy.allowedHeaders;
  const known = new Set(granted.map((name) => name.toLowerCase()));
  const lacking = unsafeHeaderNames(Object.entries(request.headers)).filter((name) => !known.has(name));
  const names = lacking.length === 0 ? [blocked?.value ?? ''] : lacking;
  const place = placeOf({ request, policy, ...facts }, 'allowedHeaders');
  return [`Add ${names.map(quote).join(', ')} to the allowedHeaders of ${place}, or do not send it from the page.`];
}

function withoutCredentials(facts: Facts): readonly string[] {
  const any = facts.policy?.origin.includes('*') === true;
  const mended = any
    ? `List the origins and say credentials: true in ${placeOf(facts, 'origin')}: no browser takes "*" together with cookies.`
    : `Say credentials: true in ${placeOf(facts, 'credentials')}.`;
  return [mended, "If the route needs no cookies, leave credentials: 'include' out of the page's fetch()."];
}

/** Where a field is written, or else where it would be. */
function placeOf({ policy, provenance, sources }: Facts, field: string): string {
  const place = provenance[field] ?? provenance['origin'] ?? policy?.name ?? 'its policy';
  const source = sources[place];
  return source === undefined ? place : `${place} (${source})`;
}
