import { commonOf } from './common-grant.js';
import { effectiveGrant, type Granted } from './grant.js';
import { hostMatches } from './hosts.js';
import { type PathPattern, readExpression, readPattern } from './paths/path-pattern.js';
import { PatternTree } from './paths/pattern-tree.js';
import { shapeOf } from './paths/segments.js';
import { compareRanks } from './paths/specificity.js';
import { indexesOf, pathReadings } from '../../../routing/path-readings.js';
import { type Rule, type Rules, UNNAMED_ROUTE } from './rules.js';

/** Which policy answers a request, and which rule led there. */
export interface Answer {
  readonly granted: Granted;
  /** 0: the server refuses nothing; 1: what the policy refuses; 2: cross-site requests without an `Origin` too. */
  readonly enforcement: 0 | 1 | 2;
  /** The policy by which the server refuses. It differs from `granted` only where an entry above enforces what no policy reaches. */
  readonly refusing: Granted;
  /** True if a route of the platform serves the request. It is not known what is behind an entry. */
  readonly served: boolean;
  /** True if that is a handler of Nest, which reads a path in one way (rule 3.3). */
  readonly handled: boolean;
  /**
   * The code that may answer in place of a policy: another CORS layer, or code of the app's own that preflights pass on to.
   * `undefined`: a policy answers, or nothing does.
   */
  readonly leftTo: 'other-layer' | 'own-code' | undefined;
  /** The rule whose policy it is, in words; `undefined`: the default policy, if there is one. */
  readonly by: string | undefined;
  /** The same for rules of the same place: whatever parameters and handlers are called. */
  readonly key: string;
}

/** The parts of a request besides its path. */
export interface Situation {
  readonly method: string;
  readonly host?: string | undefined;
  readonly version?: string | undefined;
}

interface PathRule {
  readonly rule: Rule;
  readonly pattern: PathPattern;
  readonly key: string;
}

/** The entries on one reading of a path. */
interface Reading {
  readonly entries: readonly PathRule[];
  /** The enforced entries of the paths above, the nearest first: middleware that is mounted there serves what lies below, too. */
  readonly above: readonly PathRule[];
}

/** The rules that match a path, in the order in which they are asked. */
export interface Matched {
  readonly routes: readonly PathRule[];
  /** The entries by each way to read the path (rule 3.3), first by the path as it is sent. */
  readonly readings: readonly Reading[];
  /** The same for the same rules. */
  readonly signature: string;
}

/** Answers requests by the rules of one app, as the app itself would. */
export class Answering {
  readonly patterns: readonly PathPattern[];
  readonly #rules: Rules;
  readonly #routes: readonly PathRule[];
  readonly #entries: readonly PathRule[];
  readonly #tree = new PatternTree();
  /** Routes whose patterns are no paths: each is tried. */
  readonly #expressions: number[] = [];
  /** Most segments of the path of an enforced entry: the app looks no deeper. */
  readonly #depth: number;

  constructor(rules: Rules) {
    this.#rules = rules;
    const reading = { platform: rules.platform, ...rules.matching };
    const read =
      (kind: string) =>
      (rule: Rule): PathRule => {
        const pattern = rule.expression ? readExpression(rule.path) : readPattern(rule.path, reading);
        const shape = rule.expression ? rule.path : pattern.alternatives.map(shapeOf).join();
        return { rule, pattern, key: JSON.stringify([kind, shape, rule.host, rule.version]) };
      };
    this.#routes = rules.routes.map(read('route'));
    this.#entries = rules.entries.map(read('entry'));
    const enforced = rules.entries.filter(({ policy }) => policy?.enforce !== undefined);
    this.#depth = Math.max(0, ...enforced.map(({ path }) => path.split('/').length));
    const wildcard = rules.platform === 'fastify' ? '/*' : '/*below';
    this.patterns = [
      ...[...this.#routes, ...this.#entries].map(({ pattern }) => pattern),
      ...enforced.flatMap(({ path }) => (path.includes('*') ? [] : [readPattern(path + wildcard, reading)])),
    ];
    this.#routes.forEach(({ pattern: { alternatives } }, place) => {
      alternatives.forEach((segments) => this.#tree.add(segments, place));
      if (alternatives.length === 0) {
        this.#expressions.push(place);
      }
    });
  }

  /** @param inEveryWay whether entries are looked up by each way to read the path (rule 3.3), too */
  at(path: string, inEveryWay = false): Matched {
    const sent = this.#rules.platform === 'fastify' ? asFastifyReads(path) : path;
    const routes = this.#candidates(sent).filter((place) => this.#routes[place]!.pattern.matches(sent));
    if (this.#rules.platform === 'fastify') {
      routes.sort((a, b) => compareRanks(this.#routes[a]!.pattern.rank, this.#routes[b]!.pattern.rank) || a - b);
    }
    const readings = new Map<string, Reading>();
    const read = (inEveryWay && pathReadings(path)) || [];
    const indexes = indexesOf(read).filter((index) => this.#entries.some(({ pattern }) => pattern.matches(index)));
    for (const reading of [sent, ...read, ...indexes]) {
      const entries = this.#entries.flatMap(({ pattern }, place) => (pattern.matches(reading) ? [place] : []));
      const above = this.#above(reading);
      const rulesOf = (places: readonly number[]): readonly PathRule[] => places.map((place) => this.#entries[place]!);
      readings.set(`${entries.join()};${above.join()}`, { entries: rulesOf(entries), above: rulesOf(above) });
    }
    return {
      routes: routes.map((place) => this.#routes[place]!),
      readings: [...readings.values()],
      signature: [routes.join(), ...readings.keys()].join(';'),
    };
  }

  /** The root is above everything, and is more often the path of one page than of middleware. */
  #above(path: string): readonly number[] {
    const segments = path.split('/');
    const above: number[] = [];
    for (let length = Math.min(segments.length - 1, this.#depth); length > 1; length--) {
      const parent = segments.slice(0, length).join('/');
      const found = this.#entries.flatMap(({ rule, pattern }, place) =>
        rule.policy?.enforce !== undefined && pattern.matches(parent) ? [place] : [],
      );
      above.push(...found);
    }
    return above;
  }

  answer({ routes, readings }: Matched, { method, host, version }: Situation): Answer {
    const first = (rules: readonly PathRule[]): PathRule | undefined =>
      rules.find(({ rule }) => answersMethod(rule, method));
    const answering = routes.filter(({ rule }) => answersMethod(rule, method));
    // Fastify does not go on from a route of another host, which answers 404 itself.
    const tried = this.#rules.platform === 'fastify' ? versionsOf(answering) : answering;
    const reachable = tried.filter(({ rule }) => answersHost(rule, host));
    const serving = reachable.find(({ rule }) => answersVersion(rule, version));
    const handled = serving !== undefined && serving.rule.name !== UNNAMED_ROUTE;
    // A handler of Nest reads the path as it is sent.
    const read = (handled ? readings.slice(0, 1) : readings).map(({ entries, above }) => ({
      entry: first(entries),
      above,
    }));
    const entry = read.find((each) => each.entry !== undefined)?.entry;
    const policies = read.map((each) => policyOf(each.entry, this.#rules.defaultPolicy));
    const outer = commonOf(policies);
    const grantedBy = (route: PathRule | undefined): Granted =>
      route?.rule.policy === undefined ? outer : enforcedAs(route.rule, outer, entry !== undefined);
    const mounted = read.flatMap((each) =>
      serving === undefined && each.entry === undefined ? (first(each.above) ?? []) : [],
    );
    const over = mounted.map((each) => policyOf(each, null));
    const granted =
      mounted.length === 0 ? grantedBy(serving) : outer === null ? null : commonOf([...policies, ...over]);
    const decisive = mounted[0] ?? (serving?.rule.policy === undefined ? entry : serving);
    const refusing = mounted.length > 0 && outer === null ? commonOf(over) : granted;
    const takesPreflights = !handled || routes.some(({ rule }) => answersMethod(rule, 'OPTIONS'));
    return {
      granted,
      leftTo:
        granted !== null
          ? undefined
          : entry !== undefined && serving?.rule.policy === undefined
            ? 'other-layer'
            : takesPreflights
              ? 'own-code'
              : undefined,
      refusing,
      enforcement: enforcementOf(method, refusing, versionsOf(reachable).map(grantedBy)),
      served: serving !== undefined,
      handled,
      by: decisive && (decisive === serving ? serving.rule.name : `the entry ${decisive.rule.path}`),
      key:
        (serving === undefined ? '' : serving.key) +
        (decisive === undefined || decisive === mounted[0] ? '' : decisive.key),
    };
  }

  /** The policy of an upgrade that no gateway serves (rule 8.4); `undefined`: no entry is on its path. */
  answerUpgrade({ readings }: Matched): Answer | undefined {
    const entries = readings.flatMap(({ entries: on, above }) => [...on, ...above]);
    const named = entries.flatMap(({ rule }) => rule.methods);
    const method = ['GET', ...named].find((each) => entries.some(({ rule }) => answersMethod(rule, each)));
    return method === undefined ? undefined : this.answer({ routes: [], readings, signature: '' }, { method });
  }

  #candidates(path: string): number[] {
    const folded = this.#rules.matching.ignoresCase ? path.toLowerCase() : path;
    const texts = folded.split('/').slice(1);
    const found = this.#tree.near(texts.map((text) => ({ kind: 'text', text })));
    return [...found, ...this.#expressions].sort((a, b) => a - b);
  }
}

/** A decorated handler takes the enforcement of an entry on its path, unless it states its own (rule 3.6). */
function enforcedAs({ policy = null, statesEnforcement }: Rule, outer: Granted, isEntry: boolean): Granted {
  return policy === null || statesEnforcement || !isEntry || outer?.enforce === undefined
    ? policy
    : { ...policy, enforce: outer.enforce };
}

/** Fastify's router decodes escapes before it matches, those of slashes and the like excepted. */
function asFastifyReads(path: string): string {
  try {
    return path.includes('%') ? decodeURI(path) : path;
  } catch {
    return path;
  }
}

function policyOf(rule: PathRule | undefined, otherwise: Granted): Granted {
  return rule === undefined ? otherwise : (rule.rule.policy ?? null);
}

function answersMethod({ methods }: Rule, method: string): boolean {
  return methods.includes('*') || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
}

function answersHost({ host }: Rule, asked: string | undefined): boolean {
  return host === undefined || (asked !== undefined && host.some((pattern) => hostMatches(pattern, asked)));
}

/** `neutral` alone matches every version; among others it matches only a request without one. */
function answersVersion({ version }: Rule, asked: string | undefined): boolean {
  return (
    version === undefined ||
    (asked === undefined ? version.includes('neutral') : version.includes(asked)) ||
    version.every((each) => each === 'neutral')
  );
}

/** The routes that differ only in their version: a preflight carries none. */
function versionsOf(reachable: readonly PathRule[]): readonly PathRule[] {
  const end = reachable.findIndex(({ rule }) => rule.version === undefined);
  return end === -1 ? reachable : reachable.slice(0, end + 1);
}

/** A policy that allows every origin refuses nothing, enforced or not. */
function enforcementOf(method: string, granted: Granted, versions: readonly Granted[]): 0 | 1 | 2 {
  if (granted === null || granted.enforce === 'fetch-metadata') {
    return granted === null ? 0 : 2;
  }
  const enforced = granted.enforce === true || new Set(versions.map((each) => JSON.stringify(each))).size > 1;
  return enforced && !effectiveGrant(method, granted)?.origin.includes('*') ? 1 : 0;
}
