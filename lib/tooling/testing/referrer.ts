import { fieldOf, type ServerAnswer } from '../../core/browser/request.js';
import { splitFieldValue } from '../../core/http/lists.js';
import { isTrustworthy } from './site.js';

/** The values of `referrerPolicy`; `''` is the default, `strict-origin-when-cross-origin`. */
export const REFERRER_POLICIES = [
  '',
  'no-referrer',
  'no-referrer-when-downgrade',
  'same-origin',
  'origin',
  'strict-origin',
  'origin-when-cross-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
] as const;
/** A referrer policy by its name (https://w3c.github.io/webappsec-referrer-policy/#referrer-policies). */
export type ReferrerPolicyName = (typeof REFERRER_POLICIES)[number];

/** A longer URL is cut down to its origin (Referrer Policy, 8.3). */
const MAX_LENGTH = 4096;

/**
 * The value of `Referer` (https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer).
 *
 * @param referrer the page's URL, or the one that the script gives; `undefined`: none
 */
export function refererOf(referrer: URL | undefined, policy: ReferrerPolicyName, target: URL): string | undefined {
  if (referrer === undefined) {
    return undefined;
  }
  const origin = `${referrer.origin}/`;
  const whole = `${referrer.origin}${referrer.pathname}${referrer.search}`;
  const full = whole.length > MAX_LENGTH ? origin : whole;
  const sameOrigin = referrer.origin === target.origin;
  const downgrades = referrer.protocol === 'https:' && !isTrustworthy(target);
  switch (policy) {
    case 'no-referrer':
      return undefined;
    case 'no-referrer-when-downgrade':
      return downgrades ? undefined : full;
    case 'same-origin':
      return sameOrigin ? full : undefined;
    case 'origin':
      return origin;
    case 'strict-origin':
      return downgrades ? undefined : origin;
    case 'origin-when-cross-origin':
      return sameOrigin ? full : origin;
    case 'unsafe-url':
      return full;
    case '':
    case 'strict-origin-when-cross-origin':
      return sameOrigin ? full : downgrades ? undefined : origin;
  }
}

/**
 * Reports whether `Origin` is `null` by the policy, where a request shows its origin outside of CORS
 * (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
 */
export function hidesOrigin(policy: ReferrerPolicyName, origin: string, target: URL): boolean {
  switch (policy) {
    case 'no-referrer':
      return true;
    case 'same-origin':
      return origin !== target.origin;
    case 'origin':
    case 'origin-when-cross-origin':
    case 'unsafe-url':
      return false;
    default:
      return origin.startsWith('https:') && target.protocol !== 'https:';
  }
}

/** The policy after a redirect, which may bring a new one: the last that is known counts (Referrer Policy, 8.1). */
export function redirectedPolicy(policy: ReferrerPolicyName, answer: ServerAnswer): ReferrerPolicyName {
  const names = splitFieldValue(fieldOf(answer.headers, 'referrer-policy') ?? '');
  const known = names.filter((name): name is ReferrerPolicyName => name !== '' && isPolicy(name));
  return known.at(-1) ?? policy;
}

function isPolicy(name: string): name is ReferrerPolicyName {
  return (REFERRER_POLICIES as readonly string[]).includes(name);
}
