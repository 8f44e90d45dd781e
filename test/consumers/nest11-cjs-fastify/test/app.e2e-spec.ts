import { Test } from '@nestjs/testing';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { App } from 'supertest/types';
import { corsMatchers } from 'nestjs-cors-policy/testing';
import { AppModule } from './../src/app.module';
import { checks } from './checks';

expect.extend(corsMatchers);

describe('the app (e2e)', () => {
  let app: INestApplication<App>;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication(new FastifyAdapter());
    await app.listen(0, '127.0.0.1');
  });

  afterAll(() => app.close());

  it.each(Object.entries(checks))('%s', (_, check) => check(app.getHttpServer()));

  it('allows exactly the pages that its policies allow', async () => {
    const update = { method: 'PUT', path: '/orders/1', credentials: true };
    await expect(app).toAllowCors({ from: 'https://tenant.example', ...update });
    await expect(app).not.toAllowCors({ from: 'https://stranger.example', ...update });
  });
});
