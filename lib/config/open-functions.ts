import { FunctionProvider } from '../providers/callback/function-provider.js';
import type { MergedPolicy } from '../core/policy/merge.js';
import type { CorsContext } from '../core/request.js';

/**
 * Origins that no policy lists: no name under `.invalid` exists (https://www.rfc-editor.org/rfc/rfc6761#section-6.4).
 */
const STRANGERS: readonly string[] = [
  'https://stranger.invalid',
  'http://stranger.invalid',
  'https://another-stranger.invalid:8443',
];

/** A function that allows every stranger, and the policy that uses it with credentials. */
export interface OpenFunction {
  readonly place: string;
  readonly label: string;
}

/**
 * Finds origin functions that answer `true` to strangers under a policy with credentials (rule 3.7). Each function is
 * asked about three origins, once, while the app starts. A function that throws or takes too long allows no origin.
 *
 * @param timeoutMs how long to wait for an answer, in milliseconds
 */
export async function findOpenFunctions(
  policies: readonly MergedPolicy[],
  timeoutMs: number,
): Promise<readonly OpenFunction[]> {
  const answers = new Map<FunctionProvider, Promise<boolean>>();
  const found = await Promise.all(
    functionsWithCredentials(policies).map(async ({ place, asked }) => {
      const answer = answers.get(asked) ?? allowsStrangers(asked, timeoutMs);
      answers.set(asked, answer);
      return (await answer) ? [{ place, label: asked.label }] : [];
    }),
  );
  // Policies that refine each other share the place of their origin.
  return [...new Map(found.flat().map((each) => [`${each.place} ${each.label}`, each])).values()];
}

function functionsWithCredentials(
  policies: readonly MergedPolicy[],
): readonly { readonly place: string; readonly asked: FunctionProvider }[] {
  return policies.flatMap(({ fields, provenance, place }) => {
    const isMeant = fields.dangerously?.reflectAnyOriginWithCredentials === true;
    return fields.credentials !== true || isMeant
      ? []
      : (fields.origin ?? []).flatMap((term) =>
          term.kind === 'provider' && term.provider instanceof FunctionProvider
            ? [{ place: provenance.origin ?? place, asked: term.provider }]
            : [],
        );
  });
}

async function allowsStrangers(asked: FunctionProvider, timeoutMs: number): Promise<boolean> {
  const answers = await Promise.all(STRANGERS.map((origin) => asked.probe(origin, contextOf(origin), timeoutMs)));
  return answers.every((answer) => answer);
}

function contextOf(origin: string): CorsContext {
  return Object.freeze({
    origin,
    method: 'GET',
    url: '/',
    hostname: 'localhost',
    params: Object.freeze({}),
    route: undefined,
    preflight: false,
    request: undefined,
  });
}
