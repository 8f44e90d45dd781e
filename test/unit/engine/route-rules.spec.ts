import { NO_CORS, type RoutePolicy } from '../../../lib/core/policy/policy.js';
import type { TargetRoute } from '../../../lib/engine/request-decision.js';
import { RouteRulesIndex, type RulesAt } from '../../../lib/engine/route-rules.js';
import { pathReadings } from '../../../lib/routing/path-readings.js';
import { policyOf, routeTo } from '../../support/pure.js';

const APP = 'https://app.example';
const listed = policyOf({ origin: APP });
const enforced = policyOf({ origin: APP, enforce: true });

/** An entry for exactly one path; that of the root also takes an empty one. */
function entry(path: string, policy: RoutePolicy = listed, methods: readonly string[] = ['*']): TargetRoute {
  const route = routeTo({ kind: 'entry', name: path, policy }, /^/, methods);
  return {
    ...route,
    info: { ...route.info, path },
    match: (asked) => (asked === path || (path === '/' && asked === '') ? {} : undefined),
  };
}

/** For each reading, the names of the entry on it and of those above it. */
function namesOf({ readings }: RulesAt): string[][] {
  const name = (set: RulesAt['sent']) => set.reachable('GET')[0]?.target.name ?? '-';
  return readings.map(({ on, above }) => [name(on), ...above.map(name)]);
}

const at = (index: RouteRulesIndex, path: string) => index.at({ path, hostname: 'api.example' });

describe('3.3: the entries on a path', () => {
  const index = new RouteRulesIndex([entry('/files'), entry('/Files/a b'), entry('/files/index.html')]);

  it('are those of the path, and no entry is one reading too', () => {
    expect(namesOf(at(index, '/files'))).toEqual([['/files']]);
    expect(namesOf(at(index, '/none'))).toEqual([['-']]);
    expect(at(index, '/files').sent.reachable('GET')[0]!.target.name).toBe('/files');
  });

  it('are those of each way to read the path, each once', () => {
    expect(namesOf(at(index, '/FILES'))).toEqual([['-'], ['/files']]);
    expect(namesOf(at(index, '/x/../files'))).toEqual([['-'], ['/files']]);
    expect(namesOf(at(index, '/Files/a%20b'))).toEqual([['-'], ['/Files/a b']]);
    expect(namesOf(at(index, '/X/%2e/Y'))).toEqual([['-']]);
  });

  it('have the index file of a directory', () => {
    expect(namesOf(at(index, '/files/'))).toEqual([['-'], ['/files/index.html']]);
    expect(namesOf(at(index, '/other/'))).toEqual([['-']]);
    expect(namesOf(at(new RouteRulesIndex([entry('/docs/')]), '/docs/'))).toEqual([['/docs/']]);
  });

  it('are one object for paths with the same single reading, and are not shared for others', () => {
    expect(at(index, '/none')).toBe(at(index, '/neither'));
    expect(at(index, '/none').isShared).toBe(true);
    expect(at(index, '/FILES').isShared).toBe(false);
    expect(at(index, '/FILES')).toBe(at(index, '/FILES'));
  });

  it('are all entries, and none, if the path is too long to read in every way', () => {
    const { readings, isShared } = at(
      new RouteRulesIndex([entry('/a'), entry('/b', listed, ['PUT'])]),
      `/A${'x'.repeat(2_000)}`,
    );
    expect(isShared).toBe(false);
    expect(
      readings.map(({ on, above }) => [
        on.methods,
        on.reachable('PUT').length,
        on.reachable('GET').length,
        above.length,
      ]),
    ).toEqual([
      [[], 0, 0, 0],
      [[], 0, 0, 0],
      [['*'], 1, 1, 0],
      [['PUT'], 1, 0, 0],
    ]);
  });
});

describe('3.3: the entries on a path with many readings', () => {
  it.each([
    ['/files', 1, 1_100, 1, false],
    ['/q/./c/%5cE', 16, 1_100, 1, false],
    ['/q/%5cE\\d/../b', 17, 1_100, 1, true],
    ['/q/A\\d//a/%252e', 32, 32, 1, false],
    ['/q/A\\d//a/%252e', 32, 33, 1, true],
    ['/q/A\\d//a/%252e', 32, 16, 2, false],
    ['/q/A\\d//a/%252e', 32, 17, 2, true],
  ])(
    '%s: %i readings of %i entries, looked up %i times: are all entries: %s',
    (path, readings, count, times, areAll) => {
      expect(pathReadings(path)).toHaveLength(readings);
      const entries = Array.from({ length: count }, (_, each) => entry(`/e${each}`));
      const index = new RouteRulesIndex(entries, times === 2 ? entries : undefined);
      // No entry is on any of the readings, so they are one.
      expect(at(index, path).readings).toHaveLength(areAll ? count + 2 : 1);
    },
  );

  it('are tried once for each level of a path that an enforced entry may have', () => {
    let tried = 0;
    const admin = entry('/administration', enforced);
    const counting = { ...admin, match: (path: string) => (tried++, admin.match(path)) };
    at(new RouteRulesIndex([counting]), '/x'.repeat(100));
    expect(tried).toBe(2);
  });
});

describe('3.3: entries of a router that distinguishes capitals', () => {
  it('are found in lower case too: middleware may ignore case', () => {
    const index = new RouteRulesIndex([entry('/Files')], [entry('/files')]);
    expect(namesOf(at(index, '/Files'))).toEqual([['/Files'], ['-'], ['/files']]);
    expect(namesOf(at(index, '/other'))).toEqual([['-']]);
    expect(namesOf(at(index, '/FILES'))).toEqual([['-'], ['/files']]);
    expect([at(index, '/other').isShared, at(index, '/Files').isShared]).toEqual([true, false]);
    const both = ['/Files', '/files'].map((path) => entry(path));
    const folded = ['/files', '/files'].map((path) => entry(path));
    expect(namesOf(at(new RouteRulesIndex(both, folded), '/Files'))).toEqual([['/Files'], ['/files'], ['/files']]);
  });

  it('enforce below their path in lower case too, if they enforce', () => {
    const rules = (policy: RoutePolicy) => new RouteRulesIndex([entry('/Admin', policy)], [entry('/admin', policy)]);
    expect(namesOf(at(rules(enforced), '/ADMIN/x'))).toContainEqual(['-', '/admin']);
    expect(namesOf(at(rules(listed), '/ADMIN/x'))).toEqual([['-']]);
    const mixed = [entry('/admin', listed), entry('/secret', enforced)];
    expect(namesOf(at(new RouteRulesIndex(mixed, mixed), '/admin/x'))).toEqual([['-']]);
  });
});

describe('3.6: an enforced entry', () => {
  it('is known', () => {
    expect(new RouteRulesIndex([entry('/a', listed), entry('/b', enforced)]).enforce).toBe(true);
    expect(new RouteRulesIndex([entry('/a', listed), entry('/b', NO_CORS)]).enforce).toBe(false);
    expect(new RouteRulesIndex([]).enforce).toBe(false);
  });

  it('reaches every path below it, the nearest first', () => {
    const index = new RouteRulesIndex([
      entry('/', enforced),
      entry('/admin', enforced),
      entry('/admin/users', enforced),
      entry('/public', listed),
    ]);
    expect(namesOf(at(index, '/admin'))).toEqual([['/admin']]);
    expect(namesOf(at(index, '/admin/x'))).toEqual([['-', '/admin']]);
    expect(namesOf(at(index, '/admin/users/7/orders'))).toEqual([['-', '/admin/users', '/admin']]);
    expect(namesOf(at(index, '/admin/users'))).toEqual([['/admin/users', '/admin']]);
    expect(namesOf(at(index, '/administrators/x'))).toEqual([['-']]);
    expect(namesOf(at(index, '/public/x'))).toEqual([['-']]);
    expect(namesOf(at(index, '/other'))).toEqual([['-']]);
    expect(at(index, '/admin/x').isShared).toBe(false);
    expect(at(index, '/admin').isShared).toBe(true);
  });
});
