import { checksOf } from '../core/policy/compile.js';
import type { MergedPolicy } from '../core/policy/merge.js';
import type { BoundProvider, MaybePromise } from '../core/policy/origin-provider.js';
import type { OriginTerm } from '../core/policy/options.js';
import type { Policy } from '../core/policy/policy.js';
import { buildOriginMatcher } from '../core/origin/matcher.js';
import { isPublicSuffix } from '../config/public-suffix.js';
import { policyAdmits } from './policy-admits.js';
import { describeTerm } from './policy-report.js';

/** A policy, or a provider of origins, by its name. */
export interface AllowingPart {
  readonly kind: 'policy' | 'provider';
  /** Of a policy, the place where its origins are written: `policies.partner`, `OrdersController`. */
  readonly name: string;
}

/** An entry of a policy or of a list. */
export interface KnownEntry {
  /** As it was written. */
  readonly entry: string;
  readonly in: AllowingPart;
}

/** The entries that contain a text. */
export interface FoundEntries {
  readonly entries: readonly KnownEntry[];
  /** The number of entries beyond the bound. */
  readonly entriesLeftOut: number;
  /** False if the time was over before all entries were looked at. */
  readonly complete: boolean;
}

/** The answer of one policy or provider about an origin. */
export interface Admission extends AllowingPart {
  readonly answer: 'yes' | 'no' | 'unknown';
  /** The entry or the provider that allows it, or the reason why the answer is not known. */
  readonly why?: string;
}

/** A policy as it is applied, and as it was written. */
export interface WrittenPolicy {
  readonly policy: Policy;
  readonly merged: MergedPolicy;
}

/** Entries that are returned. */
const MOST_ENTRIES = 50;
/** Longest time of a search, in milliseconds. */
const SEARCH_MS = 2_000;
/** Longest time without a pause for other requests, in milliseconds. */
const SLICE_MS = 5;
/** Entries between two looks at the clock. */
const CLOCK_EVERY = 256;
/** Longest time for all answers about an origin, in milliseconds. */
const ANSWER_MS = 3_000;

/**
 * Finds the entries of policies and of loaded lists that contain a text, in any case of letters. Lists that are looked
 * up cannot be searched. Pauses for other requests.
 */
export async function findEntries(policies: readonly WrittenPolicy[], text: string): Promise<FoundEntries> {
  const wanted = text.toLowerCase();
  const deadline = performance.now() + SEARCH_MS;
  const entries: KnownEntry[] = [];
  let entriesLeftOut = 0;
  let seen = 0;
  let pauseAt = performance.now() + SLICE_MS;
  for (const { entry, in: part } of entriesOf(policies)) {
    if (entry.toLowerCase().includes(wanted)) {
      if (entries.length < MOST_ENTRIES) {
        entries.push({ entry, in: part });
      } else {
        entriesLeftOut++;
      }
    }
    if (++seen % CLOCK_EVERY === 0 && performance.now() > pauseAt) {
      if (performance.now() > deadline) {
        return { entries, entriesLeftOut, complete: false };
      }
      await new Promise((resolve) => setImmediate(resolve));
      pauseAt = performance.now() + SLICE_MS;
    }
  }
  return { entries, entriesLeftOut, complete: true };
}

function* entriesOf(policies: readonly WrittenPolicy[]): Iterable<KnownEntry> {
  for (const { place, terms } of placesOf(policies)) {
    const part: AllowingPart = { kind: 'policy', name: place };
    yield* terms.flatMap((term) => (term.kind === 'provider' ? [] : [{ entry: describeTerm(term), in: part }]));
  }
  for (const { label, entries } of providersOf(policies).values()) {
    for (const entry of entries()) {
      yield { entry, in: { kind: 'provider', name: label } };
    }
  }
}

/** Policies that differ in other fields have their origins from one place. */
function placesOf(
  policies: readonly WrittenPolicy[],
): readonly (WrittenPolicy & { readonly place: string; readonly terms: readonly OriginTerm[] })[] {
  const byPlace = new Map(
    policies.map((written) => {
      const { merged } = written;
      const place = merged.provenance.origin ?? merged.place;
      return [place, { ...written, place, terms: merged.fields.origin ?? [] }];
    }),
  );
  return [...byPlace.values()];
}

interface AskedProvider {
  readonly label: string;
  /** One for each kind of policy that uses it. */
  readonly bound: Set<BoundProvider>;
  entries(): Iterable<string>;
}

function providersOf(policies: readonly WrittenPolicy[]): ReadonlyMap<string, AskedProvider> {
  const providers = new Map<string, AskedProvider>();
  for (const { merged } of policies) {
    for (const term of merged.fields.origin ?? []) {
      if (term.kind === 'provider') {
        const { provider } = term;
        const { label } = provider;
        const known = providers.get(label) ?? { label, bound: new Set(), entries: () => provider.entries?.() ?? [] };
        // The policy is compiled, so this view of the provider exists.
        known.bound.add(provider.under(checksOf(merged, isPublicSuffix)));
        providers.set(label, known);
      }
    }
  }
  return providers;
}

/**
 * Asks each policy and each provider about an origin, for real. One whose answer may depend on the request is `unknown`
 * where it says no. Never rejects, and takes a bounded time.
 */
export async function whoAdmits(policies: readonly WrittenPolicy[], origin: string): Promise<readonly Admission[]> {
  const deadline = performance.now() + ANSWER_MS;
  const parts = placesOf(policies).map(({ place, policy, terms }) =>
    answerOf(
      { kind: 'policy', name: place },
      () => policyAdmits(new Map([['', policy]]), '', origin, {}),
      { usesContext: policy.origin.usesContext, troubles: policy.origin.providers, why: termFor(terms, origin) },
      deadline,
    ),
  );
  const asked = [...providersOf(policies).values()].map(({ label, bound }) =>
    answerOf(
      { kind: 'provider', name: label },
      async () =>
        (await Promise.all([...bound].map(async (each) => each.ask(origin, contextFor(origin))))).includes(true),
      { usesContext: [...bound].some(({ usesContext }) => usesContext), troubles: [...bound] },
      deadline,
    ),
  );
  return Promise.all([...parts, ...asked]);
}

function contextFor(origin: string): Parameters<BoundProvider['ask']>[1] {
  return {
    origin,
    method: 'GET',
    url: '/',
    hostname: '',
    params: {},
    route: undefined,
    preflight: false,
    request: undefined,
  };
}

interface AnswerGround {
  readonly usesContext: boolean;
  readonly troubles: readonly Pick<BoundProvider, 'trouble'>[];
  readonly why?: string | undefined;
}

async function answerOf(
  part: AllowingPart,
  ask: () => MaybePromise<boolean>,
  { usesContext, troubles, why }: AnswerGround,
  deadline: number,
): Promise<Admission> {
  const answer = await inTime(ask, deadline - performance.now());
  if (answer === true) {
    return { ...part, answer: 'yes', ...(why === undefined ? {} : { why }) };
  }
  const trouble = troubles.map((each) => each.trouble).find((each) => each !== undefined);
  const unknown =
    answer === undefined
      ? `no answer within ${ANSWER_MS / 1_000} s`
      : (trouble ?? (usesContext ? 'the answer depends on the request' : undefined));
  return unknown === undefined ? { ...part, answer: 'no' } : { ...part, answer: 'unknown', why: unknown };
}

async function inTime(ask: () => MaybePromise<boolean>, ms: number): Promise<boolean | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** The first written entry that allows an origin. */
function termFor(terms: readonly OriginTerm[], origin: string): string | undefined {
  const found = terms.find((term) => {
    switch (term.kind) {
      case 'any':
        return true;
      case 'shared':
        return term.value === origin;
      case 'pattern':
        return buildOriginMatcher([term.pattern]).has(origin);
      case 'expression':
        return new RegExp(term.expression.source, term.expression.flags.replace(/[gy]/g, '')).test(origin);
      case 'provider':
        return false;
    }
  });
  return found && describeTerm(found);
}
