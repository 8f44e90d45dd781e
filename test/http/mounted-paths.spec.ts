import { Controller, Post } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CorsPolicy } from '../../lib/index.js';
import { closeApps, PLATFORMS, startApp } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';

/* Middleware that is mounted at a path serves every spelling of every path below it (rules 3.3 and 3.6). */

const PAGE = 'https://page.example';
const STRANGER = 'https://stranger.example';

@Controller('graphql/handler')
class HandlerController {
  @Post()
  @CorsPolicy({ origin: STRANGER })
  post(): string {
    return 'handler';
  }
}

function serve(_request: IncomingMessage, response: ServerResponse): void {
  response.end('mounted');
}

afterEach(closeApps);

describe.each(PLATFORMS)('an enforced entry over mounted middleware, on %s', (platform) => {
  describe.each([
    ['no default policy', undefined],
    ['an open default policy', { origin: '*' }],
  ])('under %s', (_what, defaultPolicy) => {
    const start = () =>
      startApp(
        {
          cors: {
            defaultPolicy,
            routes: [
              { path: '/graphql/open', policy: { origin: '*', enforce: false } },
              { path: '/graphql', policy: { origin: PAGE, enforce: true } },
            ],
          },
          controllers: [HandlerController],
          setUp: (nest) => {
            nest.use('/graphql/mounted', serve);
            nest.use('/graphql/x', serve);
            nest.use('/graphql/open', serve);
          },
        },
        platform,
      );

    test.each([
      '/graphql/x',
      '/graphql/x/y',
      '//graphql/x',
      '/graphql//x',
      '/graphql/./x',
      '/%67raphql/x',
      '/GRAPHQL/x',
    ])('3.6: POST %s is refused for a stranger and served for an allowed page', async (path) => {
      const app = await start();
      const post = async (origin: string) =>
        rawRequest(app.port, `POST ${path} HTTP/1.1`, [`Origin: ${origin}`, 'Content-Length: 0']);
      const [stranger, page] = [await post(STRANGER), await post(PAGE)];
      expect(stranger.body).not.toContain('mounted');
      expect(stranger.status).toBe(403);
      // Some spellings lead to no file on this platform.
      expect([201, 200, 404]).toContain(page.status);
    });

    test('3.6: an entry for other methods does not hide an enforced entry above it', async () => {
      const app = await startApp(
        {
          cors: {
            defaultPolicy,
            routes: [
              { path: '/graphql', policy: { origin: PAGE, enforce: true } },
              { path: '/graphql/x', policy: { origin: STRANGER, enforce: true }, methods: ['GET'] },
            ],
          },
          setUp: (nest) => nest.use('/graphql', serve),
        },
        platform,
      );
      const send = async (method: string) =>
        (await app.request(method, '/graphql/x/y', { Origin: STRANGER, 'Content-Type': 'text/plain' })).status;
      expect([await send('POST'), await send('GET')]).toEqual([403, 200]);
    });

    test('3.6: a path of another entry or of a handler keeps its own policy', async () => {
      const app = await start();
      const post = async (path: string) => (await app.request('POST', path, { Origin: STRANGER })).status;
      expect([await post('/graphql/open'), await post('/graphql/handler'), await post('/graphql')]).toEqual([
        200, 201, 403,
      ]);
    });
  });
});
