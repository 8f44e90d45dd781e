import type { ExplainedAnswer, ExplainedPreflight, Explanation } from './explanation.js';
import { summaryOf } from './summary.js';

const ADVICE = Object.freeze(['Ask an app that was booted with its providers: leave out --preview.']);

/**
 * Joins the two explanations for providers that could not be called.
 *
 * @param refused the explanation if they refuse the origin
 * @param allowed the explanation if they allow it
 */
export function undecided(
  { reportOnly: _, ...refused }: Explanation,
  { preflight, response }: Explanation,
): Explanation {
  const facts = {
    ...refused,
    ...(refused.preflight === undefined || preflight === undefined
      ? {}
      : { preflight: commonPreflight(refused.preflight, preflight) }),
    response: commonAnswer(refused.response, response),
    verdict: 'unknown' as const,
    reason: 'provider-not-asked' as const,
    message: '',
  };
  return Object.freeze({ ...facts, summary: summaryOf(facts), advice: ADVICE });
}

function commonPreflight({ granted, ...one }: ExplainedPreflight, other: ExplainedPreflight): ExplainedPreflight {
  return { ...one, ...commonAnswer(one, other), ...(granted === other.granted ? { granted } : {}) };
}

function commonAnswer({ status, headers, reason }: ExplainedAnswer, other: ExplainedAnswer): ExplainedAnswer {
  return {
    ...(status === undefined || status !== other.status ? {} : { status }),
    headers: Object.fromEntries(Object.entries(headers).filter(([name, value]) => other.headers[name] === value)),
    reason: reason === other.reason ? reason : 'provider-not-asked',
  };
}
