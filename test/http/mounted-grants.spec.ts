import type { Express } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { closeApps, corsHeaders, PLATFORMS, startApp } from '../support/app.js';

/* Mounted middleware gets the address without the mount path. The library still uses the whole address. */

const NARROW = 'https://narrow.example';
const STRANGER = 'https://stranger.example';

afterEach(closeApps);

describe.each(PLATFORMS)('entries over mounted middleware, on %s', (platform) => {
  test.each(['/assets', '/assets/narrow', '/'])(
    '3.5: a file of middleware mounted at %s has the headers of its own entry',
    async (mount) => {
      const app = await startApp(
        {
          cors: {
            defaultPolicy: { origin: '*' },
            routes: [{ path: '/assets/narrow/*path', policy: { origin: NARROW } }],
          },
          setUp: (nest) =>
            nest.use(mount, (_request: IncomingMessage, response: ServerResponse) => void response.end('file')),
        },
        platform,
      );
      const get = async (path: string, origin: string) => {
        const answer = await app.get(path, origin);
        return [answer.text, corsHeaders(answer)];
      };
      expect(await get('/assets/narrow/a.json', STRANGER)).toEqual(['file', {}]);
      expect(await get('/assets/narrow/a.json?x=/', NARROW)).toEqual([
        'file',
        { 'access-control-allow-origin': NARROW },
      ]);
    },
  );
});

test('3.5: an entry for a path also applies to that path with a slash, on express', async () => {
  const app = await startApp({
    cors: { routes: [{ path: '/graphql', policy: { origin: NARROW } }] },
    setUp: (nest) =>
      nest.use('/graphql', (_request: IncomingMessage, response: ServerResponse) => void response.end('data')),
  });
  for (const path of ['/graphql', '/graphql/']) {
    expect(corsHeaders(await app.get(path, NARROW))).toEqual({ 'access-control-allow-origin': NARROW });
  }
});

test('3.5: a router in a router, mounted below a parameter, has the headers of its entry, on express', async () => {
  const { Router } = (await import('express')).default;
  const inner = Router();
  inner.use('/files', (_request, response) => void response.end('file'));
  const outer = Router({ mergeParams: true });
  outer.use(inner);
  const app = await startApp({
    cors: { routes: [{ path: '/tenants/:id/files/*path', policy: { origin: NARROW } }] },
    setUp: (nest) => void (nest.getHttpAdapter().getInstance() as Express).use('/tenants/:id', outer),
  });
  const read = await app.get('/tenants/7/files/a', NARROW);
  expect([read.text, corsHeaders(read)]).toEqual(['file', { 'access-control-allow-origin': NARROW }]);
});
