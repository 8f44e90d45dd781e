import type { CorsMetadata } from '../../config/metadata.js';
import type { MergedPolicy } from '../../core/policy/merge.js';
import { literal } from './code.js';
import { examine, type ExplainedRuntime } from './explain.js';
import type { Examined, ExplainedFix, ExplainRequest, Explanation } from './explanation.js';
import { type Question, readQuestion } from './question.js';
import type { PolicyRevision } from './revision.js';
import { type Step, stepFor } from './steps.js';

/** Fields that one correction changes at most: a request may be blocked for several reasons. */
const MOST_STEPS = 4;
/** Named policies that are tried for a route, and those that are shown. */
const MOST_NAMES = 20;
const MOST_NAMED_FIXES = 2;
/** Longest time in which named policies are tried, in milliseconds: providers are asked for real. */
const NAMES_MS = 2_000;

/**
 * Finds corrections for a blocked request. Each is judged before it is given: the request is explained again with the
 * configuration as it would be, checked as startup checks it.
 *
 * @returns the best first; none where the request is not blocked, or where nothing was found to help
 * @throws TypeError (a rejection) where the question makes no sense
 */
export async function fixesFor(running: ExplainedRuntime, asked: ExplainRequest): Promise<readonly ExplainedFix[]> {
  const question = readQuestion(asked);
  if (running.preview) {
    // Providers cannot be called, so nothing can be judged.
    return [];
  }
  const examined = await examine(running, question, false);
  const { explanation, blamed } = examined;
  if (explanation.verdict !== 'blocked') {
    return [];
  }
  const judge = new Judge(running, question);
  if (blamed?.kind === 'merged') {
    return [...(await listFixes(judge, examined, blamed)), ...(await fieldFix(judge, examined))];
  }
  return isDecorated(explanation) ? decoratorFixes(judge, explanation) : entryFixes(judge, explanation);
}

/** Explains a question again with a change. */
class Judge {
  constructor(
    readonly running: ExplainedRuntime,
    readonly question: Question,
  ) {}

  /** @returns `undefined` where the change would stop startup */
  async explain(revision: PolicyRevision): Promise<Examined | undefined> {
    const revised = this.running.revised(revision);
    return revised && examine(revised, this.question, false);
  }

  async allows(revision: PolicyRevision): Promise<boolean> {
    return (await this.explain(revision))?.explanation.verdict === 'allowed';
  }
}

/** The fields to write, one place after the other until nothing blocks the request. */
async function fieldFix(judge: Judge, first: Examined): Promise<readonly ExplainedFix[]> {
  const steps: Step[] = [];
  let examined: Examined | undefined = first;
  while (examined !== undefined && steps.length < MOST_STEPS) {
    const step = stepFor(examined);
    if (step === undefined) {
      return [];
    }
    steps.push(step);
    examined = await judge.explain({ fields: steps });
    if (examined?.explanation.verdict === 'allowed') {
      return [fixOf(steps, first.explanation)];
    }
  }
  return [];
}

function fixOf(steps: readonly Step[], { sources }: Explanation): ExplainedFix {
  const places = [...new Set(steps.map(({ place }) => place))];
  const codeAt = (place: string): string => {
    const fields = new Map(steps.flatMap((step) => (step.place === place ? Object.entries(step.code) : [])));
    return [...fields].map(([field, code]) => `${field}: ${code},`).join('\n');
  };
  const [only] = places;
  return {
    title: steps.map(({ title }) => title).join('; '),
    place: places.map((place) => sourced(place, sources)).join(', '),
    code:
      places.length === 1
        ? codeAt(only!)
        : places.map((place) => `// ${sourced(place, sources)}\n${codeAt(place)}`).join('\n'),
    language: 'ts',
  };
}

function sourced(place: string, sources: Explanation['sources']): string {
  const source = sources[place];
  return source === undefined ? place : `${place} (${source})`;
}

/** Entries of lists that providers hold. A list judges an entry as the policy judges an origin of its own. */
async function listFixes(judge: Judge, examined: Examined, blamed: MergedPolicy): Promise<readonly ExplainedFix[]> {
  const { reason, request } = examined.explanation;
  const step = reason === 'origin-not-allowed' ? stepFor(examined) : undefined;
  const providers = (blamed.fields.origin ?? []).flatMap((term) => (term.kind === 'provider' ? [term.provider] : []));
  const lists = providers.filter(({ holdsEntries }) => holdsEntries === true);
  if (step === undefined || lists.length === 0 || !(await judge.allows({ fields: [step] }))) {
    return [];
  }
  return lists.map(({ label }) => ({
    title: `Add the origin to the list of ${label}, which ${step.place} asks`,
    place: label,
    code: request.origin ?? '',
    language: 'text' as const,
  }));
}

/** True of a route that a decorator can give a policy. */
function isDecorated({ route, request }: Explanation): boolean {
  return route !== null && (request.webSocket === true || /^[^[\] ]+\.[^.[\] ]+$/.test(route.handler));
}

/** A decorator for the handler or the gateway: a named policy that allows the request, or one with the fields that it needs. */
async function decoratorFixes(judge: Judge, explanation: Explanation): Promise<readonly ExplainedFix[]> {
  const { route, reason, request, sources } = explanation;
  const name = route!.handler;
  const { origin = '', credentials } = request;
  const title = reason === 'no-cors' ? 'Replace @NoCors()' : 'Add a policy';
  const place = sourced(name, sources);
  const fixes: ExplainedFix[] = [];
  const deadline = performance.now() + NAMES_MS;
  for (const policy of judge.running.policyNames.slice(0, MOST_NAMES)) {
    if (
      fixes.length < MOST_NAMED_FIXES &&
      performance.now() < deadline &&
      (await judge.allows({ decorated: { name, metadata: by(policy, undefined) } }))
    ) {
      const code = `@CorsPolicy(${literal(policy)})`;
      fixes.push({ title: `${title}: the policy ${policy} allows this request`, place, code, language: 'ts' });
    }
  }
  const options = { origin, ...(credentials ? { credentials } : {}) };
  if (await judge.allows({ decorated: { name, metadata: by(undefined, options) } })) {
    const code = `@CorsPolicy(${optionsCode(origin, credentials)})`;
    fixes.push({ title: `${title} for this origin`, place, code, language: 'ts' });
  }
  return fixes;
}

function by(
  name: string | undefined,
  options: { readonly origin: string; readonly credentials?: boolean } | undefined,
): CorsMetadata {
  return { kind: 'policy', name, options, at: {} };
}

function optionsCode(origin: string, credentials: boolean): string {
  return `{ origin: ${literal(origin)}${credentials ? ', credentials: true' : ''} }`;
}

/** An entry of `routes` for a path that no handler of Nest serves. */
async function entryFixes(judge: Judge, { route, reason, request }: Explanation): Promise<readonly ExplainedFix[]> {
  const { origin = '', credentials, url } = request;
  const path = route?.path ?? new URL(url).pathname;
  const isLiteral = route !== null || /^\/[\w.~/-]*$/.test(path);
  if (!isLiteral || (reason !== 'no-route' && reason !== 'no-policy')) {
    return [];
  }
  const policy = { origin, ...(credentials ? { credentials } : {}) };
  return (await judge.allows({ entry: { path, policy } }))
    ? [
        {
          title: `Add an entry of routes for ${path}, if ${request.webSocket === true ? 'an upgrade listener' : 'middleware or a route without Nest'} serves it`,
          place: 'CorsModule.forRoot(), routes',
          code: `{ path: ${literal(path)}, policy: ${optionsCode(origin, credentials)} },`,
          language: 'ts',
        },
      ]
    : [];
}
