import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CorsAllowlists, CorsPolicy, NoCors } from '../../lib/index.js';
import { CorsOrigins, CorsTypeOrmModule, TypeOrmAllowlist, TypeOrmOrigins } from '../../lib/typeorm.js';
import { closeApps, corsHeaders, PLATFORMS, type PlatformName, startApp, type TestApp } from '../support/app.js';
import { describeWith } from '../support/services.js';
import { embedded, mariadb, postgres, type TestDatabase } from '../typeorm/databases.js';

const APP = 'https://app.example';
const credentials = { 'access-control-allow-credentials': 'true' };

@Controller()
class OrdersController {
  @Get('orders')
  @CorsPolicy('tenant')
  orders(): string {
    return 'orders';
  }
  @Get('shops')
  @CorsPolicy('shop')
  shops(): string {
    return 'shops';
  }
}

@NoCors()
@Controller('admin')
class AdminController {
  constructor(@Inject(CorsOrigins) private readonly origins: CorsOrigins) {}

  @Post()
  add(@Body() { allowlist, origin }: { allowlist: string; origin: string }): Promise<unknown> {
    return this.origins.add({ allowlist, origin });
  }
}

async function start(database: TestDatabase, platform: PlatformName): Promise<TestApp> {
  return startApp(
    {
      imports: [TypeOrmModule.forRoot({ ...database.options, migrationsRun: true }), CorsTypeOrmModule.forRoot()],
      cors: {
        policies: {
          tenant: { origin: TypeOrmOrigins.forAllowlist('tenants'), credentials: true },
          shop: { origin: TypeOrmAllowlist.forAllowlist('shops') },
        },
      },
      controllers: [OrdersController, AdminController],
    },
    platform,
  );
}

/** Milliseconds until a route grants an origin, or stops granting it. */
async function timeUntil(app: TestApp, path: string, isGranted: boolean): Promise<number> {
  const start = performance.now();
  while ('access-control-allow-origin' in corsHeaders(await app.get(path, APP)) !== isGranted) {
    if (performance.now() - start > 10_000) {
      throw new Error('the change did not come about');
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - start;
}

function describeApp(platform: PlatformName, make: () => Promise<TestDatabase>): void {
  let database: TestDatabase;
  let app: TestApp;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await make();
    app = await start(database, platform);
    dataSource = app.app.get<DataSource>(getDataSourceToken());
  }, 60_000);
  afterAll(async () => {
    await closeApps();
    await database.drop();
  }, 60_000);

  it.each([
    ['/orders', 'tenants'],
    ['/shops', 'shops'],
  ])(
    'on %s a row that SQL adds or removes is seen without push',
    async (path, list) => {
      expect(corsHeaders(await app.get(path, APP))).toEqual({});
      await dataSource.query(`INSERT INTO cors_origins (allowlist, origin) VALUES ('${list}', 'https://*.example')`);
      // One polling interval, and extra time for a busy machine.
      expect(await timeUntil(app, path, true)).toBeLessThan(5_000);
      expect(corsHeaders(await app.get(path, APP))).toEqual({
        'access-control-allow-origin': APP,
        ...(path === '/orders' ? credentials : {}),
      });
      await dataSource.query(`DELETE FROM cors_origins WHERE allowlist = '${list}'`);
      expect(await timeUntil(app, path, false)).toBeLessThan(5_000);
    },
    30_000,
  );

  it('the policies that use a list decide which entries are valid', async () => {
    const add = (allowlist: string, origin: unknown) => app.request('POST', '/admin').send({ allowlist, origin });
    const refused = await add('tenants', 'http://insecure.example');
    expect([refused.status, refused.body]).toMatchObject([
      400,
      {
        statusCode: 400,
        error: 'Bad Request',
        issues: [
          {
            place: 'tenants',
            field: 'origin',
            value: 'http://insecure.example',
            code: 'origin-insecure',
          },
        ],
      },
    ]);
    expect((await add('shops', 'http://insecure.example')).status).toBe(201);
    const taken = await add('shops', 'http://insecure.example');
    expect([taken.status, taken.body]).toMatchObject([409, { issues: [{ code: 'origin-taken' }] }]);
    expect((await add('shops', { $gt: '' })).status).toBe(400);
  });

  it('a bad row allows nothing, and the status lists it', async () => {
    await dataSource.query(
      `INSERT INTO cors_origins (allowlist, origin) VALUES ('tenants', '*'), ('tenants', 'https://*.github.io')`,
    );
    const allowlists = app.app.get(CorsAllowlists);
    await allowlists.refresh(TypeOrmOrigins.forAllowlist('tenants'));
    expect(corsHeaders(await app.get('/orders', 'https://me.github.io'))).toEqual({});
    const status = allowlists.status().find(({ name }) => name === 'TypeOrmOrigins("tenants")');
    expect(status).toMatchObject({ kind: 'source', loaded: true, entries: 0 });
    expect(status?.rejected.map(({ value }) => value).sort()).toEqual(['"*"', '"https://*.github.io"']);
  });
}

describe.each(PLATFORMS)('an app with its tenants in a table, on %s', (platform) => {
  describe('embedded SQLite', () => describeApp(platform, embedded));
  describeWith('postgres', 'PostgreSQL', (url) => describeApp(platform, () => postgres(url)));
  describeWith('mariadb', 'MariaDB', (url) => describeApp(platform, () => mariadb(url)));
});

describe('a named data source', () => {
  afterEach(closeApps);

  it('has lists and a service of its own', async () => {
    const database = await embedded();
    const named = (name?: string) =>
      TypeOrmModule.forRoot({ ...database.options, name, migrationsRun: true } as TypeOrmModuleOptions);
    @Controller()
    class BothController {
      @Get('main')
      @CorsPolicy({ origin: TypeOrmOrigins.forAllowlist('list') })
      main(): string {
        return 'main';
      }
      @Get('reports')
      @CorsPolicy({ origin: TypeOrmOrigins.forAllowlist('list', { dataSource: 'reports' }) })
      reports(): string {
        return 'reports';
      }
    }
    const app = await startApp({
      imports: [
        named(),
        named('reports'),
        CorsTypeOrmModule.forRoot(),
        CorsTypeOrmModule.forRoot({ dataSource: 'reports' }),
      ],
      controllers: [BothController],
    });
    const reports: CorsOrigins = app.app.get(CorsOrigins.token('reports'));
    await reports.add({ allowlist: 'list', origin: APP });
    await app.app.get(CorsAllowlists).refresh();
    expect(corsHeaders(await app.get('/reports', APP))).toEqual({ 'access-control-allow-origin': APP });
    expect(corsHeaders(await app.get('/main', APP))).toEqual({});
  });

  it('without the module, startup stops and lists what is missing', async () => {
    const boot = startApp({ cors: { defaultPolicy: { origin: TypeOrmOrigins.forAllowlist('list') } } });
    await expect(boot).rejects.toMatchObject({
      issues: [{ code: 'provider-missing', reason: expect.stringContaining('TypeOrmOrigins') }],
    });
  });
});
