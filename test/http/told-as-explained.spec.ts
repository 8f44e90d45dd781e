import diagnostics from 'node:diagnostics_channel';
import { Controller, Get, Injectable, Post, Put } from '@nestjs/common';
import {
  type CorsDecisionMessage,
  CorsInspector,
  CorsPolicy,
  type ExplainRequest,
  NoCors,
  type OriginAllowlist,
} from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp, type TestApp } from '../support/app.js';

/* Rule 6: every decision is published once, and equals the result of explain() for the same request. */

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

@Injectable()
class Failing implements OriginAllowlist {
  isAllowed(_origin: string): boolean {
    throw new Error('down');
  }
}

@Controller('things')
@CorsPolicy({ origin: APP, methods: ['GET', 'PUT'], allowedHeaders: ['X-Api-Key'] })
class ThingsController {
  @Get()
  read(): string {
    return 'read';
  }

  @Put()
  write(): string {
    return 'write';
  }

  @Post()
  post(): string {
    return 'post';
  }

  @Get('enforced')
  @CorsPolicy({ enforce: true })
  enforced(): string {
    return 'enforced';
  }

  @Get('closed')
  @NoCors()
  closed(): string {
    return 'closed';
  }

  @Get('failing')
  @CorsPolicy({ origin: Failing })
  failing(): string {
    return 'failing';
  }

  @Get('open')
  @CorsPolicy({ origin: '*' })
  open(): string {
    return 'open';
  }
}

@Controller('plain')
class PlainController {
  @Get()
  read(): string {
    return 'plain';
  }
}

describe.each(PLATFORMS)('6.1: the channel agrees with explain() on %s', (platform) => {
  let running: TestApp;
  const heard: CorsDecisionMessage[] = [];
  const listen = (message: unknown): unknown => heard.push(message as CorsDecisionMessage);

  beforeAll(async () => {
    running = await startApp(
      {
        cors: { routes: [{ path: '/raw', policy: { origin: APP } }] },
        controllers: [ThingsController, PlainController],
        providers: [Failing],
      },
      platform,
    );
    diagnostics.subscribe('nestjs-cors-policy:decision', listen);
  });

  afterAll(async () => {
    diagnostics.unsubscribe('nestjs-cors-policy:decision', listen);
    await closeApps();
  });

  const paths = [
    '/things',
    '/things/enforced',
    '/things/closed',
    '/things/failing',
    '/things/open',
    '/plain',
    '/raw',
    '/nowhere',
  ];
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PROPFIND'];
  const origins = [undefined, APP, STRANGER, 'null', `${APP}/`];
  const questions = paths.flatMap((url) =>
    methods.flatMap((method) => origins.map((origin): ExplainRequest => ({ url, method, origin }))),
  );

  /** Sends the requests of a browser, and returns the published decisions. */
  async function published(method: string, path: string, headers: Record<string, string>): Promise<unknown> {
    heard.length = 0;
    heard.length = 0;
    await running.request(method, path, headers);
    return heard.map(({ route, policy, preflight, allowed, reason }) => ({
      route,
      policy,
      preflight,
      allowed,
      reason,
    }));
  }

  test.each(paths)('requests and preflights to %s', async (path) => {
    const inspector = running.app.get(CorsInspector);
    for (const question of questions.filter(({ url }) => url === path)) {
      const { method = 'GET', origin } = question;
      const explained = await inspector.explain({ ...question, headers: { 'X-Api-Key': 'k' } });
      const sent = {
        'X-Api-Key': 'k',
        ...(origin === undefined ? {} : { Origin: origin, 'Sec-Fetch-Site': 'cross-site' }),
      };
      const [told, ...more] = (await published(method, path, sent)) as CorsDecisionMessage[];
      expect(more).toEqual([]);
      const { reason } = explained.response;
      expect([question, told?.reason, told?.preflight]).toEqual([question, reason, false]);
      expect([question, told?.allowed]).toEqual([question, reason === 'allowed' || reason === 'no-origin']);
      if (explained.preflight !== undefined && origin !== undefined) {
        const asks = {
          Origin: origin,
          'Access-Control-Request-Method': method,
          'Access-Control-Request-Headers': 'x-api-key',
        };
        const [asked, ...rest] = (await published('OPTIONS', path, asks)) as CorsDecisionMessage[];
        expect(rest).toEqual([]);
        expect([question, asked?.reason, asked?.preflight]).toEqual([question, explained.preflight.reason, true]);
        expect([question, asked?.route]).toEqual([question, explained.route?.handler]);
      }
    }
  });
});

describe.each(PLATFORMS)('a same-origin request, on %s', (platform) => {
  afterEach(closeApps);

  test('6.1: is allowed, and published as allowed', async () => {
    @Controller()
    class OwnController {
      @Post('listed')
      @CorsPolicy({ origin: 'https://partner.example' })
      listed(): string {
        return 'listed';
      }
      @Post('closed')
      @NoCors()
      closed(): string {
        return 'closed';
      }
    }
    const app = await startApp({ controllers: [OwnController] }, platform);
    const told: unknown[] = [];
    const note = (message: unknown): void => void told.push(message);
    diagnostics.subscribe('nestjs-cors-policy:decision', note);
    for (const path of ['/listed', '/closed']) {
      await app.request('POST', path, { Origin: app.url, 'Sec-Fetch-Site': 'same-origin' });
      await app.request('POST', path, { Origin: app.url });
    }
    diagnostics.unsubscribe('nestjs-cors-policy:decision', note);
    expect(told).toHaveLength(4);
    expect(told.every((each) => (each as { reason: string }).reason === 'same-origin')).toBe(true);
    expect(told.every((each) => (each as { allowed: boolean }).allowed)).toBe(true);
  });
});
