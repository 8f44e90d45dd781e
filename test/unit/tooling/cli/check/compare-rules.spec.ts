import type { Rule } from '../../../../../lib/tooling/cli/check/rules.js';
import { NO_CORS, open, routeOf, rules, told } from './rules.js';

const A = 'https://a.example';
const B = 'https://b.example';
const entry = routeOf;
const UNCHECKED = 'is no longer under a policy: any site may open it, if the app serves WebSockets there';

describe('comparing the rules of two apps by what they answer', () => {
  it('reports what a removed entry had hidden', () => {
    const [secret, files] = [entry('* /files/secret/*path', open([])), entry('* /files/*path', open(A))];
    expect(told(rules({ entries: [secret, files] }), rules({ entries: [files] }))).toEqual([
      `wider: * /files/secret/*path is now open to ${A} (the entry /files/*path answers it now, not the entry /files/secret/*path)`,
    ]);
  });

  it('reports two overlapping entries that were swapped', () => {
    const [one, other] = [entry('* /files/:id/meta', open([])), entry('* /files/latest/:what', open(A))];
    expect(told(rules({ entries: [one, other] }), rules({ entries: [other, one] }))).toEqual([
      `wider: * /files/latest/meta is now open to ${A} (the entry /files/latest/:what answers it now, not the entry /files/:id/meta)`,
    ]);
    const apart = [one, entry('* /other', open(A))];
    expect(told(rules({ entries: apart }), rules({ entries: [...apart].reverse() }))).toEqual([]);
  });

  it('reports an entry with methods that was swapped with one without', () => {
    const [some, all] = [entry('GET /files', open([])), entry('* /files', open(A))];
    expect(told(rules({ entries: [some, all] }), rules({ entries: [all, some] }))).toEqual([
      `wider: GET /files is now open to ${A}`,
    ]);
  });

  it('reports swapped handlers on Express, where the first one serves', () => {
    const [byId, latest] = [routeOf('GET /orders/:id', open(A)), routeOf('GET /orders/latest', open([]))];
    const [before, after] = [rules({ routes: [latest, byId] }), rules({ routes: [byId, latest] })];
    expect(told(before, after)).toEqual([
      `wider: GET /orders/latest is now open to ${A} (GET /orders/:id answers it now, not GET /orders/latest)`,
    ]);
    expect(told({ ...before, platform: 'fastify' }, { ...after, platform: 'fastify' })).toEqual([]);
  });

  it('reports a closed route that was removed under an open default policy', () => {
    const [defaultPolicy, purge] = [open(A), routeOf('POST /purge', NO_CORS)];
    expect(told(rules({ defaultPolicy, routes: [purge] }), rules({ defaultPolicy }))).toEqual([
      `wider: POST /purge is gone, and its path is now open to ${A} by defaultPolicy`,
    ]);
  });

  it('reports a removed decorator: an entry or the default policy now applies to the route', () => {
    const decorated = routeOf('GET /a', NO_CORS);
    const [before, after] = [[decorated], [routeOf('GET /a')]];
    expect(told(rules({ routes: before }), rules({ routes: after }))).toEqual([
      'other: GET /a is now without a policy',
    ]);
    const entries = [entry('GET /*all', open(B))];
    expect(told(rules({ entries, routes: before }), rules({ entries, routes: after }))).toEqual([
      `wider: GET /a is now open to ${B} (the entry /*all answers it now, not GET /a)`,
    ]);
  });

  it('reports enforcement that was removed with an entry, but not with a handler, which serves nothing any more', () => {
    const enforced = open(A, { enforce: true });
    expect(told(rules({ entries: [entry('* /graphql', enforced)] }), rules({}))).toEqual([
      'maybe-wider: * /graphql is gone: the app itself may answer preflights',
      'wider: * /graphql is no longer enforced: the server serves what its policy refuses',
      `maybe-wider: WS /graphql ${UNCHECKED}`,
      'wider: * /graphql/*below is no longer enforced: the server serves what its policy refuses',
      `maybe-wider: WS /graphql/*below ${UNCHECKED}`,
    ]);
    expect(told(rules({ routes: [routeOf('GET /a', enforced)] }), rules({}))).toEqual(['narrower: GET /a is gone']);
  });

  it.each([
    ['a renamed parameter', routeOf('GET /orders/:id', open(A)), routeOf('GET /orders/:orderId', open(A)), []],
    [
      'a route in place of one for all methods',
      routeOf('* /a', open(A)),
      routeOf('GET /a', open(A)),
      ['narrower: * /a is gone'],
    ],
    ['a path in other letters', routeOf('GET /Orders', open(A)), routeOf('GET /orders', open(A)), []],
    ['another name of the handler', routeOf('GET /a', open(A)), routeOf('GET /a', open(A), { name: 'B.c' }), []],
  ])('finds nothing wider in %s', (_what, before, after, changes) => {
    expect(told(rules({ routes: [before] }), rules({ routes: [after] }))).toEqual(changes);
  });

  it.each([
    [
      'methods',
      entry('GET,PUT /files', open(A)),
      entry('GET /files', open(A)),
      ['maybe-wider: PUT /files is gone: the app itself may answer preflights'],
    ],
    [
      'its path',
      entry('* /files/*path', open(A)),
      entry('* /files/open/*path', open(A)),
      [
        'maybe-wider: * /files/*path is gone: the app itself may answer preflights',
        `maybe-wider: WS /files/*path ${UNCHECKED}`,
      ],
    ],
  ])('reports an entry that lost some of %s', (_what, before, after, changes) => {
    expect(told(rules({ entries: [before] }), rules({ entries: [after] }))).toEqual(changes);
  });

  it('reports new routes as wider if they are open', () => {
    const routes = [routeOf('GET /new', open(B)), routeOf('GET /closed', NO_CORS)];
    expect(told(rules({}), rules({ routes }))).toEqual([
      `wider: GET /new is new, and open to ${B}`,
      'other: GET /closed is new, and closed by @NoCors()',
    ]);
    expect(
      told(rules({ defaultPolicy: open(A) }), rules({ defaultPolicy: open(A), routes: [routeOf('GET /new')] })),
    ).toEqual([`other: GET /new is new, and open to ${A} as its path was`]);
  });

  it('compares the default policy, which applies to paths without a route', () => {
    const some = rules({ defaultPolicy: open('*') });
    expect(told(rules({}), some)).toEqual(['wider: defaultPolicy is now open to any origin']);
    expect(told(some, rules({}))).toEqual([
      'maybe-wider: defaultPolicy is now without a policy: the app itself may answer preflights',
    ]);
    const routes = [routeOf('GET /a')];
    expect(told(rules({ defaultPolicy: open('*'), routes }), rules({ routes }))).toContain(
      'narrower: GET /a is now without a policy',
    );
  });

  it('reports a function whose text has changed, and no other', () => {
    const by = (name: string) => rules({ routes: [routeOf('GET /a', open(name))] });
    expect(told(by('origin() #1'), by('origin() #2'))).toEqual([
      'maybe-wider: GET /a is now open to the origins that origin() #2 allows',
      'narrower: GET /a is no longer open to origin() #1',
    ]);
  });

  it('compares each version and each host separately', () => {
    const [one, two] = [routeOf('GET /a', open(A), { version: ['1'] }), routeOf('GET /a', NO_CORS, { version: ['2'] })];
    const opened = { ...two, policy: open(A) };
    expect(told(rules({ routes: [one, two] }), rules({ routes: [one, opened] }))).toContain(
      `wider: GET /a (version 2) is now open to ${A}`,
    );
    const host = (name: string, policy: typeof NO_CORS) => routeOf('GET /b', policy, { host: [name] });
    const [admin, tenant] = [host('admin.example', NO_CORS), host(':tenant.example', open(A))];
    expect(told(rules({ routes: [admin, tenant] }), rules({ routes: [tenant, admin] }))).toEqual([
      `wider: GET /b (host admin.example) is now open to ${A} (GET /b answers it now, not GET /b)`,
    ]);
  });

  it.each([
    ['a name, by an expression', 'api.example', String(/^[a-z]+\.example$/), 'api.example'],
    ['a name, by a parameter that takes dots', 'a.b.example', ':tenant.example', 'a.b.example'],
    ['a parameter, by an expression', ':tenant.example', String(/^[a-z0-9]+\.example$/), ':tenant.example'],
    ['an expression, by a parameter', String(/^(?:a|b)+\.example$/), ':tenant.example', '/^(?:a|b)+\\.example$/'],
    ['an expression, by another one', String(/^api-\d+\.example$/), String(/\.example$/), '/^api-\\d+\\.example$/'],
    ['what two parameters have in common', 'api.:rest', ':tenant.example', 'api.any.example'],
  ])('6.2: reports a host filter that was hidden: %s', (_what, hiding, hidden, host) => {
    const of = (name: string, policy: typeof NO_CORS) => routeOf('GET /b', policy, { name, host: [name] });
    const [first, second] = [of(hiding, NO_CORS), of(hidden, open(A))];
    const changes = told(rules({ routes: [first, second] }), rules({ routes: [second] }));
    expect(changes).toContain(
      `wider: GET /b (host ${host}) is now open to ${A} (${hidden} answers it now, not ${hiding})`,
    );
    expect(told(rules({ routes: [second] }), rules({ routes: [second] }))).toEqual([]);
  });

  it('6.2: reports what a route of another host had hidden on Fastify, where it answers 404', () => {
    const [shop, all] = [routeOf('GET /a', open(A), { host: ['shop.example'] }), routeOf('GET /*', open(A))];
    const [before, after] = [rules({ routes: [shop, all] }), rules({ routes: [all] })];
    expect(told({ ...before, platform: 'fastify' }, { ...after, platform: 'fastify' })).toContain(
      `wider: GET /a is new, and open to ${A}`,
    );
    expect(told(before, after).filter((each) => each.startsWith('wider'))).toEqual([]);
  });

  it('6.2: reports nothing where host filters that have no host in common change places', () => {
    const [one, other] = [/^[a-c]+\.one\.example$/, /^[a-c]+\.two\.example$/].map((host, at) =>
      routeOf('GET /b', at === 0 ? NO_CORS : open(A), { name: `C${at}.get`, host: [String(host)] }),
    ) as [Rule, Rule];
    expect(told(rules({ routes: [one, other] }), rules({ routes: [other, one] }))).toEqual([]);
  });

  it('compares paths in capitals if they are other paths for one of the apps', () => {
    const routes = [routeOf('GET /a', NO_CORS)];
    const defaultPolicy = open(A);
    const strict = { ignoresCase: false, ignoresEndSlash: true };
    expect(told(rules({ defaultPolicy, routes }), rules({ defaultPolicy, routes, matching: strict }))).toEqual([
      `wider: GET /a is gone, and its path is now open to ${A} by defaultPolicy`,
    ]);
  });

  it('compares thousands of routes quickly', () => {
    const routes = Array.from({ length: 2_000 }, (_each, at) => [
      routeOf(`GET /api/:tenant/things${at}/:id`, open(A)),
      routeOf(`PUT /api/:tenant/things${at}/:id`, NO_CORS),
    ]).flat();
    const started = performance.now();
    expect(told(rules({ routes }), rules({ routes: routes.slice(0, -1) }))).toEqual([
      expect.stringContaining('other: PUT /api/:tenant/things1999/:id is gone'),
    ]);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('6.2: comparing paths that are left to the app', () => {
  const live = entry('* /live', open(A));

  it('8.4: reports a removed entry, which was asked about WebSockets and preflights', () => {
    expect(told(rules({ entries: [live] }), rules({}))).toEqual([
      'maybe-wider: * /live is gone: the app itself may answer preflights',
      `maybe-wider: WS /live ${UNCHECKED}`,
    ]);
  });

  it('8.4: reports a removed entry whose path has the same grant without it', () => {
    const defaultPolicy = open(A);
    expect(told(rules({ entries: [live], defaultPolicy }), rules({ defaultPolicy }))).toEqual([
      `maybe-wider: WS /live ${UNCHECKED}`,
    ]);
    const all = { entries: [entry('* /live', open('*'))], defaultPolicy: open('*') };
    expect(told(rules(all), rules({ ...all, entries: [] }))).toEqual([]);
  });

  it('8.4: reports an entry that a decorated handler hides from requests, but not from upgrades', () => {
    const routes = [routeOf('GET /live', open(A))];
    const of = (methods: string, ...origins: string[]) =>
      rules({ entries: [entry(`${methods} /live`, open(origins))], routes });
    expect(told(of('GET', A), of('GET', A, B))).toEqual([`wider: WS /live is now open to ${B}`]);
    expect(told(of('GET', A), rules({ routes }))).toEqual([`maybe-wider: WS /live ${UNCHECKED}`]);
    expect(told(of('GET', A, B), of('GET', A))).toEqual([]);
  });

  it('8.4: asks an entry for other methods about an upgrade if none is for GET', () => {
    const [get, post] = [entry('GET /live', open(A)), entry('POST /live', open([A, B]))];
    expect(told(rules({ entries: [get, post] }), rules({ entries: [post] }))).toContain(
      `wider: WS /live is now open to ${B}`,
    );
  });

  it('2.4: reports a path that is unmanaged, which another CORS layer may answer', () => {
    const unmanaged = rules({ entries: [entry('* /live', null)] });
    const left = 'maybe-wider: * /live is now unmanaged: another CORS layer may answer';
    expect(told(rules({ entries: [live] }), unmanaged)).toEqual([left, `maybe-wider: WS /live ${UNCHECKED}`]);
    expect(told(rules({}), unmanaged)).toEqual([left]);
    expect(told(unmanaged, rules({}))).toEqual(['other: * /live is gone']);
    const routes = [routeOf('GET /live')];
    expect(told(rules({ routes }), rules({ routes, entries: [entry('GET /live', null)] }))).toEqual([
      'maybe-wider: GET /live is now unmanaged: another CORS layer may answer',
    ]);
    const decorated = [routeOf('GET /live', open(A))];
    expect(
      told(rules({ routes: decorated }), rules({ routes: decorated, entries: [entry('GET /live', null)] })),
    ).toEqual([]);
  });

  it('3.3: reports preflights that pass on to a handler', () => {
    const [some, all] = [routeOf('PUT /a'), routeOf('* /a')];
    const of = (route: Rule, ...defaults: string[]) =>
      rules({ routes: [route], entries: [entry('PUT /a', open(A))].slice(defaults.length) });
    expect(told(of(some), of(some, 'without'))).toContain('narrower: PUT /a is now without a policy');
    expect(told(of(all), of(all, 'without'))).toContain(
      'maybe-wider: PUT /a is now without a policy: the app itself may answer preflights',
    );
  });
});

describe('comparing enforcement by rule 3.6', () => {
  const lost = 'is no longer enforced: the server serves what its policy refuses';
  const enforced = routeOf('* /graphql', open(A, { enforce: true }));

  it('includes the enforcement of an entry for a decorated handler on its path', () => {
    const entries = [routeOf('GET /graphql', open(A, { enforce: true }))];
    const without = (route: Rule): string[] => told(rules({ entries, routes: [route] }), rules({ routes: [route] }));
    expect(without(routeOf('GET /graphql', open(B)))).toContain(`wider: GET /graphql ${lost}`);
    expect(without(routeOf('GET /graphql', open(B), { statesEnforcement: true }))).not.toContain(
      `wider: GET /graphql ${lost}`,
    );
  });

  it('includes the enforcement of an entry for paths below it without a rule', () => {
    const handler = routeOf('* /graphql', open(A, { enforce: true }), { statesEnforcement: true });
    const [before, after] = [rules({ entries: [enforced], routes: [handler] }), rules({ routes: [handler] })];
    expect(told(before, after)).toEqual([
      `maybe-wider: WS /graphql ${UNCHECKED}`,
      `wider: * /graphql/*below ${lost}`,
      `maybe-wider: WS /graphql/*below ${UNCHECKED}`,
    ]);
    expect(told({ ...before, defaultPolicy: open([A, B]) }, { ...after, defaultPolicy: open([A, B]) })).toEqual([
      `maybe-wider: WS /graphql ${UNCHECKED}`,
      `wider: * /graphql/*below is now open to ${B}`,
      `wider: * /graphql/*below ${lost}`,
      `maybe-wider: WS /graphql/*below ${UNCHECKED}`,
    ]);
  });

  it('3.6: reports which requests the server no longer refuses if no policy applies below an entry', () => {
    const entries = [routeOf('* /graphql', open([A, B], { enforce: true }))];
    const [before, after] = [rules({ entries, defaultPolicy: open(A) }), rules({ entries })];
    expect(told(before, after)).toContain(`wider: * /graphql/*below is now served to ${B}, which the server refused`);
  });

  it('distinguishes an unmanaged entry from a missing one', () => {
    const defaultPolicy = open(A);
    const unmanaged = rules({ defaultPolicy, entries: [routeOf('* /oidc/*path', null)] });
    expect(told(unmanaged, rules({ defaultPolicy }))).toEqual([
      `wider: * /oidc/*path is gone, and its path is now open to ${A} by defaultPolicy`,
    ]);
  });
});
