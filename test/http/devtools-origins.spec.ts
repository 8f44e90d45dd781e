import { Controller, Get, Injectable } from '@nestjs/common';
import { CorsDevtoolsModule } from '../../lib/devtools.js';
import {
  type CorsContext,
  CorsPolicy,
  type OriginAllowlist,
  type OriginLookup,
  type OriginSource,
} from '../../lib/index.js';
import type { OriginsAnswer } from '../../lib/tooling/devtools/protocol.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { withToken } from '../support/devtools.js';

@Injectable()
class Tenants implements OriginSource {
  load(): readonly string[] {
    return ['https://acme.tenant.example', 'https://*.Acme.test', 'https://pr-*.acme.dev', 'https://acme.local:*'].map(
      (entry) => entry.toLowerCase(),
    );
  }
}

@Injectable()
class Everyone implements OriginSource {
  load(): readonly string[] {
    return Array.from({ length: 20_000 }, (_, index) => `https://shop-${index}.example`);
  }
}

@Injectable()
class Database implements OriginLookup {
  lookUp(patterns: readonly string[]): readonly string[] {
    return patterns.filter((pattern) => pattern === 'https://looked-up.example');
  }
}

@Injectable()
class ByHost implements OriginAllowlist {
  isAllowed(_origin: string, { hostname }: CorsContext): boolean {
    return hostname === 'tea.example';
  }
}

@Injectable()
class Never implements OriginAllowlist {
  async isAllowed(origin: string): Promise<boolean> {
    return new Promise(() => origin);
  }
}

@Controller('a')
@CorsPolicy({ origin: ['https://own.example', /^https:\/\/re\.example$/, Tenants] })
class AController {
  @Get()
  list(): string {
    return 'a';
  }
}

@Controller('b')
@CorsPolicy({ origin: [Everyone, Database, ByHost] })
class BController {
  @Get()
  list(): string {
    return 'b';
  }
}

@Controller('c')
@CorsPolicy({ origin: Never })
class CController {
  @Get()
  list(): string {
    return 'c';
  }
}

describe.each(PLATFORMS)('6.5: the origins of the development page on %s', (platform) => {
  afterEach(closeApps);

  const start = async (controllers = [AController, BController]): Promise<(q: string) => Promise<OriginsAnswer>> => {
    const { get } = withToken(
      await startApp(
        {
          cors: {
            policies: { partner: { origin: 'https://partner.example' } },
            defaultPolicy: { origin: '*' },
            allowlists: { timeoutMs: 10_000, maxEntries: 50_000 },
          },
          imports: [CorsDevtoolsModule.forRoot({ tester: false })],
          controllers,
          providers: [Tenants, Everyone, Database, ByHost, Never],
        },
        platform,
      ),
    );
    return async (q) => (await get(`/__cors/origins.json?q=${encodeURIComponent(q)}`)).body as OriginsAnswer;
  };

  it('finds entries of policies and of lists, in any case of letters', async () => {
    const ask = await start();

    const { entries, entriesLeftOut, complete, admissions, problem } = await ask(' ACME ');

    expect(entries.map(({ entry }) => entry).sort()).toEqual([
      'https://*.acme.test',
      'https://acme.local:*',
      'https://acme.tenant.example',
      'https://pr-*.acme.dev',
    ]);
    expect(entries[0]!.in).toEqual({ kind: 'provider', name: 'Tenants' });
    expect([entriesLeftOut, complete, admissions]).toEqual([0, true, null]);
    expect(problem?.reason).toContain('no scheme');
    expect((await ask('partner')).entries).toEqual([
      { entry: 'https://partner.example', in: { kind: 'policy', name: 'policies.partner' } },
    ]);
  });

  it('returns 50 entries at most, and says how many there are besides', async () => {
    const ask = await start();

    const { entries, entriesLeftOut } = await ask('shop-');

    expect(entries).toHaveLength(50);
    expect(entriesLeftOut).toBe(19_950);
  });

  const answersOf = ({ admissions }: OriginsAnswer): unknown =>
    Object.fromEntries(admissions!.map(({ name, answer, why }) => [name, why === undefined ? answer : [answer, why]]));

  it('says which policies and providers would allow an origin', async () => {
    const ask = await start();

    expect(answersOf(await ask('https://pr-7.acme.dev'))).toEqual({
      'policies.partner': 'no',
      defaultPolicy: ['yes', '*'],
      AController: 'yes',
      BController: ['unknown', 'the answer depends on the request'],
      Tenants: 'yes',
      Everyone: 'no',
      Database: 'no',
      ByHost: ['unknown', 'the answer depends on the request'],
    });
    expect(answersOf(await ask('https://re.example'))).toMatchObject({
      AController: ['yes', String(/^https:\/\/re\.example$/)],
      Tenants: 'no',
    });
    expect(answersOf(await ask('https://looked-up.example'))).toMatchObject({ BController: 'yes', Database: 'yes' });
  });

  it('does not wait for a provider that does not answer', async () => {
    const ask = await start([CController]);
    const started = performance.now();

    expect(answersOf(await ask('https://app.example'))).toMatchObject({
      CController: ['unknown', 'no answer within 3 s'],
      Never: ['unknown', 'no answer within 3 s'],
    });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
