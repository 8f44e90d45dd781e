// Jest can `require` Nest 12 since Node 24.9. Node itself and its own test runner can do so since Node 20.19.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Test } from '@nestjs/testing';
import type { INestApplication } from '@nestjs/common';
import type { App } from 'supertest/types';
import { CorsInspector } from 'nestjs-cors-policy';
import { browser } from 'nestjs-cors-policy/testing';
import { AppModule } from './../src/app.module';
import { checks } from './checks';

void describe('the app (e2e)', () => {
  let app: INestApplication<App>;

  before(async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication();
    await app.listen(0, '127.0.0.1');
  });

  after(() => app.close());

  for (const [name, check] of Object.entries(checks)) {
    void it(name, () => check(app.getHttpServer()));
  }

  void it('blocks a page that the policies do not allow', async () => {
    const { blocked } = await browser(app, { origin: 'https://stranger.example' }).fetch('/orders/trusted');
    assert.ok(blocked);
  });

  void it('provides the inspector', () => {
    assert.ok(app.get(CorsInspector).routes().length > 0);
  });
});
