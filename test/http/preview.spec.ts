import { Controller, Get, type INestApplication, Injectable, Module, Put } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ConfigOrigins, CorsModule, CorsPolicy, type ExplainRequest, type OriginSource } from '../../lib/index.js';
import { type CorsCommandPort, previewPort } from '../../lib/nest/command-port.js';
import { PLATFORMS } from '../support/app.js';

/* Rule 2.5: the verdict is unknown if it depends on a provider that could not be asked. */

const LISTED = 'https://listed.example';
const TENANT = 'https://tenant.example';

@Injectable()
class TenantOrigins implements OriginSource {
  load(): Promise<string[]> {
    return Promise.resolve([TENANT]);
  }
}

@Controller('orders')
@CorsPolicy('tenant')
class OrdersController {
  @Get()
  list(): string {
    return 'list';
  }

  @Put()
  @CorsPolicy({ allowedHeaders: ['X-Put'], enforce: true })
  write(): string {
    return 'write';
  }

  @Get('configured')
  @CorsPolicy({ origin: ConfigOrigins.forKey('CORS_ORIGINS') })
  configured(): string {
    return 'configured';
  }

  @Get('function')
  @CorsPolicy({ origin: (origin: string) => origin === TENANT })
  asked(): string {
    return 'asked';
  }
}

@Module({
  imports: [CorsModule.forRoot({ policies: { tenant: { origin: [LISTED, TenantOrigins] } } })],
  controllers: [OrdersController],
  providers: [TenantOrigins],
})
class AppModule {}

describe.each(PLATFORMS)('2.5: explain() without the providers on %s', (platform) => {
  let app: INestApplication & { readonly container: object };
  let port: CorsCommandPort;

  beforeAll(async () => {
    const adapter = (platform === 'express' ? new ExpressAdapter() : new FastifyAdapter()) as ExpressAdapter;
    app = await NestFactory.create(AppModule, adapter, { preview: true, logger: false, abortOnError: false });
    port = await previewPort({
      host: app.get(HttpAdapterHost),
      modules: app.get(ModulesContainer),
      container: app.container,
      init: () => app.init(),
    });
  });

  afterAll(() => app.close());

  test.each<[what: string, question: ExplainRequest, verdict: string, reason: string]>([
    ['a provider decides', { url: '/orders', origin: TENANT }, 'unknown', 'provider-not-asked'],
    ['the configuration decides', { url: '/orders/configured', origin: TENANT }, 'unknown', 'provider-not-asked'],
    [
      'a provider decides over a preflight',
      { method: 'PUT', url: '/orders', origin: TENANT },
      'unknown',
      'provider-not-asked',
    ],
    ['an origin that is listed', { url: '/orders', origin: LISTED }, 'allowed', 'allowed'],
    ['a function can be asked', { url: '/orders/function', origin: TENANT }, 'allowed', 'allowed'],
    ['a function that says no', { url: '/orders/function', origin: LISTED }, 'blocked', 'origin-not-allowed'],
    [
      'a header that is refused whatever the provider says',
      { method: 'PUT', url: '/orders', origin: TENANT, headers: { 'X-Other': '1' } },
      'blocked',
      'header-not-allowed',
    ],
    [
      'cookies, which the policy never admits',
      { url: '/orders', origin: TENANT, credentials: true },
      'blocked',
      'credentials-not-allowed',
    ],
    ['no provider is called for null', { url: '/orders', origin: 'null' }, 'blocked', 'origin-null'],
    ['the same origin', { method: 'PUT', url: '/orders', origin: 'http://localhost' }, 'allowed', 'same-origin'],
    ['no origin', { url: '/orders' }, 'allowed', 'no-origin'],
    ['no route', { url: '/nowhere', origin: TENANT }, 'blocked', 'no-route'],
  ])('%s', async (_what, question, verdict, reason) => {
    const explanation = await port.explain(question);
    expect([explanation.verdict, explanation.reason]).toEqual([verdict, reason]);
    expect(explanation.message === '').toBe(verdict !== 'blocked');
    expect(explanation.advice.length > 0).toBe(verdict !== 'allowed');
  });

  test('shows the headers that are sent in either case, and no others', async () => {
    const { preflight, response, summary, advice } = await port.explain({
      method: 'PUT',
      url: '/orders',
      origin: TENANT,
    });
    expect(preflight).toMatchObject({ status: 204, passedOn: false, reason: 'provider-not-asked' });
    expect(Object.keys(preflight!.headers)).toEqual(['Vary']);
    expect(preflight).not.toHaveProperty('granted');
    expect(response).toMatchObject({ reason: 'provider-not-asked' });
    expect(response).not.toHaveProperty('status');
    expect(summary).toContain('(policy tenant)');
    expect(advice.join()).toContain('--preview');
  });
});
