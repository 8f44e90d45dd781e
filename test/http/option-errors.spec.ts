import { CorsModule, type CorsModuleOptions } from '../../lib/index.js';
import { closeApps, PLATFORMS } from '../support/app.js';
import { bootError, facts } from '../support/boot-error.js';

const APP = 'https://app.example';

afterEach(closeApps);

describe.each(PLATFORMS)('errors in the options of the module, on %s', (platform) => {
  test.each<[string, object, object]>([
    [
      'an unknown option, with the nearest one',
      { policys: {} },
      { field: 'policys', code: 'unknown-field', suggestion: 'policies' },
    ],
    ['routes that are no list', { routes: {} }, { field: 'routes', code: 'not-a-list' }],
    ['debug that is no boolean', { debug: 1 }, { field: 'debug', code: 'not-a-boolean' }],
    ['summary that is no boolean', { summary: 'no' }, { field: 'summary', code: 'not-a-boolean' }],
    ['allowlists that are no object', { allowlists: 5 }, { field: 'allowlists', code: 'allowlist-option' }],
    [
      'an unknown option of allowlists',
      { allowlists: { ttl: 5 } },
      { field: 'allowlists.ttl', code: 'allowlist-option' },
    ],
    [
      'a time out of range',
      { allowlists: { timeoutMs: -1 } },
      { field: 'allowlists.timeoutMs', code: 'allowlist-option' },
    ],
    [
      'maxStaleMs within refreshMs',
      { allowlists: { maxStaleMs: 5, refreshMs: 10 } },
      { field: 'allowlists.maxStaleMs', code: 'allowlist-option' },
    ],
  ])('3.7: %s stops startup', async (_rule, options, issue) => {
    const error = await bootError({ cors: options }, platform);
    expect(error.issues).toMatchObject([{ place: 'CorsModule.forRoot()', ...issue }]);
    expect(error.issues).toHaveLength(1);
  });

  test.each<[string, unknown, object]>([
    ['a path without its slash', { path: 'graphql', policy: 'partner' }, { field: 'path', code: 'not-a-path' }],
    [
      'a path that the platform cannot read',
      { path: '/:a(', policy: 'partner' },
      { field: 'path', code: 'not-a-path' },
    ],
    ['no path', { policy: 'partner' }, { field: 'path', code: 'not-a-path' }],
    ['no policy', { path: '/a' }, { field: '', code: 'not-a-policy' }],
    ['a policy that is neither', { path: '/a', policy: 5 }, { field: '', code: 'not-a-policy' }],
    [
      'an unknown policy',
      { path: '/a', policy: 'partnr' },
      { field: '', code: 'unknown-policy', suggestion: "'partner'" },
    ],
    ['a policy without an origin', { path: '/a', policy: {} }, { field: 'origin', code: 'origin-missing' }],
    [
      'a method that is no token',
      { path: '/a', policy: 'partner', methods: ['GE T'] },
      { field: 'methods', code: 'not-a-method' },
    ],
    ['no methods', { path: '/a', policy: 'partner', methods: [] }, { field: 'methods', code: 'not-a-method' }],
    [
      'a method of no page',
      { path: '/a', policy: 'partner', methods: ['TRACE'] },
      { field: 'methods', code: 'not-a-method' },
    ],
    [
      'an unknown field, with the nearest one',
      { path: '/a', policy: 'partner', method: ['GET'] },
      { field: 'method', code: 'unknown-field', suggestion: 'methods' },
    ],
    ['a route that is null', null, { field: '', code: 'not-a-route' }],
    ['a route that is a string', '/graphql', { field: '', code: 'not-a-route' }],
  ])('3.7: an entry of routes with %s stops startup', async (_rule, rule, issue) => {
    const routes = [{ path: '/fine', policy: 'partner' }, rule] as CorsModuleOptions['routes'];
    const error = await bootError({ cors: { policies: { partner: { origin: APP } }, routes } }, platform);
    expect(error.issues).toMatchObject([{ place: 'routes[1]', ...issue }]);
    expect(error.issues).toHaveLength(1);
  });

  test('3.7: a factory that returns no options stops startup with one sentence', async () => {
    for (const options of [undefined, null, 'partner']) {
      const imports = [CorsModule.forRootAsync({ useFactory: () => options as CorsModuleOptions })];
      const error = await bootError({ cors: null, imports }, platform);
      expect(facts(error.issues)).toEqual([
        {
          place: options === undefined || options === null ? 'CorsModule.forRootAsync()' : 'CorsModule.forRoot()',
          field: '',
          value: options,
          code: 'not-an-object',
        },
      ]);
    }
  });

  test('3.7: the configuration of one feature module is read with that of the root', async () => {
    const imports = [
      CorsModule.forFeature({ policies: { partner: { origin: APP }, broken: { origin: 'b.example' } } }),
      CorsModule.forFeature({ policies: { partner: { origin: '*' } } }),
    ];
    const error = await bootError({ cors: { policies: { public: { origin: '*' } } }, imports }, platform);
    expect(facts(error.issues)).toEqual([
      { place: 'policies.broken', field: 'origin', value: 'b.example', code: 'origin-scheme-missing' },
      { place: 'policies.partner', field: '', value: 'partner', code: 'name-taken' },
    ]);
    const withRoot = await bootError(
      { cors: { policies: { partner: { origin: '*' } } }, imports: imports.slice(1) },
      platform,
    );
    expect(facts(withRoot.issues)).toEqual([
      { place: 'policies.partner', field: '', value: 'partner', code: 'name-taken' },
    ]);
  });

  test('3.7: a second forRoot() stops startup', async () => {
    const error = await bootError(
      { cors: { defaultPolicy: { origin: APP } }, imports: [CorsModule.forRoot({ defaultPolicy: { origin: '*' } })] },
      platform,
    );
    expect(error.issues).toMatchObject([{ place: 'CorsModule.forRoot()', field: '', code: 'module-twice' }]);
    const mixed = await bootError(
      { cors: { defaultPolicy: { origin: APP } }, imports: [CorsModule.forRootAsync({ useFactory: () => ({}) })] },
      platform,
    );
    expect(mixed.issues).toMatchObject([{ code: 'module-twice' }]);
  });
});
