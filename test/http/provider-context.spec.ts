import { Controller, Get, Injectable, Module, Put } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { type CorsContext, CorsPolicy, type OriginAllowlist } from '../../lib/index.js';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

const APP = 'https://app.example';

afterEach(closeApps);

describe.each(PLATFORMS)('the context that a provider is called with, on %s', (platform) => {
  test('4.1: a provider gets the same context for a preflight and for its request', async () => {
    const told: Partial<CorsContext>[] = [];
    @Injectable()
    class Told implements OriginAllowlist {
      isAllowed(origin: string, context: CorsContext): boolean {
        const { method, url, hostname, params, route, preflight } = context;
        told.push({ origin, method, url, hostname, params: { ...params }, route, preflight });
        return context.params['tenant'] === 'one';
      }
    }
    @Controller('t')
    class TenantController {
      @Put(':tenant/x')
      @CorsPolicy({ origin: Told })
      put(): string {
        return 'put';
      }
    }
    const app = await startApp({ controllers: [TenantController], providers: [Told] }, platform);
    expect(corsHeaders(await app.preflight('/t/one/x?y', { origin: APP }))).toMatchObject({
      'access-control-allow-methods': 'PUT',
    });
    expect(corsHeaders(await app.request('PUT', '/t/one/x?y', { Origin: APP }))).toEqual({
      'access-control-allow-origin': APP,
    });
    const about = {
      origin: APP,
      method: 'PUT',
      url: '/t/one/x?y',
      hostname: '127.0.0.1',
      params: { tenant: 'one' },
      route: expect.objectContaining({ name: 'TenantController.put', methods: ['PUT'] }) as unknown,
    };
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(0)).toEqual({ ...about, preflight: true });
    expect(told.at(-1)).toEqual({ ...about, preflight: false });
    expect(corsHeaders(await app.preflight('/t/two/x', { origin: APP }))).toEqual({});
    expect(corsHeaders(await app.request('PUT', '/t/two/x', { Origin: APP }))).toEqual({});
  });

  test('4.1: the context of a controller that two modules serve has the parameters of each', async () => {
    const answers = (_origin: string, { params }: CorsContext): boolean => params['tenant'] === 'one';
    @Controller(':tenant')
    class SharedController {
      @Get('x')
      @CorsPolicy({ origin: answers })
      get(): string {
        return 'shared';
      }
    }
    @Module({ controllers: [SharedController] })
    class FirstModule {}
    @Module({ controllers: [SharedController] })
    class SecondModule {}
    const app = await startApp(
      {
        imports: [
          FirstModule,
          SecondModule,
          RouterModule.register([
            { path: 'first', module: FirstModule },
            { path: 'second', module: SecondModule },
          ]),
        ],
      },
      platform,
    );
    for (const mount of ['first', 'second']) {
      const granted = { 'access-control-allow-origin': APP };
      expect([mount, corsHeaders(await app.get(`/${mount}/one/x`, APP))]).toEqual([mount, granted]);
      expect([mount, corsHeaders(await app.get(`/${mount}/two/x`, APP))]).toEqual([mount, {}]);
    }
  });
});
