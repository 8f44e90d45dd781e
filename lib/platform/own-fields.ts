import type { ServerResponse } from 'node:http';
import { ALLOW_ORIGIN, RESOURCE_POLICY, VARY } from '../core/http/headers.js';
import type { RequestDecision } from '../engine/request-decision.js';
import type { OwnFields } from './exchange.js';
import { addVary, type HeaderValue } from './vary.js';

/** A field of a response before its head is written. */
interface Field {
  readonly name: string;
  readonly value: HeaderValue;
  /** True if it is set on the response with this value, so that nothing has to be done for it. */
  readonly isThere: boolean;
}

type Fields = Map<string, Field>;

/** The prefix of the names of all response fields of the CORS protocol. */
export const CORS_PREFIX = 'access-control-';

const ACAO = 'access-control-allow-origin';
const ACAC = 'access-control-allow-credentials';
const OTHERS: ReadonlySet<string> = new Set(['vary', 'timing-allow-origin', 'cross-origin-resource-policy']);

/** Reports whether the library writes a field of this (lower-case) name, or may have to remove one. */
export function isOurs(name: string): boolean {
  return name.startsWith(CORS_PREFIX) || OTHERS.has(name);
}

/**
 * Reports whether a decision's fields replace those of the app: where the policy says `override`, and in the answer to a
 * preflight, which is the library's alone.
 */
function replacesOwn({ kind, policy }: RequestDecision): boolean {
  return kind === 'preflight' || (policy?.kind === 'policy' && policy.override);
}

/**
 * Settles a head where the app itself has given CORS fields, on the response or with the head (rule 3.5). The fields of
 * a response come from one side, so that a page never reads `Access-Control-Allow-Origin` (ACAO) of one and
 * `Access-Control-Allow-Credentials` (ACAC) of the other:
 *
 * - The policy says `override`: all `Access-Control-*` fields of the app are removed, and the policy's are set. Where
 *   the policy refuses the request there are none.
 * - The app has given an ACAO: all its `Access-Control-*` fields stay, and none of the policy's is set. Browsers refuse
 *   two ACAO, so of several the last one is sent, as if each had replaced the one before.
 * - The app has given none: its ACAC is removed, because it would add credentials to an origin that the policy alone
 *   vouches for. The others grant nothing without an ACAO and stay: its `Access-Control-Expose-Headers` is sent in place
 *   of the policy's, and the fields that only the answer to a preflight can use have no effect.
 *
 * `Vary` is added to in each case, and `Cross-Origin-Resource-Policy` depends on no origin. Without a policy, and under
 * `@NoCors()`, no field is added or removed.
 *
 * @param args of `writeHead`; changed where fields are given with the head
 * @param index where these fields are among the arguments
 * @returns the app's own fields, where they are sent
 * @see https://fetch.spec.whatwg.org/#cors-check
 */
export function settleOwn(
  response: ServerResponse,
  args: unknown[],
  index: number,
  decided: RequestDecision,
): OwnFields | undefined {
  const given = entriesOf(args[index]);
  const fields = collect(response, given ?? []);
  const own = reconcile(fields, decided);
  for (const name of response.getHeaderNames()) {
    if (isOurs(name) && !fields.has(name)) {
      response.removeHeader(name);
    }
  }
  const changed = [...fields.values()].filter(({ isThere }) => !isThere);
  if (given === undefined) {
    changed.forEach(({ name, value }) => response.setHeader(name, value as string));
  } else {
    const kept = given.filter(([name]) => !isOurs(name.toLowerCase()));
    const head = [...kept, ...changed.map(({ name, value }): GivenField => [name, value])];
    args[index] = Array.isArray(args[index]) ? head.flat(1) : Object.fromEntries(head);
  }
  return own;
}

type GivenField = readonly [name: string, value: HeaderValue];

/** The fields that are given with a head: an object, a flat list (`[name, value, …]`), or a list of pairs. */
function entriesOf(given: unknown): readonly GivenField[] | undefined {
  if (Array.isArray(given)) {
    const list = given as readonly unknown[];
    return Array.isArray(list[0])
      ? list.map((pair): GivenField => [String((pair as GivenField)[0]), (pair as GivenField)[1]])
      : Array.from({ length: list.length / 2 }, (_, at) => [String(list[2 * at]), list[2 * at + 1] as HeaderValue]);
  }
  return typeof given === 'object' && given !== null ? Object.entries(given) : undefined;
}

/**
 * The fields that concern the library and would be sent: those that are given with the head replace those that were
 * set.
 */
function collect(response: ServerResponse, given: readonly GivenField[]): Fields {
  const fields: Fields = new Map();
  for (const key of response.getHeaderNames()) {
    if (isOurs(key)) {
      fields.set(key, { name: key, value: response.getHeader(key), isThere: true });
    }
  }
  for (const [name, value] of given) {
    const key = name.toLowerCase();
    if (isOurs(key)) {
      const before = fields.get(key);
      const isFirst = before === undefined || before.isThere;
      fields.set(key, { name, value: isFirst ? value : [before.value, value].flat().map(String), isThere: false });
    }
  }
  return fields;
}

function reconcile(fields: Fields, decided: RequestDecision): OwnFields | undefined {
  const { decision, policy, kind } = decided;
  const set = (name: string, value: HeaderValue): void => {
    fields.set(name.toLowerCase(), { name, value, isThere: false });
  };
  const vary = fields.get('vary')?.value;
  const merged = addVary(vary, decision.vary);
  if (merged !== undefined && merged !== vary) {
    set(VARY, merged);
  }
  const replaces = replacesOwn(decided);
  const origin = replaces ? undefined : lastOf(fields.get(ACAO)?.value);
  const credentials = lastOf(fields.get(ACAC)?.value);
  if (kind !== 'preflight' && policy?.kind !== 'policy') {
    return policy === undefined || origin === undefined
      ? undefined
      : { allowOrigin: origin, allowCredentials: credentials };
  }
  if (policy?.kind === 'policy' && policy.resourcePolicy !== undefined && kind === 'actual') {
    set(RESOURCE_POLICY, policy.resourcePolicy);
  }
  if (origin !== undefined) {
    if (Array.isArray(fields.get(ACAO)!.value)) {
      set(ALLOW_ORIGIN, origin);
    }
    return { allowOrigin: origin, allowCredentials: credentials };
  }
  const removed = replaces ? [...fields.keys()].filter((key) => key.startsWith(CORS_PREFIX)) : [ACAO, ACAC];
  removed.forEach((key) => fields.delete(key));
  for (const [name, value] of decision.headers) {
    if (replaces || !fields.has(name.toLowerCase())) {
      set(name, value);
    }
  }
  return undefined;
}

function lastOf(value: HeaderValue): string | undefined {
  const last = Array.isArray(value) ? (value.at(-1) as HeaderValue) : value;
  return last === undefined ? undefined : String(last);
}
