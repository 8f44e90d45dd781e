import type { OverviewAnswer, OverviewRoute } from '../../../../lib/tooling/devtools/protocol.js';
import { changesBetween } from '../../../../lib/tooling/devtools/page/app/changes.js';

const POLICY = {
  name: 'frontend',
  noCors: false,
  origin: ['https://app.example'],
  allowedHeaders: [],
  exposedHeaders: [],
  credentials: true,
  enforce: false,
  dangerously: [],
} as unknown as NonNullable<OverviewRoute['policy']>;

const route = (path: string, change: Partial<OverviewRoute> = {}): OverviewRoute => ({
  kind: 'handler',
  handler: 'OrdersController.list',
  methods: ['GET'],
  path,
  policy: POLICY,
  provenance: {},
  sources: {},
  findings: [],
  example: path,
  group: 'OrdersController',
  ...change,
});

const overview = (routes: readonly OverviewRoute[], change: Partial<OverviewAnswer> = {}): OverviewAnswer => ({
  run: 'one',
  routes,
  routesLeftOut: 0,
  origins: [],
  refusedOrigins: [],
  allowlists: [],
  findings: [],
  reports: [],
  tester: null,
  ...change,
});

describe('the changes that a restart brings', () => {
  it('are none where everything is as it was', () => {
    expect(changesBetween(overview([route('/orders')]), overview([route('/orders')], { run: 'two' }))).toEqual([]);
  });

  it('are routes that are new or gone, by all that tells them apart', () => {
    const before = overview([route('/orders'), route('/tea'), route('/chat', { kind: 'gateway', methods: [] })]);
    const after = overview([
      route('/orders', { version: ['2'] }),
      route('/tea'),
      route('/chat', { kind: 'gateway', methods: [], port: 81, namespace: '/a' }),
    ]);
    expect(changesBetween(before, after)).toEqual([
      {
        title: 'Routes that are new',
        lines: ['GET /orders version 2 (OrdersController.list)', '/chat port 81 /a (OrdersController.list)'],
      },
      {
        title: 'Routes that are gone',
        lines: ['GET /orders (OrdersController.list)', '/chat (OrdersController.list)'],
      },
    ]);
  });

  it('are routes that another policy reaches, and those that none reaches any more', () => {
    const before = overview([route('/orders'), route('/tea'), route('/open', { policy: null })]);
    const after = overview([
      route('/orders', { policy: { ...POLICY, name: 'partner', maxAge: 5 } }),
      route('/tea', { policy: null }),
      route('/open'),
    ]);
    expect(changesBetween(before, after)).toEqual([
      {
        title: 'Routes with another policy',
        lines: [
          'GET /orders (OrdersController.list): frontend → partner',
          'GET /tea (OrdersController.list): frontend → no policy',
          'GET /open (OrdersController.list): no policy → frontend',
        ],
      },
    ]);
  });

  it('are fields of a policy, once for all of its routes', () => {
    const other = { ...POLICY, origin: [], credentials: false, maxAge: 60 };
    const before = overview([route('/a'), route('/b'), route('/c')]);
    const after = overview([
      route('/a', { policy: other }),
      route('/b', { policy: other }),
      route('/c', { policy: { ...POLICY, origin: ['https://a.example', 'https://b.example'] } }),
    ]);
    expect(changesBetween(before, after)).toEqual([
      {
        title: 'Fields of policies',
        lines: [
          'frontend: origin https://app.example → none (2 routes)',
          'frontend: credentials true → false (2 routes)',
          'frontend: maxAge default → 60 (2 routes)',
          'frontend: origin https://app.example → https://a.example, https://b.example',
        ],
      },
    ]);
  });

  it('are findings that are new or gone', () => {
    const finding = (place: string, detail?: string): OverviewAnswer['findings'][number] => ({
      code: 'own-header',
      place,
      message: 'Why.',
      ...(detail === undefined ? {} : { detail }),
    });
    const before = overview([], { findings: [finding('A'), finding('B')] });
    const after = overview([], { findings: [finding('A', 'Vary'), finding('B')] });
    expect(changesBetween(before, after)).toEqual([
      { title: 'New findings', lines: ['own-header A Vary'] },
      { title: 'Findings that are gone', lines: ['own-header A'] },
    ]);
  });
});
