import { Controller, Get, Injectable } from '@nestjs/common';
import { CorsAllowlists, CorsPolicy, type OriginAllowlist, type OriginSource } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

const APP = 'https://app.example';
const OTHER = 'https://other.example';

const granted = (origin: string): object => ({ 'access-control-allow-origin': origin });
const trusted = (origin: string): object => ({ ...granted(origin), 'access-control-allow-credentials': 'true' });

afterEach(closeApps);

describe.each(PLATFORMS)('the service of allowlists on %s', (platform) => {
  describe('2.5: CorsAllowlists', () => {
    test('2.5: refresh() reloads one list or all, and status() shows the state of each', async () => {
      let origins: string[] = [APP, `${OTHER}/`, '*', 'http://plain.example', 'https://*.github.io'];
      let fails = false;
      let asked = 0;
      @Injectable()
      class Stored implements OriginSource {
        load(): Promise<Iterable<string>> {
          return fails ? Promise.reject(new Error('the database is down')) : Promise.resolve(origins);
        }
      }
      @Injectable()
      class Asked implements OriginAllowlist {
        isAllowed(origin: string): boolean {
          asked++;
          return origins.includes(origin);
        }
      }
      @Controller('lists')
      class ListsController {
        @Get('stored')
        @CorsPolicy({ origin: Stored, credentials: true })
        stored(): string {
          return 'stored';
        }
        @Get('asked')
        @CorsPolicy({ origin: { provider: 'ASKED' } })
        asked(): string {
          return 'asked';
        }
      }
      const app = await startApp(
        { controllers: [ListsController], providers: [Stored, { provide: 'ASKED', useClass: Asked }] },
        platform,
      );
      const allowlists = app.app.get(CorsAllowlists);
      const stored = () => allowlists.status().find(({ name }) => name === 'Stored');
      const reason = expect.stringMatching(/.{10}/) as unknown;
      expect(stored()).toEqual({
        name: 'Stored',
        kind: 'source',
        loaded: true,
        stale: false,
        entries: 1,
        rejected: [
          { value: expect.stringContaining(`${OTHER}/`), reason },
          { value: expect.stringContaining('*'), reason },
          { value: expect.stringContaining('http://plain.example'), reason },
          { value: expect.stringContaining('https://*.github.io'), reason },
        ],
        loadedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      });
      expect(allowlists.status().find(({ name }) => name === 'ASKED')).toEqual({
        name: 'ASKED',
        kind: 'allowlist',
        loaded: true,
        stale: false,
        entries: 0,
        rejected: [],
      });

      for (let i = 0; i < 3; i++) {
        expect(corsHeaders(await app.get('/lists/asked', OTHER))).toEqual({});
      }
      expect(asked).toBe(1);
      origins = [OTHER];
      expect(corsHeaders(await app.get('/lists/asked', OTHER))).toEqual({});
      await allowlists.refresh('ASKED');
      expect(corsHeaders(await app.get('/lists/asked', OTHER))).toEqual(granted(OTHER));
      expect(corsHeaders(await app.get('/lists/stored', APP))).toEqual(trusted(APP));
      await allowlists.refresh();
      expect(corsHeaders(await app.get('/lists/stored', APP))).toEqual({});
      expect(corsHeaders(await app.get('/lists/stored', OTHER))).toEqual(trusted(OTHER));

      fails = true;
      await expect(allowlists.refresh(Stored)).rejects.toThrow('the database is down');
      await expect(allowlists.refresh()).rejects.toThrow('the database is down');
      expect(corsHeaders(await app.get('/lists/stored', OTHER))).toEqual(trusted(OTHER));
      expect(stored()).toMatchObject({ loaded: true, entries: 1, lastError: expect.stringContaining('down') });
      fails = false;
      await allowlists.refresh(Stored);
      expect(stored()).not.toHaveProperty('lastError');

      class Unknown {}
      await expect(allowlists.refresh(Unknown)).rejects.toThrow('Unknown');
    });

    test('4.2: a source is loaded after its onModuleInit(), and without a first list the app denies', async () => {
      const order: string[] = [];
      @Injectable()
      class Late implements OriginSource {
        onModuleInit(): void {
          order.push('ready');
        }
        load(): Promise<Iterable<string>> {
          order.push('load');
          return Promise.resolve([APP]);
        }
      }
      @Injectable()
      class Hanging implements OriginSource {
        load(): Promise<Iterable<string>> {
          return new Promise(() => undefined);
        }
      }
      @Controller('lists')
      class ListsController {
        @Get('late')
        @CorsPolicy({ origin: Late })
        late(): string {
          return 'late';
        }
        @Get('hanging')
        @CorsPolicy({ origin: [Hanging, OTHER] })
        hanging(): string {
          return 'hanging';
        }
      }
      const app = await startApp(
        {
          cors: { allowlists: { timeoutMs: 30 } },
          controllers: [ListsController],
          providers: [Late, Hanging],
        },
        platform,
      );
      expect(order).toEqual(['ready', 'load']);
      expect(corsHeaders(await app.get('/lists/late', APP))).toEqual(granted(APP));
      expect(corsHeaders(await app.get('/lists/hanging', APP))).toEqual({});
      expect(corsHeaders(await app.get('/lists/hanging', OTHER))).toEqual(granted(OTHER));
    });
  });
});
