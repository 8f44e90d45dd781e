import { Controller, Get, Injectable } from '@nestjs/common';
import {
  ConfigOrigins,
  CorsAllowlists,
  CorsHealthIndicator,
  CorsPolicy,
  type OriginAllowlist,
  type OriginSource,
} from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';

/* Section 2.5 of the rules: status() is plain data, and each row has a name that no other row has. */

const APP = 'https://app.example';
const KEYED = Symbol('KEYED');

afterEach(closeApps);

@Injectable()
class ConfigService {
  get(): string {
    return APP;
  }
}

/** A second class with the same name; two feature modules may have such classes. */
function tenantOrigins(origin: string): new () => OriginSource {
  return class TenantOrigins implements OriginSource {
    load(): Promise<Iterable<string>> {
      return Promise.resolve([origin, '*']);
    }
  };
}

const [First, Second] = [tenantOrigins('https://one.example'), tenantOrigins('https://two.example')];

class Asked implements OriginAllowlist {
  isAllowed(): boolean {
    throw new Error('down');
  }
}

@Controller('lists')
class ListsController {
  @Get('first')
  @CorsPolicy({ origin: [First, KEYED] })
  first(): string {
    return 'first';
  }

  @Get('second')
  @CorsPolicy({ origin: [Second, { provider: 'NAMED' }, (origin: string) => origin === APP] })
  second(): string {
    return 'second';
  }
}

describe.each(PLATFORMS)('2.5: CorsAllowlists.status() on %s', (platform) => {
  const boot = () =>
    startApp(
      {
        cors: {
          policies: {
            inline: { origin: (origin) => origin === APP },
            other: { origin: (origin) => origin !== APP },
            twice: { origin: [(origin) => origin === APP, (origin) => origin === APP] },
            configured: { origin: ConfigOrigins.forKey('CORS_ORIGINS') },
          },
        },
        controllers: [ListsController],
        providers: [
          First,
          Second,
          ConfigService,
          { provide: KEYED, useClass: Asked },
          { provide: 'NAMED', useClass: Asked },
        ],
      },
      platform,
    );

  test('gives each row a unique name: class, token, key or function, with its place if the name is taken', async () => {
    const { app } = await boot();
    const names = app
      .get(CorsAllowlists)
      .status()
      .map(({ name }) => name);
    expect(names.sort()).toEqual([
      'CORS_ORIGINS',
      'NAMED',
      'Symbol(KEYED)',
      'TenantOrigins',
      'TenantOrigins (ListsController.second)',
      'an origin function',
      'an origin function (ListsController.second)',
      'an origin function (policies.twice)',
      'origin()',
      'origin() (policies.other)',
    ]);
  });

  test('is unchanged by JSON and by structuredClone()', async () => {
    const started = await boot();
    await started.get('/lists/first', 'https://else.example');
    const rows = started.app.get(CorsAllowlists).status();
    expect(rows.find(({ name }) => name === 'TenantOrigins')).toMatchObject({
      kind: 'source',
      entries: 1,
      rejected: [{ value: '"*"' }],
      loadedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
    });
    expect(rows.find(({ name }) => name === 'Symbol(KEYED)')?.lastError).toContain('down');
    expect(JSON.parse(JSON.stringify(rows))).toStrictEqual(rows);
    expect(structuredClone(rows)).toStrictEqual(rows);
  });

  test('the log and the health report show two classes of one name under different names', async () => {
    const { app, logs } = await boot();
    expect(
      logs.filter((line) => line.includes('TenantOrigins')).map((line) => line.slice(0, line.indexOf(': ', 6))),
    ).toEqual(
      expect.arrayContaining(['warn: TenantOrigins', 'warn: TenantOrigins (ListsController.second)']) as unknown,
    );
    const { cors } = app.get(CorsHealthIndicator).isHealthy('cors');
    expect(cors.providers.map(({ provider }) => provider)).toContain('TenantOrigins (ListsController.second)');
  });

  test('refresh() accepts the tokens', async () => {
    const allowlists = (await boot()).app.get(CorsAllowlists);
    for (const token of [First, Second, KEYED, 'NAMED', { provider: 'NAMED' }]) {
      await expect(allowlists.refresh(token)).resolves.toBeUndefined();
    }
    await expect(allowlists.refresh('ABSENT')).rejects.toThrow('no policy lists the provider ABSENT');
  });
});
