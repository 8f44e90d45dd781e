// Run by `bun test` and `deno test`.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { Test } from '@nestjs/testing';
import { browser } from 'nestjs-cors-policy/testing';
import { corsWebSocketAdapter } from 'nestjs-cors-policy/websockets';
import { AppModule } from '../src/app.module.ts';

for (const Adapter of [ExpressAdapter, FastifyAdapter]) {
  describe(`the test kit on ${Adapter.name}`, () => {
    let app: INestApplication;

    before(async () => {
      const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
      app = module.createNestApplication(new Adapter());
      app.useWebSocketAdapter(corsWebSocketAdapter(new IoAdapter(app), app));
      await app.init();
    });

    after(() => app.close());

    it('shows a page what its policy allows', async () => {
      const page = browser(app, { origin: 'https://tenant.example' });
      const { blocked, response } = await page.fetch('/orders/trusted', { credentials: 'include' });
      assert.equal(blocked, false);
      assert.equal(response?.status, 200);
    });

    it('blocks a page that its policy does not allow', async () => {
      const page = browser(app, { origin: 'https://stranger.example' });
      const { blocked, reason } = await page.fetch('/orders/1', { method: 'PUT', credentials: 'include' });
      assert.deepEqual([blocked, reason], [true, 'missing-allow-origin']);
    });
  });
}
