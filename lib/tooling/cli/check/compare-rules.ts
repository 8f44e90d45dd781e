import { type Answer, Answering, type Matched } from './answer.js';
import { type Change, isWider } from './change.js';
import { compareAnswers, compareUpgrades, type Says } from './compare-answers.js';
import { escapedPaths } from './paths/escaped-paths.js';
import { hostsOf } from './hosts.js';
import { FRESH } from './paths/segments.js';
import { witnessesOf } from './paths/witnesses.js';
import type { Rule, Rules } from './rules.js';

/** Represents every method that no rule lists: `'*'` and the default policy cover it. */
const ANY_METHOD = 'PROPFIND';

const USUAL = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', ANY_METHOD];

/**
 * Compares what an app answers with what it answered before: on a path for every set of patterns of both that a path can
 * match, for every method, version and host that a rule names. What is compared is the answer, not how rules are written:
 * a rule that is gone or has moved gives its paths to the next one.
 */
export function compareRules(before: Rules, after: Rules): readonly Change[] {
  const [was, is] = [new Answering(before), new Answering(after)];
  const rules = [...after.routes, ...after.entries, ...before.routes, ...before.entries];
  const methods = [...new Set([...USUAL, ...rules.flatMap(({ methods: named }) => named)])].filter(
    (each) => each !== '*',
  );
  // Names of the app as it is now come first.
  const { list, cut } = witnessesOf([...is.patterns, ...was.patterns]);
  const changes: Change[] = [];
  const [compared, told] = [new Set<string>(), new Set<string>()];
  const compareOn = ({ path, label }: Labelled, counts?: Counts): void => {
    const inEveryWay = counts !== undefined;
    const [then, now] = [was.at(path, inEveryWay), is.at(path, inEveryWay)];
    const signature = `${then.signature} ${now.signature}`;
    // The path of no pattern may be that of a wildcard, which has a path with a name.
    if (compared.has(signature) || (label === '' && signature !== ';; ;;')) {
      return;
    }
    compared.add(signature);
    for (const situation of situations(then, now)) {
      const said = new Map<string, { readonly says: Says; readonly methods: string[] }>();
      for (const method of methods) {
        const [one, other] = [was.answer(then, { ...situation, method }), is.answer(now, { ...situation, method })];
        for (const says of compareAnswers(method, one, other)) {
          const known = JSON.stringify([method, one.key, other.key, says]);
          if (!told.has(known) && counts?.(one, other, says) !== false) {
            told.add(known);
            const group = JSON.stringify(says);
            said.set(group, { says, methods: [...(said.get(group)?.methods ?? []), method] });
          }
        }
      }
      for (const { says, methods: affected } of said.values()) {
        for (const method of methodNames(affected, methods.length)) {
          changes.push({ route: nameOf(method, label, situation), kind: says[0], says: says[1] });
        }
      }
    }
    const upgrades = [was.answerUpgrade(then), is.answerUpgrade(now)] as const;
    // What a GET is answered has been compared.
    const isTold =
      upgrades[1] !== undefined &&
      upgrades[0]?.granted === was.answer(then, { method: 'GET' }).granted &&
      upgrades[1].granted === is.answer(now, { method: 'GET' }).granted &&
      upgrades[1].granted !== null;
    for (const [kind, says] of isTold ? [] : compareUpgrades(...upgrades)) {
      const known = JSON.stringify(['WS', upgrades[0]?.key, upgrades[1]?.key, says]);
      if (!told.has(known)) {
        told.add(known);
        changes.push({ route: `WS ${label}`, kind, says });
      }
    }
  };
  readings(list, before, after).forEach((each) => compareOn(each));
  // A change that widens what one reading of a path is granted is found by now. What all readings grant may be wider
  // nevertheless: a new handler reads the path in one way, and an enforced entry enforces the policies of the others.
  if (!changes.some(isWider)) {
    escaped(before, after).forEach((each) => compareOn(each, (_one, _other, [kind]) => isWider({ kind })));
  }
  if (cut) {
    changes.push({
      route: 'routes',
      kind: 'maybe-wider',
      says: 'overlap in more ways than are compared: some paths were not',
    });
  }
  return changes;
}

type Counts = (was: Answer, is: Answer, says: Says) => boolean;

/** Paths that lead to an entry if their escapes are decoded, and elsewhere if not. */
function escaped(before: Rules, after: Rules): readonly Labelled[] {
  if (before.entries.length === 0 || JSON.stringify(before) === JSON.stringify(after)) {
    return [];
  }
  const pathsOf = (...apps: readonly Rules[]): readonly string[] =>
    witnessesOf(apps.flatMap((rules) => new Answering(rules).patterns)).list.flatMap(({ path, label }) =>
      label === '' ? [] : [path],
    );
  const paths = escapedPaths(pathsOf(after, before), pathsOf({ ...before, routes: [] }));
  return paths.map((path) => ({ path, label: path.replaceAll(FRESH, 'any') }));
}

interface VersionAndHost {
  readonly version?: string | undefined;
  readonly host?: string | undefined;
  /** The pattern that the host represents. */
  readonly hostLabel?: string | undefined;
}

/** Every version that a rule names which matches here, and none; and a host for all ways in which host filters overlap. */
function situations(then: Matched, now: Matched): readonly VersionAndHost[] {
  const rules = [...now.routes, ...then.routes].map(({ rule }) => rule);
  const versions = namesIn(rules, ({ version }) => version).filter((version) => version !== 'neutral');
  const hosts = hostsOf(namesIn(rules, ({ host }) => host));
  return [undefined, ...hosts].flatMap((host) =>
    [undefined, ...versions].map((version) => ({
      ...(version === undefined ? {} : { version }),
      ...(host === undefined ? {} : { host: host.host, hostLabel: host.label }),
    })),
  );
}

function namesIn(rules: readonly Rule[], read: (rule: Rule) => readonly string[] | undefined): readonly string[] {
  return [...new Set(rules.flatMap((rule) => read(rule) ?? []))];
}

interface Labelled {
  readonly path: string;
  readonly label: string;
}

/** In capitals too, where case matters to one of the apps only. */
function readings(list: readonly Labelled[], before: Rules, after: Rules): readonly Labelled[] {
  return before.matching.ignoresCase === after.matching.ignoresCase
    ? list
    : [...list, ...list.map(({ path, label }) => ({ path: path.toUpperCase(), label }))];
}

/** `*` where every method that no rule names is among them; `HEAD` goes with `GET`. */
function methodNames(affected: readonly string[], all: number): readonly string[] {
  if (affected.length === all || affected.includes(ANY_METHOD)) {
    return ['*'];
  }
  return affected.filter((method) => method !== 'HEAD' || !affected.includes('GET'));
}

/** `PUT /orders/:id`, with the version and the host that select the route, where it has them. */
function nameOf(method: string, label: string, { version, hostLabel }: VersionAndHost): string {
  if (label === '') {
    return method === '*' ? 'defaultPolicy' : `${method} of defaultPolicy`;
  }
  const selected = [
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(hostLabel === undefined ? [] : [`host ${hostLabel}`]),
  ];
  return `${method} ${label}${selected.length === 0 ? '' : ` (${selected.join('; ')})`}`;
}
